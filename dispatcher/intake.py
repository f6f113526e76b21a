"""From what was handed in to what the ledger is asked to register: reading, codes, dates. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from pydantic import ValidationError

from dispatcher.calendar import WorkCalendar
from dispatcher.codes import Codes
from dispatcher.history import check_times, steps_of
from dispatcher.vault.intake import masked_fields
from models.catalogue import Catalogue
from models.codec import problems_of
from models.errors import CorrectInput
from models.ids import order_no
from models.intake import Intake, SealedIntake
from models.moves import Register
from models.order import HandedIn, Order
from models.parts import Requester, Routing
from models.records import Record
from models.rules.case import SPLIT_SOURCE
from models.topics import INTAKE

# What is taken over as it was said: every field of one name. A test tells a field that would be forgotten.
_REQUESTER = Requester.model_fields.keys() & SealedIntake.model_fields.keys()
_SAME = HandedIn.model_fields.keys() & Intake.model_fields.keys() - {"request_type", "category"}

Message = TypeVar("Message", bound=Intake)


def read_intake(raw: bytes | Mapping[str, Any]) -> Intake:
    """The message as somebody hands it in, checked field by field: nobody else may say that it is sealed.

    Raises ``CorrectInput`` with every problem found, not only the first.
    """
    intake = _read(Intake, raw)
    if intake.source_system == SPLIT_SOURCE:
        raise CorrectInput.one("source_system", f"{SPLIT_SOURCE} is kept for the parts of orders that are split here")
    return intake


def read_message(raw: bytes) -> SealedIntake:
    """The message as it lies on the intake topic, sealed by us or in clear by another system; raises the same."""
    return _read(SealedIntake, raw)


def _read(kind: type[Message], raw: bytes | Mapping[str, Any]) -> Message:
    try:
        if isinstance(raw, bytes):
            return kind.model_validate_json(raw.decode("utf-8"))
        return kind.model_validate(raw)
    except UnicodeDecodeError as error:
        raise CorrectInput.one("", f"the message is not UTF-8 (byte {error.start})") from error
    except ValidationError as error:
        raise CorrectInput(problems_of(error)) from error


def resolve(intake: Message, codes: Codes, now: datetime) -> Message:
    """The same with the catalogue's codes instead of names, and ``received_at`` filled in.

    Raises ``CorrectInput`` for codes that the catalogue does not know and for times that cannot be.
    """
    received_at = intake.received_at or now
    problems = check_times(intake, received_at, now)
    found, unknown = codes.resolve(intake)
    problems += unknown
    if problems:
        raise CorrectInput(problems)
    return intake.model_copy(update={**found, "received_at": received_at})


def differences(intake: Intake, order: Order) -> list[str]:
    """The fields in which a message that came again says something else than the order that it made.

    Nothing of it is taken over; whoever sent it should know. What the message leaves out is no difference, and neither
    is what masking takes out of both.
    """
    compared = {name: getattr(order, name) for name in (*_SAME, "request_type", "category")}
    compared["closed_at"] = order.first_closed_at  # 办结: a visit may have followed
    shown = masked_fields(intake)
    said = {name: shown.get(name, getattr(intake, name)) for name in sorted(compared)}
    return [
        name
        for name, value in said.items()
        if value is not None and name in intake.model_fields_set and value != compared[name]
    ]


def intake_record(intake: SealedIntake, catalogue: Catalogue) -> Record:
    """The message on the intake topic; keyed by the order's number, so that repeated messages keep their order."""
    number = order_no(catalogue.order_prefix, intake.source_system, intake.external_id)
    return Record(INTAKE, number, intake.model_dump_json(exclude_defaults=True).encode())


def registration(
    intake: SealedIntake,
    request_type: str,
    category: str,
    routing: Routing,
    catalogue: Catalogue,
    calendar: WorkCalendar,
    now: datetime,
) -> Register:
    """The ledger's command for a resolved message; ``request_type`` and ``category`` where it names none."""
    received_at = intake.received_at or now
    type_ = intake.request_type or request_type
    limit = calendar.limit_for(catalogue, intake.urgency, intake.requester_kind, type_, intake.item_code, received_at)
    said = dict(intake)
    requester = Requester(kind=intake.requester_kind, **{name: said[name] for name in _REQUESTER & said.keys()})
    return Register(
        **{name: said[name] for name in _SAME},
        request_type=type_,
        category=intake.category or category,
        received_at=received_at,
        requester=requester,
        limit=limit,
        routing=routing,
        steps=steps_of(intake, received_at, now),
    )

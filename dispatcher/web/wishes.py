"""From what somebody asks for to the command that the ledger gets."""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, StringConstraints

from dispatcher.codes import Codes
from dispatcher.web.problems import UnknownOrder
from dispatcher.web.scope import visible
from dispatcher.wiring import Services
from models.accounts import Principal
from models.base import Value
from models.commands import Command
from models.errors import CorrectInput, Problem
from models.ids import NUMBER
from models.intake import Intake
from models.masking import mask_numbers
from models.moves import Amend, Merge, PersonsMove, Split
from models.order import Order
from models.rights import Role

KEY = r"^[A-Za-z0-9_.:-]+$"
Key = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=KEY)]
_NUMBER = re.compile(NUMBER)
"""Nothing else is worth a record on the log."""
_CODES = ("request_type", "street", "community", "category", "item_code")


class Wish(Value):
    """A move, and the version that who asks for it saw."""

    do: PersonsMove
    expected_version: Annotated[int, Field(ge=1)] | None = None


@dataclass(frozen=True, slots=True)
class Asked:
    """A wish about one order; ``key`` makes it the same wish when it comes again."""

    order_no: str
    wish: Wish
    key: str | None = None


def commands_of(
    services: Services, who: Principal, wishes: Sequence[Asked]
) -> list[Command | CorrectInput | UnknownOrder]:
    """The command of each wish, or why there is none.

    A department's wish about an order that it may not know of is answered here like one about no order at all: it
    leaves nothing on the log that would tell the two apart.
    """
    named = [asked.order_no for asked in wishes]
    named += [asked.wish.do.into for asked in wishes if isinstance(asked.wish.do, Merge)]
    known = visible(services, who, [number for number in named if _NUMBER.fullmatch(number)])
    return [_command(services, who, asked, known) for asked in wishes]


def _command(
    services: Services, who: Principal, asked: Asked, known: Mapping[str, Order]
) -> Command | CorrectInput | UnknownOrder:
    number = asked.order_no
    # Whoever may know of every order may ask for one that the store does not show yet.
    if not _NUMBER.fullmatch(number) or (who.role is Role.DEPARTMENT and number not in known):
        return UnknownOrder(number)
    try:
        do = _completed(asked.wish.do, services.codes, known, known.get(number))
    except CorrectInput as error:
        return error
    return Command(
        command_id=command_id(services, who, number, asked.key),
        order_no=number,
        actor=who.actor(),
        do=do,
        expected_version=asked.wish.expected_version,
        digest=digest_of(services, asked.wish),
    )


def command_id(services: Services, who: Principal, order_no: str, key: str | None) -> str:
    """Each account's keys are its own; the id tells whose the command is. A key that holds somebody's number does not
    get onto the log."""
    if key is not None and mask_numbers(key) != key:
        key = services.vault.hashes.request(key.encode())
    return f"{who.account_id}:{order_no}:{key or uuid.uuid4().hex}"


def is_own(who: Principal, command_id: str) -> bool:
    """Whether ``who`` sent the command of this id."""
    return command_id.startswith(f"{who.account_id}:")


def digest_of(services: Services, wish: Wish) -> str:
    """The same for the same wish, whatever the order of its fields. Keyed: a short text could be guessed otherwise."""
    said = json.dumps(wish.model_dump(mode="json"), sort_keys=True)
    return services.vault.hashes.request(said.encode())


def _completed(do: PersonsMove, codes: Codes, known: Mapping[str, Order], order: Order | None) -> PersonsMove:
    """The move with what only this side knows: codes for names, and when the order to be followed was received."""
    match do:
        case Merge():
            target = known.get(do.into)
            if target is None:
                raise CorrectInput.one("do.into", f"no order {do.into}")
            return do.model_copy(update={"into_received_at": target.received_at})
        case Amend():
            return do.model_copy(update=resolved(do, codes, order.street if order else None, "do"))
        case Split():
            street = order.street if order else None
            parts = [
                part.model_copy(update=resolved(part, codes, street, f"do.parts.{n}"))
                for n, part in enumerate(do.parts)
            ]
            return do.model_copy(update={"parts": tuple(parts)})
    return do


def resolved(said: Value, codes: Codes, street: str | None, path: str) -> dict[str, object]:
    """The codes that stand for names in ``said``. Raises ``CorrectInput`` for what the catalogue does not know."""
    given = {name: value for name in _CODES if (value := getattr(said, name, None)) is not None}
    if not given:
        return {}
    place = {"street": street} if "community" in given and street is not None else {}
    # model_construct: Codes looks at these fields alone, and they were checked when the wish was read.
    asked = Intake.model_construct(**(place | given))
    found, problems = codes.resolve(asked)
    if problems:
        raise CorrectInput([Problem(f"{path}.{one.field}" if path else one.field, one.reason) for one in problems])
    return found

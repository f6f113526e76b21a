"""An intake message without personal data in clear: masked for everybody, the originals sealed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from dispatcher.vault.vault import Vault
from dispatcher.vault.words import IDENTITY, known_of, room_of, shown_identity
from models.errors import ConfigureFirst, CorrectInput
from models.intake import Intake, SealedIntake
from models.masking import mask_numbers
from models.order import Order

_TEXTS = ("title", "content", "reply_public")
_CODES = ("agent_id", "liaison_unit")
_KEPT = ("phone_hashes", "id_hash", "sealed")


def place_of(handed_in: Intake | Order) -> tuple[str, str, str]:
    """What a message's seal is bound to."""
    return ("intake", handed_in.source_system, handed_in.external_id)


def masked_fields(intake: Intake) -> dict[str, str]:
    """How each field is shown that is shown otherwise than it was said; ``returns.0.basis`` for a part. Pure."""
    said = {name: getattr(intake, name) for name in IDENTITY}
    hide = intake.is_anonymous or intake.is_confidential
    known = known_of(said, hide)
    room = room_of(intake.address_text or "")
    if room:  # what the address hides must not stand in the text beside it
        known = replace(known, hidden=(room, *known.hidden))
    shown = shown_identity(said, hide)
    shown |= {name: known.masked(text) for name in _TEXTS if (text := getattr(intake, name))}
    shown |= {name: mask_numbers(code) for name in _CODES if (code := getattr(intake, name))}
    if intake.address_text:
        shown["address_text"] = known.masked_address(intake.address_text)
    shown |= {f"returns.{n}.basis": known.masked(one.basis) for n, one in enumerate(intake.returns) if one.basis}
    return {path: text for path, text in shown.items() if text != _said(intake, path)}


def seal_intake(vault: Vault, intake: Intake) -> SealedIntake:
    """The message as it may be kept. One that is sealed stays as it is; ``accept_sealed`` tells a false one."""
    if isinstance(intake, SealedIntake) and intake.sealed is not None:
        return intake
    shown = masked_fields(intake)
    more: dict[str, Any] = {}
    if shown:
        more["sealed"] = vault.sealer.seal({path: _said(intake, path) for path in shown}, place_of(intake))
        if intake.phone:
            more["phone_hashes"] = vault.hashes.phones(intake.phone)
        if intake.id_number:
            more["id_hash"] = vault.hashes.identity(intake.id_number)
    # model_construct: a mask is as valid as what it stands for.
    values = dict(intake) | _placed(intake, shown) | more
    return SealedIntake.model_construct(intake.model_fields_set | more.keys(), **values)


def accept_sealed(vault: Vault, intake: SealedIntake) -> None:
    """Raises ``CorrectInput`` for a seal that our keys do not open for this very message: not sealed here."""
    if intake.sealed is None:
        return
    try:
        vault.sealer.open_bytes(intake.sealed, place_of(intake))
    except ConfigureFirst as error:  # anybody can write a key's name: no reason to stop for all the others
        raise CorrectInput.one("sealed", str(error)) from error


def open_intake(vault: Vault, intake: SealedIntake) -> Intake:
    """The message as it was handed in. Raises ``BrokenSeal``."""
    values = {name: value for name, value in intake if name not in _KEPT}
    if intake.sealed is not None:
        values |= _placed(intake, vault.sealer.open(intake.sealed, place_of(intake)))
    return Intake.model_construct(intake.model_fields_set - {*_KEPT}, **values)


def _said(intake: Intake, path: str) -> str:
    whole, _, rest = path.partition(".")
    if rest:
        return intake.returns[int(rest.partition(".")[0])].basis or ""
    said: str = getattr(intake, whole)
    return said


def _placed(intake: Intake, texts: dict[str, str]) -> dict[str, Any]:
    """``texts`` by field, those of ``returns`` in their places."""
    fields: dict[str, Any] = {path: text for path, text in texts.items() if "." not in path}
    bases = {int(path.split(".")[1]): text for path, text in texts.items() if "." in path}
    if bases:
        fields["returns"] = tuple(
            one.model_copy(update={"basis": bases[n]}) if n in bases else one for n, one in enumerate(intake.returns)
        )
    return fields

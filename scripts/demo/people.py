"""Who calls: invented people and firms with numbers that nobody can have, and the channel they use."""

from __future__ import annotations

from random import Random
from typing import Any

from models.catalogue import Catalogue
from models.kinds import RequesterKind
from scripts.demo.phrases import Phrases
from scripts.demo.places import Site

PHONES = 10_000
"""People of the city; person n has the number 1990000nnnn, which no operator gives out."""

_CHANNELS = {
    RequesterKind.CITIZEN: {
        "hotline": 60, "wechat": 15, "app": 9, "web": 4, "mailbox": 3, "city_transfer": 5, "grid": 4,
    },
    RequesterKind.ENTERPRISE: {"hotline": 38, "enterprise_portal": 48, "web": 8, "mailbox": 3, "city_transfer": 3},
}  # fmt: skip


def channel_of(rng: Random, catalogue: Catalogue, kind: RequesterKind) -> str:
    """A channel of the catalogue, by the share that it has of this kind of requester."""
    known = {term.code for term in catalogue.channels}
    shares = {code: share for code, share in _CHANNELS[kind].items() if code in known}
    return rng.choices(tuple(shares), tuple(shares.values()))[0] if shares else catalogue.channels[0].code


def requester_of(
    rng: Random, phrases: Phrases, kind: RequesterKind, site: Site, request_type: str, person: int
) -> dict[str, Any]:
    """The requester's fields of an intake message."""
    names = phrases.people
    surname = names.surnames[person % len(names.surnames)]
    given = names.given[person // len(names.surnames) % len(names.given)]
    found: dict[str, Any] = {"requester_kind": kind, "reply_required": rng.random() < 0.92}
    if kind is RequesterKind.ENTERPRISE:
        found |= {"enterprise_name": site.names["factory"], "uscc": f"91440300DEMO{site.number:06d}"}
        found |= {"liaison_unit": site.office if rng.random() < 0.6 else None}
    accuses = request_type == "report"
    if kind is RequesterKind.CITIZEN and rng.random() < (0.35 if accuses else 0.06):
        return found | {"is_anonymous": True, "is_confidential": accuses}
    confidential = rng.random() < (0.5 if accuses else 0.03)
    return found | {"name": surname + given, "phone": f"1990000{person:04d}", "is_confidential": confidential}

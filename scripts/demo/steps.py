"""The planned life of one order: who does what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from models.intake import Intake
from models.kinds import DecisionMode, ReturnReason
from models.lifecycle import Move
from models.parts import Routing, Visit
from scripts.demo.behaviour import (
    BY_HAND,
    REVIEW,
    VISIT,
    WITH_SUGGESTIONS,
    Era,
    direct_wait,
    handling,
    in_office,
    sign_wait,
    wait,
)
from scripts.demo.city import City, Origin
from scripts.demo.slots import Slots
from scripts.demo.visits import is_called, visit_of
from scripts.demo.wording import basis_of, reply_of


@dataclass(frozen=True, slots=True)
class Step:
    """One move at its time; ``unit`` is whom it is dispatched to, or who acts."""

    at: datetime
    move: Move
    unit: str | None = None
    reason: ReturnReason | None = None
    basis: str | None = None
    reply: str | None = None
    visit: Visit | None = None


def plan_steps(
    rng: Random, city: City, origin: Origin, intake: Intake, slots: Slots, routing: Routing | None
) -> tuple[DecisionMode, tuple[Step, ...]]:
    """How the order was dispatched, and its steps in the order of time; ``slots.received`` is when it came.

    ``routing`` is the router's receipt, None before the roll-out. What goes by itself goes to the router's unit, be
    it right or wrong; all else is an operator's choice.
    """
    at, urgency = slots.received, intake.urgency
    by_itself = routing is not None and routing.mode == "auto"
    if not by_itself and origin.voice == "consult" and rng.random() < origin.matter.direct:
        at += direct_wait(rng, intake.channel)
        return DecisionMode.MANUAL, (Step(at, Move.ANSWER_DIRECTLY, reply=_reply(rng, city, origin, slots, at)),)
    era = BY_HAND if routing is None else WITH_SUGGESTIONS
    units = _units(rng, city, origin, era, routing)
    *wrong_units, right = units
    mode = _mode(units[0], routing)
    at += wait(rng, era.decide[mode])
    if mode is not DecisionMode.AUTO:
        at = in_office(rng, at, urgency)
    steps: list[Step] = []
    for wrong in wrong_units:
        steps.append(Step(at, Move.DISPATCH, wrong))
        at = in_office(rng, at + wait(rng, era.notice_wrong), urgency)
        reason = city.return_reason(rng, origin, wrong)
        basis = basis_of(rng, city.phrases, reason, city.catalogue.unit_name(right))
        steps.append(Step(at, Move.RETURN, wrong, reason, basis))
        at = in_office(rng, at + wait(rng, era.review), urgency)
    steps.append(Step(at, Move.DISPATCH, right))
    signed = in_office(rng, at + sign_wait(rng, era, urgency), urgency)
    closed = in_office(rng, signed + handling(rng, origin.matter, origin.voice, urgency), urgency)
    reply = _reply(rng, city, origin, slots, closed)
    steps += _handled(city, origin, intake, era, (at, signed, closed), right, reply)
    return mode, tuple(steps)


def _handled(
    city: City,
    origin: Origin,
    intake: Intake,
    era: Era,
    times: tuple[datetime, datetime, datetime],
    unit: str,
    reply: str,
) -> list[Step]:
    """From the signature to the visit; ``times`` are those of the dispatch, the signature and the closing.

    It draws on a generator of its own: what a call brings does not depend on how earlier ones were handled.
    """
    rng = Random(f"handled/{intake.external_id}")
    sent, signed, closed = times
    replied = closed - min(wait(rng, REVIEW), (closed - signed) / 2)
    steps = [Step(signed, Move.SIGN, unit)]
    if intake.phone is not None:
        spoke = in_office(rng, sent + wait(rng, era.contact), intake.urgency)
        steps.append(Step(min(spoke, replied), Move.CONTACT, unit))
        steps.sort(key=lambda step: step.at)
    steps += [Step(replied, Move.REPLY, unit, reply=reply), Step(closed, Move.CLOSE, unit)]
    if is_called(rng, origin.voice, intake.phone, intake.reply_required):
        called = in_office(rng, closed + wait(rng, VISIT), intake.urgency)
        steps.append(Step(called, Move.VISIT, visit=visit_of(rng, city.phrases)))
    return steps


def _units(rng: Random, city: City, origin: Origin, era: Era, routing: Routing | None) -> list[str]:
    """Whom the order is dispatched to, one after the other; the last is the right unit."""
    right, units, wrong_share = city.right_unit(origin), list[str](), era.wrong
    if routing is not None and routing.mode == "auto" and routing.unit is not None:
        if routing.unit == right:
            return [right]
        units, wrong_share = [routing.unit], era.wrong_again
    while rng.random() < wrong_share:
        wrong = city.wrong_unit(rng, origin)
        if wrong == right or wrong in units:
            break
        units.append(wrong)
        wrong_share = era.wrong_again
    return [*units, right]


def _mode(first: str, routing: Routing | None) -> DecisionMode:
    """How the first dispatch comes about: the ledger's own rule for an order with this receipt."""
    if routing is None or not routing.suggestions:
        return DecisionMode.MANUAL
    if routing.mode == "auto":
        return DecisionMode.AUTO
    return DecisionMode.ACCEPTED if first == routing.suggestions[0].unit else DecisionMode.OVERRIDDEN


def _reply(rng: Random, city: City, origin: Origin, slots: Slots, at: datetime) -> str:
    slots["date"] = f"{at.month}月{at.day}日"
    return reply_of(rng, city.phrases, origin.matter, origin.voice, slots)

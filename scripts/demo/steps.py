"""The planned life of one order: who does what, and when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from random import Random

from models.lifecycle import Move
from models.order import DecisionMode, ReturnReason, Urgency
from scripts.demo.behaviour import BY_HAND, WITH_SUGGESTIONS, direct_wait, handling, in_office, sign_wait, wait
from scripts.demo.city import City, Origin
from scripts.demo.slots import Slots
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


def plan_steps(
    rng: Random, city: City, origin: Origin, urgency: Urgency, channel: str, slots: Slots, rollout: datetime
) -> tuple[DecisionMode, tuple[Step, ...]]:
    """How the order was dispatched, and its steps in the order of time; ``slots.received`` is when it came."""
    at = slots.received
    if origin.voice == "consult" and rng.random() < origin.matter.direct:
        at += direct_wait(rng, channel)
        return DecisionMode.MANUAL, (Step(at, Move.ANSWER_DIRECTLY, reply=_reply(rng, city, origin, slots, at)),)
    era = BY_HAND if at < rollout else WITH_SUGGESTIONS
    mode = _mode(rng, city, origin, at < rollout)
    _, delay, wrong_share = era.modes[mode]
    at += wait(rng, delay)
    if mode is not DecisionMode.AUTO:
        at = in_office(rng, at, urgency)
    right = city.right_unit(origin)
    steps: list[Step] = []
    while rng.random() < wrong_share:
        wrong = city.wrong_unit(rng, origin)
        if wrong == right:
            break
        steps.append(Step(at, Move.DISPATCH, wrong))
        at = in_office(rng, at + wait(rng, era.notice_wrong), urgency)
        reason = city.return_reason(rng, origin, wrong)
        basis = basis_of(rng, city.phrases, reason, city.catalogue.unit_name(right))
        steps.append(Step(at, Move.RETURN, wrong, reason, basis))
        at = in_office(rng, at + wait(rng, era.review), urgency)
        wrong_share = era.wrong_again
    steps.append(Step(at, Move.DISPATCH, right))
    at = in_office(rng, at + sign_wait(rng, era, urgency), urgency)
    steps.append(Step(at, Move.SIGN, right))
    at = in_office(rng, at + handling(rng, origin.matter, origin.voice, urgency), urgency)
    steps.append(Step(at, Move.CLOSE, right, reply=_reply(rng, city, origin, slots, at)))
    return mode, tuple(steps)


def _mode(rng: Random, city: City, origin: Origin, by_hand: bool) -> DecisionMode:
    if by_hand:
        return DecisionMode.MANUAL
    modes = WITH_SUGGESTIONS.modes
    mode = rng.choices(tuple(modes), [share for share, _, _ in modes.values()])[0]
    held = mode is DecisionMode.AUTO and origin.matter.unit in city.catalogue.auto_dispatch.never
    return DecisionMode.ACCEPTED if held else mode


def _reply(rng: Random, city: City, origin: Origin, slots: Slots, at: datetime) -> str:
    slots["date"] = f"{at.month}月{at.day}日"
    return reply_of(rng, city.phrases, origin.matter, origin.voice, slots)

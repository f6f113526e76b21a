"""What the demonstration's departments do with an order that they have."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from models.kinds import ReturnReason, State
from models.moves import (
    Contact,
    CoReply,
    Reply,
    RequestExtension,
    RequestSuspension,
    Return,
    Sign,
    Transfer,
)
from scripts.demo.behaviour import WITH_SUGGESTIONS, handling, sign_wait, wait
from scripts.demo.scene import Intention, Scene, department
from scripts.demo.wording import basis_of

_MINUTE = timedelta(minutes=1)
_TRANSFER, _REWORK = (1.0, 0.8), (40.0, 0.6)
_RETURNS_ITS_OWN, _TRANSFERS, _ASKS_FOR_TIME, _PUTS_ASIDE = 0.04, 0.2, 0.6, 0.015
_TRUE, _SOLVED = 0.94, 0.9


def wishes(scene: Scene) -> Iterator[Intention]:
    """What the units want to do with the order as it stands."""
    match scene.order.state:
        case State.DISPATCHED:
            back = _return(scene)
            if back is not None:
                yield back
                return
            signed = sign_wait(scene.draw("sign"), WITH_SUGGESTIONS, scene.order.urgency)
            at = scene.not_before(scene.at, scene.order.entered_at + signed, "sign")
            yield Intention(at, scene.unit, Sign())
        case State.HANDLING:
            yield from _handling(scene)
        case State.REWORK:
            yield _reply(scene, scene.after(scene.order.entered_at, _REWORK, f"rework/{scene.order.rework_count}"))


def _return(scene: Scene) -> Intention | None:
    """A wrong unit sends the order back while it may; now and then one that is responsible tries to."""
    order, city, origin = scene.order, scene.city, scene.origin
    until = order.return_until
    if order.is_final or order.first_closed_at is not None or until is None or scene.at >= until - _MINUTE:
        return None
    if scene.is_rightly_placed:
        if order.return_count or not scene.happens("returns", _RETURNS_ITS_OWN):
            return None
        reason, points_to = ReturnReason.UNCLEAR, order.lead_department or ""
    else:
        reason = city.return_reason(scene.draw("reason"), origin, order.lead_department or "")
        points_to = city.right_unit(origin)
    basis = basis_of(scene.draw("basis"), city.phrases, reason, city.catalogue.unit_name(points_to))
    planned = (order.dispatched_at or scene.at) + wait(scene.draw("notice"), WITH_SUGGESTIONS.notice_wrong)
    at = max(scene.at, min(planned, until - _MINUTE))
    return Intention(at, scene.unit, Return(reason=reason, basis=basis))


def _handling(scene: Scene) -> Iterator[Intention]:
    """It speaks with the requester, asks for more time where it will be late, and replies when it is done."""
    order, origin = scene.order, scene.origin
    took = handling(scene.draw("handling"), origin.matter, origin.voice, order.urgency)
    signed_at = order.signed_at or order.entered_at
    done = scene.not_before(scene.at, signed_at + took, "handling")
    if order.first_closed_at is None:
        back = None if scene.is_rightly_placed else _return(scene)
        if back is not None:
            yield back
            return
        if order.first_contact_at is None and order.requester.phone is not None:
            spoke = scene.after(order.dispatched_at, WITH_SUGGESTIONS.contact, "contact")
            yield Intention(min(spoke, done - _MINUTE), scene.unit, Contact())
        yield from _asks(scene, signed_at, took, done)
    if order.section is None and scene.happens("transfers", _TRANSFERS):
        section = scene.says(lambda desk: desk.transfer)
        yield Intention(scene.after(signed_at, _TRANSFER, "transfer"), scene.unit, Transfer(section=section))
    replied = {said.unit for said in order.co_replies}
    for unit in order.co_departments:
        if unit not in replied:
            do = CoReply(reply_internal=scene.says(lambda desk: desk.co_reply, unit))
            yield Intention(scene.not_before(scene.at, signed_at + took * 0.6, unit), department(unit), do)
    if order.request is None:
        yield _reply(scene, done)


def _asks(scene: Scene, signed_at: datetime, took: timedelta, done: datetime) -> Iterator[Intention]:
    """For each once: who was refused does not ask again."""
    order, process = scene.order, scene.city.catalogue.process
    if order.request is not None or order.due_at is None:
        return
    asks_at = order.due_at - timedelta(hours=20)
    is_late = order.extension_count < process.extensions and done > order.due_at and scene.at < asks_at
    if is_late and scene.happens("time", _ASKS_FOR_TIME):
        do = RequestExtension(days=min(3, process.extension_days), reason=scene.says(lambda desk: desk.extension))
        yield Intention(asks_at, scene.unit, do)
    aside_at = signed_at + took * 0.4
    if scene.at < aside_at and scene.happens("aside", _PUTS_ASIDE):
        yield Intention(aside_at, scene.unit, RequestSuspension(reason=scene.says(lambda desk: desk.suspension)))


def _reply(scene: Scene, at: datetime) -> Intention:
    rng = scene.draw(f"found/{scene.order.rework_count}")
    do = Reply(
        reply_public=scene.reply(at),
        reply_internal=rng.choice(scene.city.phrases.desk.internal),
        is_true=rng.random() < _TRUE,
        is_solved=rng.random() < _SOLVED,
    )
    return Intention(at, scene.unit, do)

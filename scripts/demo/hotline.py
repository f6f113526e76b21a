"""What the demonstration's operators and supervisors do with an order."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from models.kinds import AlarmKind, State
from models.moves import (
    AnswerDirectly,
    ApproveReply,
    Arbitrate,
    Close,
    DenyExtension,
    DenySuspension,
    Dispatch,
    GrantExtension,
    GrantSuspension,
    Merge,
    RecordVisit,
    Refer,
    RefuseReturn,
    Reopen,
    Resume,
    SendBack,
    Supervise,
    Urge,
)
from models.parts import Request
from scripts.demo.behaviour import REVIEW, VISIT, WITH_SUGGESTIONS, direct_wait
from scripts.demo.scene import SUPERVISOR, Intention, Scene
from scripts.demo.visits import is_called, visit_of

_CHOICE = (0.5, 0.8)
_RULING, _RESUMES, _COMPLAINS, _AGAIN = (20.0, 0.5), (80.0, 0.5), (60.0, 0.7), (40.0, 0.5)
_CHOOSES_WRONG, _WITH_OTHERS, _SEES_REPEAT, _REFERS, _SENDS_BACK = 0.06, 0.07, 0.7, 0.15, 0.05
_GRANTS, _URGES, _REOPENS, _SUPERVISES = 0.75, 0.05, 0.01, 0.3


def wishes(scene: Scene) -> Iterator[Intention]:
    """What the hotline wants to do with the order as it stands."""
    match scene.order.state:
        case State.ACCEPTED:
            yield _first(scene)
        case State.RETURN_REVIEW:
            yield _returned(scene)
        case State.ARBITRATION:
            ruling = Arbitrate(unit=scene.city.right_unit(scene.origin), basis=scene.says(lambda desk: desk.ruling))
            yield Intention(scene.after(scene.order.entered_at, _RULING, "ruling"), SUPERVISOR, ruling)
        case State.HANDLING:
            yield from _watching(scene)
        case State.SUSPENDED:
            do = Resume(reason=scene.says(lambda desk: desk.resume))
            yield Intention(scene.after(scene.order.entered_at, _RESUMES, "resume"), SUPERVISOR, do)
        case State.REPLY_REVIEW:
            yield _reviewed(scene)
        case State.VISITING:
            yield _visited(scene)
        case State.CLOSED:
            yield from _complaint(scene)


def _first(scene: Scene) -> Intention:
    """Answered, merged into what came before about the same, or dispatched."""
    order, origin, city = scene.order, scene.origin, scene.city
    if origin.voice == "consult" and scene.happens("direct", origin.matter.direct):
        at = scene.not_before(scene.at, order.entered_at + direct_wait(scene.draw("wait"), order.channel), "direct")
        return Intention(at, scene.operator, AnswerDirectly(reply_public=scene.reply(at)))
    at = scene.after(order.entered_at, _CHOICE, "choice")
    if scene.earlier is not None and scene.happens("sees", _SEES_REPEAT):
        do = Merge(into=scene.earlier.order_no, into_received_at=scene.earlier.received_at)
        return Intention(at, scene.operator, do)
    wrong = city.wrong_unit(scene.draw("wrong"), origin)
    unit = wrong if scene.happens("errs", _CHOOSES_WRONG) else city.right_unit(origin)
    others = (wrong,) if wrong != unit and scene.happens("others", _WITH_OTHERS) else ()
    suggested = order.routing.suggestions[:1] if order.routing is not None else ()
    overrides = bool(suggested) and suggested[0].unit != unit
    why = scene.says(lambda desk: desk.overridden) if overrides else None
    return Intention(at, scene.operator, Dispatch(unit=unit, co_units=others, override_reason=why))


def _returned(scene: Scene) -> Intention:
    at = scene.after(scene.order.entered_at, WITH_SUGGESTIONS.review, f"review/{scene.order.return_count}")
    if scene.is_rightly_placed:
        return Intention(at, scene.operator, RefuseReturn(reason=scene.says(lambda desk: desk.refuse_return)))
    if scene.happens("refers", _REFERS):
        return Intention(at, scene.operator, Refer(reason=scene.says(lambda desk: desk.refer)))
    return Intention(at, scene.operator, Dispatch(unit=scene.city.right_unit(scene.origin)))


def _watching(scene: Scene) -> Iterator[Intention]:
    """While a unit works: its requests are decided, the requester asks again, what is late is watched."""
    order = scene.order
    if order.request is not None:
        yield _decided(scene, order.request)
    if order.urge_count == 0 and order.signed_at is not None and scene.happens("urges", _URGES):
        at = scene.after(order.signed_at, _AGAIN, "urges")
        yield Intention(at, scene.operator, Urge(note=scene.says(lambda desk: desk.urge)))
    if order.supervise_level == 0 and AlarmKind.OVERDUE in order.alarms and scene.happens("watch", _SUPERVISES):
        do = Supervise(level=1, reason=scene.says(lambda desk: desk.supervise))
        yield Intention(scene.at + timedelta(hours=1), SUPERVISOR, do)


def _decided(scene: Scene, request: Request) -> Intention:
    grants = scene.happens(f"grants/{request.kind}", _GRANTS)
    at, why = scene.after(request.asked_at, REVIEW, f"decides/{request.kind}"), scene.says(lambda desk: desk.deny)
    if request.kind == "extension":
        return Intention(at, scene.operator, GrantExtension() if grants else DenyExtension(reason=why))
    return Intention(at, SUPERVISOR, GrantSuspension() if grants else DenySuspension(reason=why))


def _reviewed(scene: Scene) -> Intention:
    order, time = scene.order, f"{scene.order.rework_count}/{scene.order.version}"
    at = scene.after(order.entered_at, REVIEW, f"reviews/{time}")
    if scene.happens(f"sends/{time}", _SENDS_BACK):
        return Intention(at, scene.operator, SendBack(reason=scene.says(lambda desk: desk.send_back)))
    called = order.rework_count > 0 or is_called(
        scene.draw("called"), scene.origin.voice, order.requester.phone, order.requester.reply_required
    )
    return Intention(at, scene.operator, ApproveReply() if called else Close())


def _visited(scene: Scene) -> Intention:
    order, time = scene.order, f"{scene.order.rework_count}/{scene.order.visit_attempts}"
    said = visit_of(scene.draw(f"visit/{time}"), scene.city.phrases)
    do = RecordVisit(**{name: getattr(said, name) for name in type(said).model_fields})
    start = order.updated_at if order.visit_attempts else order.entered_at
    return Intention(scene.after(start, VISIT, f"calls/{time}"), scene.operator, do)


def _complaint(scene: Scene) -> Iterator[Intention]:
    order = scene.order
    if order.closing_department is None or order.rework_count or not scene.happens("complains", _REOPENS):
        return
    at = (order.closed_at or scene.at) + timedelta(hours=_COMPLAINS[0])
    if scene.at <= at and (order.reopen_until is None or at < order.reopen_until):
        yield Intention(at, scene.operator, Reopen(reason=scene.says(lambda desk: desk.complaint)))

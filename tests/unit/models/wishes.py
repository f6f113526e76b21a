"""Whatever can be asked of an order in the small city of ``life``: likely commands, and nonsense."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, get_args

from hypothesis import strategies as st

from models import moves
from models.commands import Actor
from models.kinds import AlarmKind, DecisionMode, RejectReason, ReturnReason, Satisfaction, Urgency
from models.lifecycle import Move
from models.moves import LaterMove, RecordedStep, Register
from models.parts import Requester
from models.rights import Role
from tests.unit.models.life import NOW, OPERATOR, ROADS, SUPERVISOR, SYSTEM, WATER, register, routing

MASTER, FOLLOWER = "MQ0000000000000", "MQ0000000000009"

known = st.sampled_from(["water", "roads"])
units = st.sampled_from(["water", "roads", "east_office", "street_town", "unknown", "水务局"])
numbers = st.sampled_from([MASTER, FOLLOWER, "MQ0000000000001"])
words = st.none() | st.sampled_from(["已处理", "🙂" * 50, "", "字" * 20_000])
said = st.sampled_from(["理由充分", "🙂"])
streets = st.none() | st.sampled_from(["east", "west", "north"])
communities = st.none() | st.sampled_from(["翠湖", "上村", "北村"])
items = st.none() | st.sampled_from(["burst", "pothole", "x"])
flags = st.none() | st.booleans()
instants = st.datetimes(
    datetime(2025, 12, 1), datetime(2026, 6, 1), timezones=st.just(register().received_at.tzinfo)
)  # fmt: skip
actors = st.sampled_from([OPERATOR, SUPERVISOR, SYSTEM, WATER, ROADS]) | st.builds(
    Actor, id=st.sampled_from(["a", "机器"]), role=st.sampled_from(Role), unit=st.none() | known | units
)
parts = st.lists(
    st.builds(moves.SplitPart, title=said, content=said, item_code=items, street=streets, community=communities),
    min_size=2,
    max_size=3,
).map(tuple)
co_units = st.just(()) | st.lists(known | units, max_size=2).map(tuple)

_OF: dict[Move, st.SearchStrategy[Any]] = {
    Move.REJECT: st.builds(moves.Reject, reason=st.sampled_from(RejectReason), basis=said, reply_public=words),
    Move.AMEND: st.builds(
        moves.Amend, reason=said, content=words, urgency=st.none() | st.sampled_from(Urgency), street=streets,
        community=communities, item_code=items, request_type=st.none() | st.sampled_from(["consult", "x"]),
    ),
    Move.ANSWER_DIRECTLY: st.builds(moves.AnswerDirectly, reply_public=words),
    Move.DISPATCH: st.builds(
        moves.Dispatch, unit=known | units, co_units=co_units, override_reason=words, notify=st.booleans(),
        mode=st.none() | st.sampled_from(DecisionMode),
    ),
    Move.ARBITRATE: st.builds(moves.Arbitrate, unit=known | units, co_units=co_units, basis=said),
    Move.MERGE: st.builds(moves.Merge, into=numbers, into_received_at=st.none() | instants),
    Move.SPLIT: st.builds(moves.Split, parts=parts),
    Move.RETURN: st.builds(moves.Return, reason=st.sampled_from(ReturnReason), basis=words),
    Move.TRANSFER: st.builds(moves.Transfer, section=st.none() | said, handler=st.none() | said, note=words),
    Move.CONTACT: st.builds(moves.Contact, reached=st.booleans(), note=words),
    Move.REQUEST_EXTENSION: st.builds(moves.RequestExtension, days=st.integers(1, 6), reason=said),
    Move.RESUME: st.builds(moves.Resume, reason=words),
    Move.CO_REPLY: st.builds(moves.CoReply, reply_internal=said),
    Move.REPLY: st.builds(
        moves.Reply, reply_public=words | said, reply_internal=words, is_true=flags, is_solved=flags
    ),
    Move.VISIT: st.builds(
        moves.RecordVisit, contacted=st.booleans(), solved=flags, comment=words,
        satisfaction=st.none() | st.sampled_from(Satisfaction),
    ),
    Move.URGE: st.builds(moves.Urge, note=words),
    Move.SUPERVISE: st.builds(moves.Supervise, level=st.integers(1, 3), reason=said),
    Move.REVEAL: st.builds(moves.Reveal, reason=st.just("联系诉求人")),
    Move.ALARM: st.builds(moves.Alarm, kind=st.sampled_from(AlarmKind), due_at=instants),
    Move.ADOPT: st.builds(moves.Adopt, follower=numbers, leaves=st.booleans()),
    Move.FOLLOW: st.builds(moves.Follow, master=numbers, unit=st.none() | known, reply_public=words),
    Move.CHILD_ENDED: st.builds(moves.ChildEnded, child=numbers),
    Move.RECORD_CLOSURE: st.builds(
        moves.RecordClosure, unit=st.none() | known | units, reply_public=words, visit_follows=st.booleans()
    ),
}  # fmt: skip
KINDS: dict[Move, Any] = {kind.model_fields["move"].default: kind for kind in get_args(get_args(LaterMove)[0])}


def _wish(move: Move) -> st.SearchStrategy[Any]:
    if move in _OF:
        return _OF[move]
    return st.builds(KINDS[move], **({"reason": said} if "reason" in KINDS[move].model_fields else {}))


WISHES: dict[Move, st.SearchStrategy[Any]] = {move: _wish(move) for move in KINDS}
later_moves = st.one_of(*WISHES.values())

routings = st.builds(
    routing,
    mode=st.sampled_from(["auto", "suggest"]),
    unit=st.none() | known | units,
    suggestions=st.lists(units, max_size=2).map(tuple),
)
requesters = st.builds(
    Requester,
    name=st.just("王*"),
    phone=st.none() | st.just("138****5678"),
    is_confidential=st.booleans(),
    sealed=st.just("c2VhbGVk"),
)
Steps = list[tuple[Any, Actor]]
_SENT: Steps = [(moves.Dispatch(unit="water", co_units=("roads",)), OPERATOR)]
_HANDLING: Steps = [*_SENT, (moves.Sign(), WATER)]
_ASKED: Steps = [(moves.RequestSuspension(reason="需立项"), WATER)]
_ASIDE: Steps = [*_ASKED, (moves.GrantSuspension(), SUPERVISOR)]
_REPLIED: Steps = [*_HANDLING, (moves.Reply(reply_public="已修复"), WATER)]
_VISITING: Steps = [*_REPLIED, (moves.ApproveReply(), OPERATOR)]
_REWORK: Steps = [*_VISITING, (moves.RecordVisit(contacted=True, solved=False), OPERATOR)]
_RETURNED: Steps = [*_SENT, (moves.Return(reason="unclear", basis="要素不全"), WATER)]
PROLOGUES: tuple[Steps, ...] = (
    [],
    _SENT,
    _HANDLING,
    [*_HANDLING, (moves.RequestExtension(days=3, reason="待料"), WATER)],
    [*_HANDLING, *_ASKED],
    [*_HANDLING, *_ASIDE],
    _REPLIED,
    _VISITING,
    _REWORK,
    [*_REWORK, *_ASKED],
    [*_REWORK, *_ASIDE],
    [*_REPLIED, (moves.Close(), OPERATOR)],
    _RETURNED,
    [*_RETURNED, (moves.Refer(reason="争议"), OPERATOR)],
    [(moves.Merge(into=MASTER, into_received_at=NOW - timedelta(days=9)), OPERATOR)],
    [(moves.Split(parts=(moves.SplitPart(title="甲", content="甲"),) * 2), OPERATOR)],
    [(moves.Reject(reason="no_facts", basis="无事实"), OPERATOR)],
)
"""How far a life has come when whatever comes next begins; the first is accepted only."""

_hours = st.integers(-48, 24 * 40).map(lambda n: timedelta(hours=n))
_small = st.timedeltas(timedelta(minutes=-10), timedelta(minutes=10))
_pasts = st.lists(st.tuples(st.timedeltas(timedelta(hours=-1), timedelta(days=3)), later_moves), max_size=8)
Make = Callable[[datetime], Register]
"""How a registration looks once it is known what time it is."""


@st.composite
def registers(draw: st.DrawFn, live: bool = False) -> Make:
    """A live one is received a moment ago and has no past elsewhere."""
    ago = draw(_small.map(abs) if live else _hours | _small)
    past = [] if live else draw(st.just([]) | _pasts)
    fields = {
        "external_id": draw(st.sampled_from(["1", "2"])),
        "routing": draw(routings),
        "requester": draw(requesters),
        "content": draw(words) or "水",
        "street": draw(st.none() | st.sampled_from(["east", "west"])),
        "source_system": draw(st.sampled_from(["s", "s", "split"])),
        "parent_order_no": draw(st.none() | st.just(MASTER)),
    }

    def at(now: datetime) -> Register:
        moment, steps = now - ago, []
        for gap, do in past:
            moment += gap
            steps.append(RecordedStep(at=moment, do=do))
        return register(received_at=now - ago, steps=tuple(steps), **fields)

    return at

"""What people ask for: each move with a payload that can be meant, and payloads that nobody can mean."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from models.kinds import RejectReason, ReturnReason, Satisfaction, Urgency
from models.lifecycle import SYSTEM_MOVES, Move

Wish = st.SearchStrategy[dict[str, Any]]

UNITS = st.sampled_from(("water", "water", "housing", "housing", "police", "gov_service"))
CO_UNITS = st.sampled_from(((), (), ("housing",), ("police", "water"), ("police", "police")))
SAID = st.sampled_from(("管道已更换", "电话13987650432，找欧阳无双", "=1+1", "<b>好</b>\n二", "长" * 300))
MAYBE = st.none() | SAID
YES = st.sampled_from((None, True, False))
PART = st.fixed_dictionaries({"title": SAID.map(lambda text: text[:40]), "content": SAID})


def _wish(**fields: st.SearchStrategy[Any]) -> Wish:
    return st.fixed_dictionaries(fields)


# ``into`` of a merge is filled in where the numbers are known.
PAYLOADS: dict[Move, Wish] = {
    Move.ACCEPT: _wish(),
    Move.REJECT: _wish(reason=st.sampled_from(RejectReason), basis=SAID, reply_public=SAID),
    Move.RECONSIDER: _wish(reason=SAID),
    Move.AMEND: _wish(
        reason=SAID, content=MAYBE, urgency=st.none() | st.sampled_from(Urgency),
        request_type=st.sampled_from((None, "complaint", "咨询")), street=st.sampled_from((None, "马田", "公明街道")),
    ),
    Move.ANSWER_DIRECTLY: _wish(reply_public=SAID),
    Move.DISPATCH: _wish(unit=UNITS, co_units=CO_UNITS, override_reason=SAID),
    Move.RECALL: _wish(reason=SAID),
    Move.REFER: _wish(reason=SAID),
    Move.ARBITRATE: _wish(unit=UNITS, co_units=CO_UNITS, basis=SAID),
    Move.MERGE: _wish(),
    Move.UNMERGE: _wish(reason=SAID),
    Move.SPLIT: _wish(parts=st.lists(PART, min_size=2, max_size=3)),
    Move.SIGN: _wish(),
    Move.RETURN: _wish(reason=st.sampled_from(ReturnReason), basis=SAID),
    Move.REFUSE_RETURN: _wish(reason=SAID),
    Move.TRANSFER: _wish(section=st.just("维修科"), handler=st.none() | st.just("老陈"), note=MAYBE),
    Move.CONTACT: _wish(reached=st.booleans(), note=MAYBE),
    Move.REQUEST_EXTENSION: _wish(days=st.sampled_from((1, 2, 5, 7)), reason=SAID),
    Move.GRANT_EXTENSION: _wish(),
    Move.DENY_EXTENSION: _wish(reason=SAID),
    Move.REQUEST_SUSPENSION: _wish(reason=SAID),
    Move.GRANT_SUSPENSION: _wish(),
    Move.DENY_SUSPENSION: _wish(reason=SAID),
    Move.RESUME: _wish(reason=MAYBE),
    Move.CO_REPLY: _wish(reply_internal=SAID),
    Move.REPLY: _wish(reply_public=SAID, reply_internal=MAYBE, is_true=YES, is_solved=YES),
    Move.SEND_BACK: _wish(reason=SAID),
    Move.APPROVE_REPLY: _wish(),
    Move.CLOSE: _wish(),
    Move.VISIT: _wish(contacted=st.just(True), solved=YES, satisfaction=st.sampled_from(Satisfaction), comment=MAYBE)
    | _wish(contacted=st.just(False)),
    Move.REOPEN: _wish(reason=SAID),
    Move.ARCHIVE: _wish(),
    Move.URGE: _wish(note=MAYBE),
    Move.SUPERVISE: _wish(level=st.integers(1, 3), reason=SAID),
    Move.REVEAL: _wish(reason=st.just("回访联系不上，核对号码")),
}  # fmt: skip
BEGINNINGS: tuple[tuple[Move, ...], ...] = (
    (),
    (Move.DISPATCH, Move.SIGN, Move.REQUEST_SUSPENSION, Move.GRANT_SUSPENSION),
    (Move.DISPATCH, Move.SIGN, Move.REQUEST_SUSPENSION, Move.DENY_SUSPENSION),
    (Move.DISPATCH, Move.SIGN, Move.REQUEST_EXTENSION, Move.GRANT_EXTENSION, Move.REPLY, Move.APPROVE_REPLY),
    (Move.DISPATCH, Move.SIGN, Move.REQUEST_EXTENSION, Move.DENY_EXTENSION, Move.REPLY, Move.SEND_BACK),
    (Move.DISPATCH, Move.RETURN, Move.REFUSE_RETURN),
    (Move.REFER, Move.ARBITRATE, Move.SIGN, Move.REPLY, Move.CLOSE),
    (Move.REJECT, Move.RECONSIDER, Move.DISPATCH, Move.CO_REPLY),
    (Move.AMEND, Move.SPLIT),
    (Move.AMEND, Move.MERGE, Move.UNMERGE),
)
"""The first steps of a life: a sequence is long before it comes there by itself."""
_TO_WATER = {"unit": "water", "co_units": ["housing"]}
SURE = {Move.DISPATCH: _TO_WATER, Move.ARBITRATE: _TO_WATER, Move.REQUEST_EXTENSION: {"days": 2}}
"""What lets these steps follow each other."""
NOTHING = st.none() | st.booleans() | st.integers(-5, 10**12) | st.floats(allow_nan=False, allow_infinity=False)
ODD = st.recursive(
    NOTHING | st.text(st.characters(exclude_categories=()), max_size=20), lambda more: st.lists(more, max_size=3),
    max_leaves=4,
) | st.dictionaries(st.text(max_size=5), NOTHING, max_size=2)  # fmt: skip


@st.composite
def nonsense(draw: st.DrawFn) -> Any:
    """A wish with something wrong: a move of the system's or of nobody's, a field too few, too many or of a kind that
    it cannot be."""
    move = draw(st.sampled_from(sorted(PAYLOADS) + sorted(SYSTEM_MOVES) + ["register", "fly"]))
    do = {"move": move, **draw(PAYLOADS.get(move, st.just({})))}  # type: ignore[call-overload]
    match draw(st.integers(0, 3)):
        case 0:
            do.pop(draw(st.sampled_from(sorted(do))))
        case 1:
            do[draw(st.sampled_from(sorted(do)))] = draw(ODD)
        case 2:
            do[draw(st.text(max_size=5))] = draw(ODD)
        case _:
            return draw(ODD)
    return do


INTAKES = st.fixed_dictionaries(
    {
        "title": st.sampled_from(("路灯不亮", "事", "水管漏水")),
        "content": st.sampled_from(("嗯", "我叫欧阳无双，电话13987650432", "自来水管爆裂，水流到路上")),
    },
    optional={
        "urgency": st.sampled_from(Urgency),
        "request_type": st.sampled_from(("consult", "complaint", "求助")),
        "street": st.sampled_from(("公明街道", "马田")),
        "name": st.just("欧阳无双"),
        "phone": st.just("13987650432"),
        "is_anonymous": st.booleans(),
        "is_confidential": st.booleans(),
        "requester_kind": st.sampled_from(("citizen", "enterprise")),
        "agent_id": st.just("坐席007"),
    },
)

"""What each move carries. A move is a wish; only the ledger turns it into facts."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from models.base import TEXT_MAX, Clean, Code, FreeText, Instant, OrderNumber, Value
from models.kinds import AlarmKind, DecisionMode, RejectReason, ReturnReason, Urgency
from models.lifecycle import Move
from models.order import HandedIn
from models.parts import Limit, Routing, Visit

Said = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=TEXT_MAX), Clean]
"""A text that must say something."""
Unique = Annotated[tuple[Code, ...], Field(max_length=10)]


class Accept(Value):
    """受理: take the order in."""

    move: Literal[Move.ACCEPT] = Move.ACCEPT


class Reject(Value):
    """不予受理: the order is not taken in; on what ground, and what the requester is told."""

    move: Literal[Move.REJECT] = Move.REJECT
    reason: RejectReason
    basis: Said
    reply_public: FreeText | None = None


class Reconsider(Value):
    """复核受理: a rejected order is taken in after all."""

    move: Literal[Move.RECONSIDER] = Move.RECONSIDER
    reason: Said


class Amend(Value):
    """补正: correct or complete what an order lacks before it is dispatched; what is left out stays.

    ``content`` is added to what the requester said, never put in its place.
    """

    move: Literal[Move.AMEND] = Move.AMEND
    reason: Said
    content: FreeText | None = None
    request_type: Code | None = None
    urgency: Urgency | None = None
    street: Code | None = None
    community: Code | None = None
    address_text: FreeText | None = None
    category: Code | None = None
    item_code: Code | None = None


class AnswerDirectly(Value):
    """直接答复: the hotline answers on the spot."""

    move: Literal[Move.ANSWER_DIRECTLY] = Move.ANSWER_DIRECTLY
    reply_public: FreeText | None = None


class Dispatch(Value):
    """派单: send the order to the unit that leads, and to those that co-handle; at first or after a return."""

    move: Literal[Move.DISPATCH] = Move.DISPATCH
    unit: Code
    co_units: Unique = ()
    override_reason: FreeText | None = None
    mode: DecisionMode | None = None
    """How it was decided, where the system knows (the router, an archive); a person's choice is judged
    by the suggestions that the order carried."""
    notify: bool = True
    """False where the unit has known of the order from another system."""


class Recall(Value):
    """撤回派单: the hotline takes a dispatch back before it was signed; a ruling's only a supervisor."""

    move: Literal[Move.RECALL] = Move.RECALL
    reason: Said


class Refer(Value):
    """提请会商: units dispute who is responsible."""

    move: Literal[Move.REFER] = Move.REFER
    reason: Said


class Arbitrate(Value):
    """裁决: the unit that is named keeps the order; no return is possible."""

    move: Literal[Move.ARBITRATE] = Move.ARBITRATE
    unit: Code
    co_units: Unique = ()
    basis: Said


class Merge(Value):
    """并单: the same matter was received before; this order ends with that one."""

    move: Literal[Move.MERGE] = Move.MERGE
    into: OrderNumber
    into_received_at: Instant | None = None
    """Filled in by the desk: only an earlier order can be followed, so that no two follow each other."""


class Unmerge(Value):
    """取消并单: the two are not the same matter after all."""

    move: Literal[Move.UNMERGE] = Move.UNMERGE
    reason: Said


class SplitPart(Value):
    """One of the matters that an order holds; what is left out is the whole order's."""

    title: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), Clean]
    content: Said
    item_code: Code | None = None
    street: Code | None = None
    community: Code | None = None


class Split(Value):
    """拆单: each matter becomes an order of its own; this one ends with the last of them."""

    move: Literal[Move.SPLIT] = Move.SPLIT
    parts: Annotated[tuple[SplitPart, ...], Field(min_length=2, max_length=10)]


class Sign(Value):
    """签收: the unit takes the order on."""

    move: Literal[Move.SIGN] = Move.SIGN


class Return(Value):
    """退单: the unit sends the order back, and says on what ground."""

    move: Literal[Move.RETURN] = Move.RETURN
    reason: ReturnReason
    basis: FreeText | None = None


class RefuseReturn(Value):
    """驳回退单: the unit that sent it back keeps it."""

    move: Literal[Move.REFUSE_RETURN] = Move.REFUSE_RETURN
    reason: Said


class Transfer(Value):
    """内部转办: to a section (科室) or a person inside the unit."""

    move: Literal[Move.TRANSFER] = Move.TRANSFER
    section: Code | None = None
    handler: Code | None = None
    note: FreeText | None = None


class Contact(Value):
    """首次联系: the unit has spoken with the requester, or tried to."""

    move: Literal[Move.CONTACT] = Move.CONTACT
    reached: bool = True
    note: FreeText | None = None


class RequestExtension(Value):
    """申请延期: the unit asks for more time, before the limit is over."""

    move: Literal[Move.REQUEST_EXTENSION] = Move.REQUEST_EXTENSION
    days: Annotated[int, Field(gt=0, le=1000)]
    """Working days."""
    reason: Said


class GrantExtension(Value):
    """同意延期: the limit ends as many working days later as were asked for."""

    move: Literal[Move.GRANT_EXTENSION] = Move.GRANT_EXTENSION


class DenyExtension(Value):
    """不同意延期: the limit stays."""

    move: Literal[Move.DENY_EXTENSION] = Move.DENY_EXTENSION
    reason: Said


class RequestSuspension(Value):
    """申请挂账: what cannot be solved for now."""

    move: Literal[Move.REQUEST_SUSPENSION] = Move.REQUEST_SUSPENSION
    reason: Said


class GrantSuspension(Value):
    """同意挂账: put aside by the district's consent; the limit waits."""

    move: Literal[Move.GRANT_SUSPENSION] = Move.GRANT_SUSPENSION


class DenySuspension(Value):
    """不同意挂账: the unit goes on."""

    move: Literal[Move.DENY_SUSPENSION] = Move.DENY_SUSPENSION
    reason: Said


class Resume(Value):
    """恢复办理: what held it up is over; the limit ends as much later."""

    move: Literal[Move.RESUME] = Move.RESUME
    reason: FreeText | None = None


class CoReply(Value):
    """协办反馈: what a co-handling unit did."""

    move: Literal[Move.CO_REPLY] = Move.CO_REPLY
    reply_internal: Said


class Reply(Value):
    """办理反馈: the unit has handled the matter; what the requester is told, and what the hotline should know."""

    move: Literal[Move.REPLY] = Move.REPLY
    reply_public: FreeText | None = None
    reply_internal: FreeText | None = None
    is_true: bool | None = None
    is_solved: bool | None = None


class SendBack(Value):
    """退回补办: the reply does not do."""

    move: Literal[Move.SEND_BACK] = Move.SEND_BACK
    reason: Said


class ApproveReply(Value):
    """审核通过，转回访: the reply does (办结), and the requester is called."""

    move: Literal[Move.APPROVE_REPLY] = Move.APPROVE_REPLY


class Close(Value):
    """审核办结: the reply does, and nobody is called."""

    move: Literal[Move.CLOSE] = Move.CLOSE


class RecordVisit(Visit):
    """回访: what the requester says.

    As a step of another system's archive it closes the order, whatever was said: what followed it there is a step of
    its own (``reopen``), and none is made up.
    """

    move: Literal[Move.VISIT] = Move.VISIT
    comment: FreeText | None = None


class Reopen(Value):
    """投诉重办: the requester complains about the closing."""

    move: Literal[Move.REOPEN] = Move.REOPEN
    reason: Said


class Archive(Value):
    """归档: the time to complain is over, and nothing follows any more."""

    move: Literal[Move.ARCHIVE] = Move.ARCHIVE


class Urge(Value):
    """催办: the requester asks again."""

    move: Literal[Move.URGE] = Move.URGE
    note: FreeText | None = None


class Supervise(Value):
    """督办: it is watched from above, on level 1 督办, 2 通报督办 or 3 挂牌督办."""

    move: Literal[Move.SUPERVISE] = Move.SUPERVISE
    level: Annotated[int, Field(ge=1, le=3)]
    reason: Said


class Reveal(Value):
    """查看个人信息: who it was and what was masked, for a reason that is kept."""

    move: Literal[Move.REVEAL] = Move.REVEAL
    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=500), Clean]


class Alarm(Value):
    """时限提醒: the clock: the limit that ended at ``due_at``."""

    move: Literal[Move.ALARM] = Move.ALARM
    kind: AlarmKind
    due_at: Instant


class Adopt(Value):
    """接纳并入: another order follows this one."""

    move: Literal[Move.ADOPT] = Move.ADOPT
    follower: Code
    leaves: bool = False
    """It follows no longer."""


class Follow(Value):
    """随主单办结: the order that this one was merged into is closed."""

    move: Literal[Move.FOLLOW] = Move.FOLLOW
    master: Code
    unit: Code | None = None
    reply_public: FreeText | None = None


class ChildEnded(Value):
    """子单办结: one of the orders that this one was split into has ended."""

    move: Literal[Move.CHILD_ENDED] = Move.CHILD_ENDED
    child: Code


class RecordClosure(Value):
    """补录办结: another system's archive says that the order is closed; who closed it may be unknown."""

    move: Literal[Move.RECORD_CLOSURE] = Move.RECORD_CLOSURE
    unit: Code | None = None
    reply_public: FreeText | None = None
    visit_follows: bool = False
    """The archive holds the visit as well: this is 办结, and the ``visit`` that is the next step closes the order."""


_People = (
    Accept | Reject | Reconsider | Amend | AnswerDirectly | Dispatch | Recall | Refer | Arbitrate | Merge | Unmerge
    | Split | Sign | Return | RefuseReturn | Transfer | Contact | RequestExtension | GrantExtension | DenyExtension
    | RequestSuspension | GrantSuspension | DenySuspension | Resume | CoReply | Reply | SendBack | ApproveReply | Close
    | RecordVisit | Reopen | Archive | Urge | Supervise | Reveal
)  # fmt: skip
_Later = _People | Alarm | Adopt | Follow | ChildEnded | RecordClosure
PersonsMove = Annotated[_People, Field(discriminator="move")]
"""What a person or a department's system may ask for."""

LaterMove = Annotated[_Later, Field(discriminator="move")]
"""What can follow a registration."""


class RecordedStep(Value):
    """A move that another system recorded, and when."""

    at: Instant
    do: LaterMove


class Register(HandedIn):
    """登记: take up a new order, with the router's receipt and, for an archived one, its recorded past."""

    move: Literal[Move.REGISTER] = Move.REGISTER
    received_at: Instant
    limit: Limit
    routing: Routing
    steps: tuple[RecordedStep, ...] = ()
    """Empty for a live order: then ``routing`` decides whether it is dispatched at once."""


AnyMove = Annotated[Register | _Later, Field(discriminator="move")]

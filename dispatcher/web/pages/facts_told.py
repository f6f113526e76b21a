"""Each fact of an order's life in words: its name, its colour, and what should be known of it."""

from __future__ import annotations

from typing import assert_never

from dispatcher.web.pages import words
from dispatcher.web.pages.rendering import Names
from models.facts import (
    Accepted,
    Adopted,
    Alarmed,
    Amended,
    Approved,
    Archived,
    ChildDone,
    Closed,
    Contacted,
    CoReplied,
    Denied,
    Dispatched,
    Extended,
    Fact,
    Merged,
    Recalled,
    Received,
    Reconsidered,
    Referred,
    Rejected,
    Replied,
    Requested,
    Resumed,
    Returned,
    ReturnRefused,
    Revealed,
    Reworked,
    Routed,
    SentBack,
    Signed,
    Supervised,
    Suspended,
    Transferred,
    Unmerged,
    Urged,
    Visited,
    WasSplit,
)
from models.masking import mask_numbers
from models.parts import Visit

Told = tuple[str, str, list[str]]
"""Name, colour, details; an empty detail is none."""


def told(fact: Fact, names: Names) -> Told:
    """Name, colour and details of a fact."""
    match fact:
        case Received():
            return "登记", "secondary", [f"渠道：{names.channel(fact.channel)}"]
        case Routed(routing=routing):
            return "智能分拨", "azure", [routing.reason]
        case Accepted():
            return "受理", "secondary", []
        case Rejected():
            reply = _text("答复", fact.reply_public)
            return "不予受理", "red", [words.REJECT_REASONS[fact.reason], _text("依据", fact.basis), reply]
        case Reconsidered():
            return "复核受理", "secondary", [_text("原因", fact.reason)]
        case Amended():
            return "补正", "secondary", [_text("原因", fact.reason), *_amended(fact, names)]
        case Dispatched():
            return _dispatched(fact, names)
        case Recalled():
            return "撤回派单", "orange", [names.unit(fact.unit), _text("原因", fact.reason)]
        case Referred():
            return "提请会商", "orange", [_text("原因", fact.reason)]
        case Signed():
            return "签收", "blue", []
        case Returned():
            why = f"{names.unit(fact.unit)}：{words.RETURN_REASONS[fact.reason]}"
            return "退单", "red", [why, _text("依据", fact.basis)]
        case ReturnRefused():
            return "驳回退单", "orange", [f"仍由{names.unit(fact.unit)}办理", _text("原因", fact.reason)]
        case Transferred():
            to = [f"科室：{fact.section}" if fact.section else "", f"经办人：{fact.handler}" if fact.handler else ""]
            return "内部转办", "blue", [*to, _text("备注", fact.note)]
        case Contacted():
            return ("联系诉求人" if fact.reached else "联系未果"), "blue", [_text("备注", fact.note)]
        case Requested():
            days = f"{fact.days} 个工作日" if fact.days else ""
            return f"申请{words.REQUESTS[fact.kind]}", "orange", [days, _text("原因", fact.reason)]
        case Extended():
            return "同意延期", "orange", [f"延长 {fact.days} 个工作日，至 {names.local(fact.due_at)}"]
        case Denied():
            return f"不同意{words.REQUESTS[fact.kind]}", "red", [_text("原因", fact.reason)]
        case Suspended():
            return "挂账", "orange", [_text("原因", fact.reason)]
        case Resumed():
            due = f"办理时限顺延至 {names.local(fact.due_at)}" if fact.due_at else ""
            return "恢复办理", "blue", [_text("原因", fact.reason), due]
        case CoReplied():
            return "协办反馈", "blue", [f"{names.unit(fact.unit)}：{mask_numbers(fact.reply_internal)}"]
        case Replied():
            found = [_yes("属实", fact.is_true), _yes("已解决", fact.is_solved)]
            return "办理反馈", "blue", [*found, _text("内部反馈", fact.reply_internal)]
        case SentBack():
            return "退回补办", "red", [_text("原因", fact.reason)]
        case Approved():
            return (
                ("补录办结" if fact.recorded else "审核通过"),
                "green",
                [f"办结单位：{names.unit(fact.unit)}" if fact.unit else ""],
            )
        case Visited(visit=visit):
            return "回访", "green" if visit.contacted and visit.is_pleased else "red", _visited(visit)
        case Reworked():
            cause = "投诉重办" if fact.cause == "reopened" else "回访不满意，重办"
            due = f"重办时限 {names.local(fact.rework_due_at)}" if fact.rework_due_at else ""
            return cause, "red", [names.unit(fact.unit), _text("原因", fact.reason), due]
        case Closed():
            unit = f"办结单位：{names.unit(fact.unit)}" if fact.unit else ""
            return words.CLOSINGS[fact.how], "green", [unit]
        case Archived():
            return "归档", "secondary", []
        case Merged():
            return "并单", "secondary", [f"并入 {fact.into}"]
        case Unmerged():
            return "取消并单", "secondary", [f"原并入 {fact.left}", _text("原因", fact.reason)]
        case Adopted():
            return ("并入的工单已取消并单" if fact.leaves else "有工单并入"), "secondary", [fact.follower]
        case WasSplit():
            parts = zip(fact.children, fact.parts, strict=True)
            return "拆单", "secondary", [f"{number}：{mask_numbers(part.title)}" for number, part in parts]
        case ChildDone():
            return "子单办结", "secondary", [fact.child]
        case Urged():
            return "催办", "orange", [_text("备注", fact.note)]
        case Supervised():
            return words.SUPERVISE_LEVELS[fact.level], "red", [_text("原因", fact.reason)]
        case Revealed():
            return "查看个人信息", "orange", [_text("原因", fact.reason)]
        case Alarmed():
            return words.ALARMS[fact.kind], "red", [f"时限 {names.local(fact.due_at)}"]
        case _:
            assert_never(fact)


def _dispatched(fact: Dispatched, names: Names) -> Told:
    how = "裁决" if fact.by_ruling else words.MODES[fact.mode]
    co_units = "、".join(map(names.unit, fact.co_units))
    details = [
        f"{how}至{names.unit(fact.unit)}",
        f"协办：{co_units}" if co_units else "",
        f"第 {fact.dispatch_no} 次派单" if fact.dispatch_no > 1 else "",
        _text("改派原因", fact.override_reason),
        _text("裁决依据", fact.basis),
        "兜底单位" if fact.is_fallback else "",
    ]
    return ("裁决派单" if fact.by_ruling else "派单"), "blue", details


def _amended(fact: Amended, names: Names) -> list[str]:
    said = [
        (words.FIELDS[name], names.of(name, value))
        for name in ("request_type", "urgency", "street", "category", "item_code")
        if (value := getattr(fact, name))
    ]
    said += [(words.FIELDS["community"], fact.community)] if fact.community else []
    texts = [("补充内容", fact.content), (words.FIELDS["address_text"], fact.address_text)]
    due = f"办理时限改为 {names.local(fact.limit.due_at)}" if fact.limit else ""
    return [*(f"{name}：{value}" for name, value in said), *(_text(name, text) for name, text in texts), due]


def _visited(visit: Visit) -> list[str]:
    if not visit.contacted:
        return ["未接通", _text("备注", visit.comment)]
    rated = f"满意度：{words.SATISFACTIONS[visit.satisfaction]}" if visit.satisfaction else ""
    return [_yes("诉求人认为已解决", visit.solved), rated, _text("意见", visit.comment)]


def _text(name: str, text: str | None) -> str:
    return f"{name}：{mask_numbers(text)}" if text else ""


def _yes(name: str, value: bool | None) -> str:
    return "" if value is None else f"{name}：{'是' if value else '否'}"

"""Why a command was not carried out, in one Chinese sentence."""

from __future__ import annotations

from dispatcher.web.pages.words import FIELDS, MOVES, STATES
from models.commands import Refusal, RefusalCode
from models.lifecycle import SYSTEM_MOVES, Move

_NOT_ALLOWED: dict[str, str] = {
    Move.RETURN: "该工单经裁决派单，或不由您的单位主办，不能退单。",
    Move.ARCHIVE: "投诉重办的期限未满，暂不能归档。",
    Move.REOPEN: "该工单未经承办单位办理，不能重办。请重新登记，并关联旧单。",
    Move.REVEAL: "诉求人要求保密，承办单位不能查看其个人信息。",
}
_TOO_LATE: dict[str, str] = {
    Move.RETURN: "已超过退单时限，不能退单。",
    Move.REQUEST_EXTENSION: "办理时限已过，不能申请延期。",
    Move.REOPEN: "已超过投诉重办的期限，不能重办。请重新登记，并关联旧单。",
}
_NOTHING_TO_DO: dict[str, str] = {
    Move.SUPERVISE: "该工单的督办级别已不低于此级，本次操作未执行。",
    Move.REQUEST_EXTENSION: "该工单已有申请等待审批，请待审批后再申请。",
    Move.REQUEST_SUSPENSION: "该工单已有申请等待审批，请待审批后再申请。",
}


def refusal_sentence(refusal: Refusal, unit_name: str = "") -> str:
    """The reason, and what is possible instead; ``unit_name`` is the unit that the command named."""
    state, move = STATES.get(refusal.state or "", "未登记"), MOVES[refusal.move]
    match refusal.code:
        case RefusalCode.FORBIDDEN_MOVE:
            allowed = "、".join(MOVES[one] for one in refusal.allowed if one not in SYSTEM_MOVES)
            instead = f"目前可以：{allowed}。" if allowed else "目前没有可办理的操作。"
            return f"工单处于“{state}”，不能{move}。{instead}"
        case RefusalCode.STALE_VERSION:
            return "工单在您打开页面后已有新的变化，本次操作未执行。请核对下方最新情况后再办理。"
        case RefusalCode.NOT_ALLOWED:
            return _NOT_ALLOWED.get(refusal.move, f"您没有对该工单{move}的权限。")
        case RefusalCode.UNKNOWN_CODE:
            return _unknown_code(refusal.reason.partition(":")[0], unit_name)
        case RefusalCode.UNKNOWN_ORDER:
            return "没有这个工单。"
        case RefusalCode.MISSING:
            return f"{move}须填写{_field(refusal.reason) or '必要的内容'}。"
        case RefusalCode.DUPLICATE:
            return "该工单此前已登记。"
        case RefusalCode.IMPOSSIBLE_TIME:
            if refusal.move is Move.MERGE:
                return "只能并入比本工单更早受理的工单。"
            return "时间有误：受理时间晚于现在，或各环节先后颠倒。"
        case RefusalCode.TOO_LATE:
            return _TOO_LATE.get(refusal.move, f"已超过期限，不能{move}。")
        case RefusalCode.TOO_MUCH:
            return "延期的次数或天数超过规定，本次操作未执行。"
        case RefusalCode.NOTHING_TO_DO:
            return _NOTHING_TO_DO.get(refusal.move, f"没有等待处理的申请或退单，无需{move}。")


def _unknown_code(field: str, unit_name: str) -> str:
    if field.startswith(("unit", "co_units")):
        named = f"：{unit_name}" if unit_name else ""
        return f"职责清单中没有这个承办单位{named}，或单位重复、街道尚未确认。"
    return f"{_field(field) or '所填内容'}不在职责清单中，请从选项中选择。"


def _field(reason: str) -> str:
    """The Chinese name of the field that a reason names first."""
    return FIELDS.get(reason.partition(":")[0].split(".")[-1], "")

"""The Chinese names of the program's codes; units, streets, channels and types are the catalogue's."""

from __future__ import annotations

from models.commands import Refusal, RefusalCode
from models.kinds import DecisionMode, LimitUnit, RequesterKind, ReturnReason, State, Urgency
from models.lifecycle import Move
from models.order import DEMO_SOURCE
from models.rights import Role

STATES: dict[str, str] = {
    State.RECEIVED: "待受理",
    State.ACCEPTED: "待派单",
    State.DISPATCHED: "待签收",
    State.RETURN_REVIEW: "退单审核",
    State.HANDLING: "办理中",
    State.CLOSED: "已办结",
}
STATE_TONES: dict[str, str] = {
    State.RECEIVED: "secondary",
    State.ACCEPTED: "orange",
    State.DISPATCHED: "azure",
    State.RETURN_REVIEW: "red",
    State.HANDLING: "blue",
    State.CLOSED: "green",
}
URGENCIES: dict[str, str] = {Urgency.NORMAL: "一般", Urgency.URGENT: "紧急", Urgency.CRITICAL: "特急"}
MODES: dict[str, str] = {
    DecisionMode.AUTO: "自动派单",
    DecisionMode.ACCEPTED: "采纳推荐",
    DecisionMode.OVERRIDDEN: "人工改派",
    DecisionMode.MANUAL: "人工派单",
}
RETURN_REASONS: dict[str, str] = {
    ReturnReason.NOT_MY_DUTY: "非本单位职责",
    ReturnReason.WRONG_AREA: "属地不符",
    ReturnReason.UNCLEAR: "要素不全",
    ReturnReason.DUPLICATE: "重复工单",
    ReturnReason.STATUTORY_ROUTE: "应走法定途径",
    ReturnReason.OUT_OF_SCOPE: "超出受理范围",
}
MOVES: dict[str, str] = {
    Move.REGISTER: "登记",
    Move.ACCEPT: "受理",
    Move.DISPATCH: "派单",
    Move.SIGN: "签收",
    Move.RETURN: "退单",
    Move.CLOSE: "办结",
    Move.ANSWER_DIRECTLY: "直接答复",
    Move.RECORD_CLOSURE: "补录办结",
}
LIMIT_UNITS: dict[str, str] = {LimitUnit.HOUR: "小时", LimitUnit.DAY: "个自然日", LimitUnit.WORKING_DAY: "个工作日"}
REQUESTER_KINDS: dict[str, str] = {RequesterKind.CITIZEN: "市民", RequesterKind.ENTERPRISE: "企业"}
ROLES: dict[str, str] = {Role.SYSTEM: "系统", Role.OPERATOR: "话务坐席", Role.DEPARTMENT: "承办单位"}
SOURCES: dict[str, str] = {DEMO_SOURCE: "演示数据", "console": "话务坐席（本平台）", "api": "接口录入"}
CLOSINGS: dict[str, str] = {"handled": "办结", "direct": "直接答复办结", "recorded": "补录办结"}
CLOCKS: dict[str, str] = {"gross": "自然日", "working": "工作日", "final": "最终办结"}
CLOCK_MEANINGS: dict[str, str] = {
    "gross": "受理至首次办结，自然日",
    "working": "受理至首次办结，工作日",
    "final": "受理至最终办结，自然日",
}
EXCLUDED: dict[str, str] = {
    "later": "受理时间晚于观察时间",
    "direct_answer": "直接答复，未经派单办理",
    "closed_before_received": "办结早于受理，时间有误",
    "suspended_too_long": "挂账时长超过办理时长，时间有误",
}
SORTS: dict[str, str] = {
    "received_at": "受理时间",
    "due_at": "办理时限",
    "updated_at": "更新时间",
    "closed_at": "办结时间",
}
GROUPS: dict[str, str] = {
    "unit": "承办单位",
    "street": "街道",
    "community": "社区",
    "category": "诉求类别",
    "item_code": "事项",
    "request_type": "诉求类型",
    "channel": "受理渠道",
    "requester_kind": "诉求人",
    "decision_mode": "派单方式",
    "received_month": "受理月份",
}
FIELDS: dict[str, str] = {
    **GROUPS,
    "state": "状态",
    "urgency": "紧急程度",
    "title": "标题",
    "content": "诉求内容",
    "address_text": "事发地址",
    "name": "姓名",
    "phone": "联系电话",
    "enterprise_name": "企业名称",
    "uscc": "统一社会信用代码",
    "liaison_unit": "挂点单位",
    "text": "搜索词",
    "received_from": "受理时间（起）",
    "received_to": "受理时间（止）",
    "observed_at": "观察时间",
    "cursor": "翻页位置",
    "overdue": "是否超期",
    "source_system": "来源系统",
    "reply_public": "答复内容",
    "basis": "退单依据",
    "reason": "退单原因",
    "sort": "排序",
    "clock": "计时口径",
    "by": "分组",
}


def refusal_sentence(refusal: Refusal, unit_name: str = "") -> str:
    """Why a command was not carried out, and what is possible instead; ``unit_name`` is the unit it named."""
    state = STATES.get(refusal.state or "", "未登记")
    move = MOVES.get(refusal.move, refusal.move)
    allowed = "、".join(MOVES[one] for one in refusal.allowed if one is not Move.RECORD_CLOSURE)
    match refusal.code:
        case RefusalCode.FORBIDDEN_MOVE:
            instead = f"目前可以：{allowed}。" if allowed else "目前没有可办理的操作。"
            return f"工单处于“{state}”，不能{move}。{instead}"
        case RefusalCode.STALE_VERSION:
            return "工单在您打开页面后已有新的变化，本次操作未执行。请核对下方最新情况后再办理。"
        case RefusalCode.NOT_YOUR_ORDER:
            return f"工单未派给该单位，不能{move}。"
        case RefusalCode.UNKNOWN_UNIT:
            return f"职责清单中没有这个承办单位{f'：{unit_name}' if unit_name else ''}。"
        case RefusalCode.UNKNOWN_ORDER:
            return "没有这个工单。"
        case RefusalCode.REPLY_MISSING:
            return f"{move}须填写答复内容。"
        case RefusalCode.DUPLICATE:
            return "该工单此前已登记。"
        case RefusalCode.IMPOSSIBLE_TIME:
            return "时间有误：受理时间晚于现在，或各环节先后颠倒。"

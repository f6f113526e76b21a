"""The Chinese names of the program's codes; units, streets, channels and types are the catalogue's."""

from __future__ import annotations

from models.kinds import (
    AlarmKind,
    Card,
    DecisionMode,
    LimitUnit,
    RejectReason,
    RequesterKind,
    ReturnReason,
    Satisfaction,
    State,
    Urgency,
)
from models.lifecycle import Move
from models.order import DEMO_SOURCE
from models.rights import Role

STATES: dict[str, str] = {
    State.RECEIVED: "待受理",
    State.ACCEPTED: "待派单",
    State.DISPATCHED: "待签收",
    State.RETURN_REVIEW: "退单审核",
    State.ARBITRATION: "会商裁决",
    State.HANDLING: "办理中",
    State.SUSPENDED: "挂账",
    State.REPLY_REVIEW: "办结审核",
    State.VISITING: "待回访",
    State.REWORK: "重办",
    State.CLOSED: "已办结",
    State.ARCHIVED: "已归档",
    State.MERGED: "已并单",
    State.SPLIT: "已拆单",
    State.REJECTED: "不予受理",
}
STATE_TONES: dict[str, str] = {
    State.RECEIVED: "secondary",
    State.ACCEPTED: "orange",
    State.DISPATCHED: "azure",
    State.RETURN_REVIEW: "red",
    State.ARBITRATION: "red",
    State.HANDLING: "blue",
    State.SUSPENDED: "secondary",
    State.REPLY_REVIEW: "purple",
    State.VISITING: "cyan",
    State.REWORK: "red",
    State.CLOSED: "green",
    State.ARCHIVED: "secondary",
    State.MERGED: "secondary",
    State.SPLIT: "secondary",
    State.REJECTED: "secondary",
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
REJECT_REASONS: dict[str, str] = {
    RejectReason.OUT_OF_SCOPE: "超出受理范围",
    RejectReason.STATUTORY_ROUTE: "应走法定途径",
    RejectReason.NO_FACTS: "无具体事实",
    RejectReason.SETTLED: "已依法办结",
    RejectReason.ABUSE: "恶意或骚扰来电",
}
SATISFACTIONS: dict[str, str] = {
    Satisfaction.VERY_SATISFIED: "非常满意",
    Satisfaction.SATISFIED: "满意",
    Satisfaction.FAIR: "基本满意",
    Satisfaction.DISSATISFIED: "不满意",
    Satisfaction.VERY_DISSATISFIED: "非常不满意",
}
CARDS: dict[str, str] = {Card.YELLOW: "黄牌", Card.RED: "红牌"}
ALARMS: dict[str, str] = {
    AlarmKind.UNDISPATCHED: "派单超时",
    AlarmKind.UNSIGNED: "签收超时",
    AlarmKind.UNCONTACTED: "首次联系超时",
    AlarmKind.WARNING: "临期预警",
    AlarmKind.OVERDUE: "超期（黄牌）",
    AlarmKind.FAR_OVERDUE: "严重超期（红牌）",
    AlarmKind.REWORK_OVERDUE: "重办超期",
}
DUES: dict[str, str] = {
    AlarmKind.UNDISPATCHED: "派单时限",
    AlarmKind.UNSIGNED: "签收时限",
    AlarmKind.UNCONTACTED: "首次联系时限",
    AlarmKind.WARNING: "临期预警",
    AlarmKind.OVERDUE: "办理时限",
    AlarmKind.FAR_OVERDUE: "红牌",
    AlarmKind.REWORK_OVERDUE: "重办时限",
}
"""What an alarm that is still to come marks."""
SUPERVISE_LEVELS: dict[int, str] = {1: "督办", 2: "通报督办", 3: "挂牌督办"}
REQUESTS: dict[str, str] = {"extension": "延期", "suspension": "挂账"}
MOVES: dict[str, str] = {
    Move.REGISTER: "登记",
    Move.ACCEPT: "受理",
    Move.REJECT: "不予受理",
    Move.RECONSIDER: "复核受理",
    Move.AMEND: "补正",
    Move.ANSWER_DIRECTLY: "直接答复",
    Move.DISPATCH: "派单",
    Move.RECALL: "撤回派单",
    Move.REFER: "提请会商",
    Move.ARBITRATE: "裁决",
    Move.MERGE: "并单",
    Move.UNMERGE: "取消并单",
    Move.SPLIT: "拆单",
    Move.SIGN: "签收",
    Move.RETURN: "退单",
    Move.REFUSE_RETURN: "驳回退单",
    Move.TRANSFER: "内部转办",
    Move.CONTACT: "联系诉求人",
    Move.REQUEST_EXTENSION: "申请延期",
    Move.GRANT_EXTENSION: "同意延期",
    Move.DENY_EXTENSION: "不同意延期",
    Move.REQUEST_SUSPENSION: "申请挂账",
    Move.GRANT_SUSPENSION: "同意挂账",
    Move.DENY_SUSPENSION: "不同意挂账",
    Move.RESUME: "恢复办理",
    Move.CO_REPLY: "协办反馈",
    Move.REPLY: "办理反馈",
    Move.SEND_BACK: "退回补办",
    Move.APPROVE_REPLY: "审核通过，转回访",
    Move.CLOSE: "审核办结",
    Move.VISIT: "回访",
    Move.REOPEN: "投诉重办",
    Move.ARCHIVE: "归档",
    Move.URGE: "催办",
    Move.SUPERVISE: "督办",
    Move.REVEAL: "查看个人信息",
    Move.ALARM: "时限提醒",
    Move.ADOPT: "接纳并入",
    Move.FOLLOW: "随主单办结",
    Move.CHILD_ENDED: "子单办结",
    Move.RECORD_CLOSURE: "补录办结",
}
LIMIT_UNITS: dict[str, str] = {
    LimitUnit.MINUTE: "分钟",
    LimitUnit.HOUR: "小时",
    LimitUnit.DAY: "个自然日",
    LimitUnit.WORKING_HOUR: "个工作小时",
    LimitUnit.WORKING_DAY: "个工作日",
}
REQUESTER_KINDS: dict[str, str] = {RequesterKind.CITIZEN: "市民", RequesterKind.ENTERPRISE: "企业"}
ROLES: dict[str, str] = {
    Role.SYSTEM: "系统",
    Role.OPERATOR: "话务坐席",
    Role.DEPARTMENT: "承办单位",
    Role.SUPERVISOR: "督办人员",
    Role.ANALYST: "分析人员",
    Role.ADMINISTRATOR: "系统管理员",
}
SOURCES: dict[str, str] = {DEMO_SOURCE: "演示数据", "console": "话务坐席（本平台）", "api": "接口录入"}
CLOSINGS: dict[str, str] = {
    "reviewed": "审核办结",
    "visited": "回访办结",
    "direct": "直接答复办结",
    "recorded": "补录办结",
    "followed": "随主单办结",
    "parts": "子单全部办结",
}
CLOCKS: dict[str, str] = {"gross": "自然日", "working": "工作日", "final": "最终办结"}
CLOCK_MEANINGS: dict[str, str] = {
    "gross": "受理至首次办结，自然日",
    "working": "受理至首次办结，工作日",
    "final": "受理至最终办结，自然日",
}
EXCLUDED: dict[str, str] = {
    "later": "受理时间晚于观察时间",
    "direct_answer": "直接答复，未经派单办理",
    "merged": "已并入其他工单",
    "split": "已拆单，按子单统计",
    "rejected": "不予受理",
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
    "reply_internal": "内部反馈",
    "basis": "依据",
    "reason": "原因",
    "override_reason": "改派原因",
    "co_units": "协办单位",
    "into": "并入工单",
    "parts": "拆分事项",
    "days": "延长天数",
    "level": "督办级别",
    "note": "备注",
    "section": "科室",
    "handler": "经办人",
    "reached": "是否联系上",
    "contacted": "是否接通",
    "solved": "诉求人认为是否解决",
    "satisfaction": "满意度",
    "comment": "诉求人意见",
    "is_true": "是否属实",
    "is_solved": "是否解决",
    "id_number": "证件号码",
    "card": "督办牌",
    "has_request": "待审批申请",
    "supervised": "是否督办",
    "min_returns": "退单次数",
    "min_urges": "催办次数",
    "merged_into": "并入工单",
    "parent_order_no": "母单",
    "sort": "排序",
    "clock": "计时口径",
    "by": "分组",
}

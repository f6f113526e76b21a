"""What is wrong with a field, in Chinese: the checks speak English, the people at the console do not."""

from __future__ import annotations

import re
from collections.abc import Sequence

from dispatcher.web.pages.words import FIELDS
from models.errors import Problem

# The first pattern that is found in the reason says it; ``{0}`` is its first group.
_REASONS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), said)
    for pattern, said in (
        (r"no phone number", "只能填写数字、空格、+、-、*、括号和分机号（如转801），多个号码用逗号隔开"),
        (r"at least ([2-9]) characters", "至少填写 {0} 个字"),
        (r"Field required|at least 1 character", "不能为空"),
        (r"at most (\d+) characters", "不能超过 {0} 个字"),
        (r"control character", "含有不可见的控制字符，请删除后重试"),
        (r"not in the catalogue; did you mean '(.+)'\?", "不在职责清单中，是否为“{0}”？"),
        (r"not in the catalogue|^unknown", "不在职责清单中，请从选项中选择"),
        (r"several streets", "多个街道有同名社区，请先选择街道"),
        (r"in the future", "不能晚于现在"),
        (r"lies before", "早于前一环节的时间"),
        (r"valid date|^Datetimes|date lies beyond", "日期格式不正确"),
        (r"cursor|another sort", "已失效，请从第一页重新查看"),
        (r"Input should be", "不是可选的值"),
    )
)
_PATTERNS = {
    "uscc": "应为 18 位数字或大写字母",
    "external_id": "页面已失效，请刷新后重新填写",
}


def reason_in_chinese(problem: Problem) -> str:
    """The reason of ``problem``; a general one where the check's words are not known."""
    if "match pattern" in problem.reason:
        return _PATTERNS.get(problem.field, "格式不正确")
    for pattern, said in _REASONS:
        found = pattern.search(problem.reason)
        if found:
            return said.format(*found.groups())
    return "填写有误"


def by_field(problems: Sequence[Problem]) -> dict[str, str]:
    """The first reason per field, for showing it beside the field."""
    found: dict[str, str] = {}
    for problem in problems:
        found.setdefault(problem.field, reason_in_chinese(problem))
    return found


def in_sentences(problems: Sequence[Problem]) -> list[str]:
    """One line per problem: the field's name and the reason."""
    return [f"{FIELDS.get(one.field.split('.')[0], one.field)}：{reason_in_chinese(one)}" for one in problems]

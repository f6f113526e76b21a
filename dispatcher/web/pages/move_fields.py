"""What a person fills in for each move: the fields of its form, and how the form becomes the move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import TypeAdapter, ValidationError
from starlette.datastructures import FormData

from dispatcher.web.pages import words
from models.codec import problems_of
from models.errors import CorrectInput
from models.lifecycle import Move
from models.moves import PersonsMove

Kind = Literal[
    "text", "line", "number", "choice", "yes_no", "unit", "units", "street", "community", "request_type", "category",
    "item", "parts",
]  # fmt: skip
_MOVE: TypeAdapter[PersonsMove] = TypeAdapter(PersonsMove)


@dataclass(frozen=True, slots=True)
class Input:
    """One field of a form; ``options`` of a choice are codes with their names."""

    name: str
    kind: Kind
    label: str
    required: bool = False
    options: Mapping[Any, str] | None = None
    rows: int = 2
    max: int = 20_000


_WHY = Input("reason", "text", "原因", True)
_UNITS = (Input("unit", "unit", "承办单位", True), Input("co_units", "units", "协办单位（可多选）"))
_YES_NO = {"true": "是", "false": "否"}
FIELDS: dict[Move, tuple[Input, ...]] = {
    Move.ACCEPT: (),
    Move.REJECT: (
        Input("reason", "choice", "不予受理原因", True, words.REJECT_REASONS),
        Input("basis", "text", "依据", True),
        Input("reply_public", "text", "告知诉求人的内容"),
    ),
    Move.RECONSIDER: (_WHY,),
    Move.AMEND: (
        Input("reason", "text", "补正原因", True),
        Input("content", "text", "补充内容（附在原诉求之后）"),
        Input("request_type", "request_type", "诉求类型"),
        Input("urgency", "choice", "紧急程度", False, words.URGENCIES),
        Input("street", "street", "街道"),
        Input("community", "community", "社区"),
        Input("address_text", "line", "事发地址", max=200),
        Input("category", "category", "诉求类别"),
        Input("item_code", "item", "事项（职责清单）"),
    ),
    Move.ANSWER_DIRECTLY: (Input("reply_public", "text", "答复内容（向诉求人公开）", True, rows=4),),
    Move.DISPATCH: (*_UNITS, Input("override_reason", "text", "改派原因（未选首位推荐时填写）")),
    Move.RECALL: (_WHY,),
    Move.REFER: (_WHY,),
    Move.ARBITRATE: (*_UNITS, Input("basis", "text", "裁决依据", True)),
    Move.MERGE: (Input("into", "line", "并入工单编号（更早受理的同一诉求）", True, max=32),),
    Move.UNMERGE: (_WHY,),
    Move.SPLIT: (Input("parts", "parts", "各事项（每项一段，段首一行为标题；各段之间空一行）", True, rows=8),),
    Move.SIGN: (),
    Move.RETURN: (
        Input("reason", "choice", "退单原因", True, words.RETURN_REASONS),
        Input("basis", "text", "退单依据", True),
    ),
    Move.REFUSE_RETURN: (_WHY,),
    Move.TRANSFER: (
        Input("section", "line", "科室", max=64),
        Input("handler", "line", "经办人", max=64),
        Input("note", "text", "备注"),
    ),
    Move.CONTACT: (Input("reached", "yes_no", "是否联系上", True, _YES_NO), Input("note", "text", "备注")),
    Move.REQUEST_EXTENSION: (Input("days", "number", "延长工作日", True), _WHY),
    Move.GRANT_EXTENSION: (),
    Move.DENY_EXTENSION: (_WHY,),
    Move.REQUEST_SUSPENSION: (_WHY,),
    Move.GRANT_SUSPENSION: (),
    Move.DENY_SUSPENSION: (_WHY,),
    Move.RESUME: (Input("reason", "text", "原因"),),
    Move.CO_REPLY: (Input("reply_internal", "text", "协办情况", True, rows=4),),
    Move.REPLY: (
        Input("reply_public", "text", "答复内容（向诉求人公开）", True, rows=4),
        Input("reply_internal", "text", "内部反馈（供热线审核）"),
        Input("is_true", "yes_no", "是否属实", False, _YES_NO),
        Input("is_solved", "yes_no", "是否解决", False, _YES_NO),
    ),
    Move.SEND_BACK: (_WHY,),
    Move.APPROVE_REPLY: (),
    Move.CLOSE: (),
    Move.VISIT: (
        Input("contacted", "yes_no", "是否接通", True, _YES_NO),
        Input("solved", "yes_no", "诉求人认为是否解决", False, _YES_NO),
        Input("satisfaction", "choice", "满意度", False, words.SATISFACTIONS),
        Input("comment", "text", "诉求人意见"),
    ),
    Move.REOPEN: (_WHY,),
    Move.ARCHIVE: (),
    Move.URGE: (Input("note", "text", "备注"),),
    Move.SUPERVISE: (Input("level", "choice", "督办级别", True, words.SUPERVISE_LEVELS), _WHY),
    Move.REVEAL: (Input("reason", "text", "查看理由（将记入查看日志）", True, max=500),),
}
"""Of every move that people make; a test holds it against the moves' own fields."""


def read_move(move: Move, form: FormData) -> PersonsMove:
    """The move of a form; what was left empty is not said. Raises ``CorrectInput`` naming each wrong field."""
    said: dict[str, Any] = {"move": move}
    for field in FIELDS[move]:
        values = [value.replace("\r\n", "\n").strip() for value in form.getlist(field.name) if isinstance(value, str)]
        given = [value for value in values if value]
        if given:
            said[field.name] = given if field.kind == "units" else _read(field, given[-1])
        elif field.required:
            raise CorrectInput.one(field.name, "Field required")
    try:
        return _MOVE.validate_python(said)
    except ValidationError as error:
        # The discriminator stands first in the path of every field of a move.
        raise CorrectInput([type(one)(_field(one.field), one.reason) for one in problems_of(error)]) from error


def _read(field: Input, text: str) -> Any:
    if field.kind == "yes_no":
        return {"true": True, "false": False}.get(text, text)
    return _parts(text) if field.kind == "parts" else text


def _parts(text: str) -> list[dict[str, str]]:
    """Each paragraph is a matter: its first line the title, all of it the content."""
    paragraphs = [one.strip() for one in text.split("\n\n") if one.strip()]
    return [{"title": one.partition("\n")[0].strip(), "content": one} for one in paragraphs]


def _field(path: str) -> str:
    """The form's field of a problem: ``split.parts.0.title`` is about ``parts``."""
    names = path.split(".")
    return names[1] if len(names) > 1 else names[0]

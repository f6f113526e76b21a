"""Who should handle an order: pure, with a receipt that says by which rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.catalogue import Catalogue, Item
from models.classification import Classification, UnitGuess
from models.parts import Routing, Suggestion

REQUEST_TYPE_OF = {"suggest": "suggestion"}
"""The classifier's label where it differs from the catalogue's code."""


@dataclass(frozen=True, slots=True)
class Case:
    """What a rule looks at: the first suggestion, if any, and the handler kind that it stands for."""

    best: Suggestion | None
    best_code: str
    catalogue: Catalogue
    threshold: float | None


@dataclass(frozen=True, slots=True)
class Rule:
    """When ``holds``, the order waits for an operator, and ``reason`` says why."""

    name: str
    reason: str
    holds: Callable[[Case], bool]


# The first rule that holds keeps the order for an operator; where none does, it goes by itself.
KEEP_FOR_OPERATOR: tuple[Rule, ...] = (
    Rule("auto_off", "未开启智能分拨", lambda case: not case.catalogue.auto_dispatch.enabled),
    Rule("no_suggestion", "没有可用的推荐单位", lambda case: case.best is None),
    Rule("needs_consent", "该单位须人工确认后派单", lambda case: case.best_code in case.catalogue.auto_dispatch.never),
    Rule("place_unknown", "缺少事发街道，无法确定属地街道办", lambda case: _without_place(case)),
    Rule("no_promise", "现有模型达不到承诺的准确率", lambda case: case.threshold is None),
    Rule("below_threshold", "概率未达到自动派单门槛", lambda case: _below(case)),
)
AUTO = "above_threshold"
AUTO_REASON = "概率达到自动派单门槛"


def _ranked(answer: Classification, catalogue: Catalogue, listed: Item | None) -> list[UnitGuess]:
    """The handler kinds by falling probability, the listed item's first; without those that the catalogue lacks."""
    known = [guess for guess in answer.units if catalogue.has_unit(guess.unit)]
    if listed is not None:
        known.sort(key=lambda guess: guess.unit != listed.unit)  # stable: the rest keeps its order
        if not known or known[0].unit != listed.unit:
            known.insert(0, UnitGuess(listed.unit, 0.0))
    return known


def route(
    answer: Classification, catalogue: Catalogue, street: str | None, item: str | None, threshold: float | None
) -> Routing:
    """The decision on one order: ``auto`` with a unit, or ``suggest`` with the reason why a person must look."""
    listed = catalogue.item_by_code.get(item or "")
    guesses = _ranked(answer, catalogue, listed)
    suggestions = tuple(
        Suggestion(
            unit=catalogue.resolve_unit(guess.unit, street),
            probability=round(guess.probability, 6),
            reason=_reason(guess, catalogue, street, bool(listed and listed.unit == guess.unit)),
        )
        for guess in guesses
    )
    best = suggestions[0] if suggestions else None
    case = Case(best, guesses[0].unit if guesses else "", catalogue, threshold)
    held = next((rule for rule in KEEP_FOR_OPERATOR if rule.holds(case)), None)
    return Routing(
        mode="suggest" if held else "auto",
        unit=None if held or best is None else best.unit,
        rule=held.name if held else AUTO,
        reason=held.reason if held else AUTO_REASON,
        threshold=threshold,
        model_version=answer.model_version,
        list_version=catalogue.list_version,
        suggestions=suggestions,
        category_probability=round(answer.category_probabilities.get(answer.category, 0.0), 6),
    )


def routes(
    answers: Sequence[Classification],
    catalogue: Catalogue,
    places: Sequence[tuple[str | None, str | None]],
    threshold: float | None,
) -> list[Routing]:
    """``route`` for many: ``places`` are (street, item code)."""
    return [
        route(answer, catalogue, street, item, threshold)
        for answer, (street, item) in zip(answers, places, strict=True)
    ]


def _without_place(case: Case) -> bool:
    unit = case.catalogue.unit_by_code.get(case.best.unit) if case.best else None
    return unit is not None and unit.by_place


def _below(case: Case) -> bool:
    return case.best is None or case.threshold is None or case.best.probability < case.threshold


def _reason(guess: UnitGuess, catalogue: Catalogue, street: str | None, by_list: bool) -> str:
    said = []
    if by_list:
        said.append("职责清单对应事项")
    if guess.words:
        said.append("诉求中提到" + "".join(f"“{word}”" for word in guess.words))
    unit = catalogue.unit_by_code[guess.unit]
    if unit.by_place and street in catalogue.street_by_code:
        said.append(f"事发地在{catalogue.street_by_code[street].name}")
    return "；".join(said) or "依据诉求整体内容"

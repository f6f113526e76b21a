"""Each rule of the router, and the receipt it leaves."""

from __future__ import annotations

import pytest

from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.routing import AUTO, KEEP_FOR_OPERATOR, route
from models.catalogue import AutoDispatch, Catalogue
from models.classification import Classification, UnitGuess
from models.parts import Routing

CATALOGUE = load_catalogue(default_catalogue_path())
STREET = "440311002"


def answer(*guesses: tuple[str, float]) -> Classification:
    units = tuple(UnitGuess(unit, p, ("水管", "爆裂")) for unit, p in guesses)
    return Classification(units, "城乡建设", {"城乡建设": 0.8}, "complaint", 0.9, "linear-1")


def routed(
    *guesses: tuple[str, float],
    catalogue: Catalogue = CATALOGUE,
    street: str | None = STREET,
    item: str | None = None,
    threshold: float | None = 0.9,
) -> Routing:
    return route(answer(*guesses), catalogue, street, item, threshold)


def test_sure_enough_goes_by_itself_with_a_receipt() -> None:
    found = routed(("water", 0.93), ("housing", 0.05))
    assert (found.mode, found.unit, found.rule, found.threshold) == ("auto", "water", AUTO, 0.9)
    assert (found.model_version, found.list_version) == ("linear-1", CATALOGUE.list_version)
    assert [(one.unit, one.probability) for one in found.suggestions] == [("water", 0.93), ("housing", 0.05)]
    assert "“水管”“爆裂”" in found.suggestions[0].reason


OFF = CATALOGUE.model_copy(update={"auto_dispatch": AutoDispatch(enabled=False)})
CONSENT = CATALOGUE.model_copy(update={"auto_dispatch": AutoDispatch(never=("water",))})


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("auto_off", lambda: routed(("water", 0.99), catalogue=OFF)),
        ("no_suggestion", lambda: routed(("navy", 0.99))),
        ("needs_consent", lambda: routed(("water", 0.99), catalogue=CONSENT)),
        ("place_unknown", lambda: routed(("street_town", 0.99), street=None)),
        ("no_promise", lambda: routed(("water", 0.99), threshold=None)),
        ("below_threshold", lambda: routed(("water", 0.89))),
    ],
)
def test_each_rule_keeps_the_order_for_an_operator(rule: str, found: object) -> None:
    routing = found()  # type: ignore[operator]
    assert (routing.mode, routing.unit, routing.rule) == ("suggest", None, rule)
    assert routing.reason == next(one.reason for one in KEEP_FOR_OPERATOR if one.name == rule)


def test_every_rule_is_tested() -> None:
    tested = {"auto_off", "no_suggestion", "needs_consent", "place_unknown", "no_promise", "below_threshold"}
    assert {rule.name for rule in KEEP_FOR_OPERATOR} == tested


def test_the_street_office_of_the_place() -> None:
    found = routed(("street_town", 0.95))
    assert (found.mode, found.unit) == ("auto", "street_gongming")
    assert "公明街道" in found.suggestions[0].reason


def test_the_item_of_the_list_leads_but_does_not_make_it_surer() -> None:
    item = next(item for item in CATALOGUE.items if item.unit == "water")
    found = routed(("housing", 0.95), ("water", 0.03), item=item.code)
    assert [one.unit for one in found.suggestions] == ["water", "housing"]
    assert (found.mode, found.rule) == ("suggest", "below_threshold")
    assert "职责清单" in found.suggestions[0].reason
    assert routed(("water", 0.95), item=item.code).mode == "auto"

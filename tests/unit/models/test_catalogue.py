"""A catalogue that contradicts itself is refused by the name of the contradiction."""

from typing import Any

import pytest
from pydantic import ValidationError

from models.catalogue import Catalogue

CITY: dict[str, Any] = {
    "city": "某区",
    "list_version": "2026.1",
    "order_prefix": "MQ",
    "fallback_unit": "service",
    "units": [
        {"code": "service", "name": "政务服务局", "duty": "兜底"},
        {"code": "street_town", "name": "街道办", "duty": "属地", "by_place": True},
        {"code": "office_a", "name": "甲街道办", "duty": "属地"},
        {"code": "office_b", "name": "乙街道办", "duty": "属地"},
    ],
    "streets": [
        {"code": "440311001", "name": "甲", "office": "office_a", "communities": ["东社区", "新村"]},
        {"code": "440311002", "name": "乙", "office": "office_b", "communities": ["西社区", "新村"]},
    ],
    "categories": ["民生"],
    "items": [{"code": "noise", "path": ["环境", "噪音"], "unit": "service", "category": "民生"}],
    "channels": [{"code": "hotline", "name": "热线"}],
    "request_types": [{"code": "help", "name": "求助"}],
    "limits": [{"request_type": "help", "item": "noise", "value": 9, "unit": "day"}, {"value": 2, "unit": "day"}],
}


def city(**changes: Any) -> Catalogue:
    return Catalogue.model_validate(CITY | changes)


def test_look_ups() -> None:
    catalogue = city()
    assert catalogue.has_unit("service") and not catalogue.has_unit("nobody")
    assert catalogue.unit_name("service") == "政务服务局"
    assert (catalogue.unit_name("nobody"), catalogue.unit_name(None)) == ("nobody", "")
    assert catalogue.item_by_code["noise"].path == ("环境", "噪音")
    assert catalogue.street_by_code["440311001"].name == "甲"


def test_a_community_name_of_two_streets_tells_no_street() -> None:
    assert city().street_of_community == {"东社区": "440311001", "西社区": "440311002"}


@pytest.mark.parametrize(
    ("code", "street", "unit"),
    [
        ("street_town", "440311002", "office_b"),
        ("street_town", None, "street_town"),
        ("street_town", "999", "street_town"),
        ("service", "440311002", "service"),
        ("nobody", "440311002", "nobody"),
    ],
)
def test_the_street_office_is_that_of_the_place(code: str, street: str | None, unit: str) -> None:
    assert city().resolve_unit(code, street) == unit


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"fallback_unit": "nobody"}, "fallback_unit: nobody is not defined"),
        ({"units": CITY["units"] * 2}, "units: service is listed twice"),
        ({"items": CITY["items"] * 2}, "items: noise is listed twice"),
        ({"streets": CITY["streets"] * 2}, "streets: 440311001 is listed twice"),
        ({"channels": CITY["channels"] * 2}, "channels: hotline is listed twice"),
        ({"request_types": CITY["request_types"] * 2}, "request_types: help is listed twice"),
        ({"categories": ["民生", "民生"]}, "categories: 民生 is listed twice"),
        ({"streets": [CITY["streets"][0] | {"office": "x"}]}, "streets.office: x is not defined"),
        ({"items": [CITY["items"][0] | {"unit": "x"}]}, "items.unit: x is not defined"),
        ({"items": [CITY["items"][0] | {"category": "别的"}]}, "items.category: 别的 is not defined"),
        ({"limits": [{"request_type": "x", "value": 1, "unit": "day"}]}, "limits.request_type: x is not defined"),
        ({"limits": [{"item": "x", "value": 1, "unit": "day"}]}, "limits.item: x is not defined"),
        ({"limits": CITY["limits"][:1]}, "the last rule must have no condition"),
        ({"auto_dispatch": {"never": ["x"]}}, "auto_dispatch.never: x is not defined"),
        ({"auto_dispatch": {"precision": 1.0}}, "auto_dispatch.precision"),
        ({"limits": [{"value": 0, "unit": "day"}]}, "limits.0.value"),
        ({"units": [{"code": "Upper", "name": "x", "duty": "x"}]}, "units.0.code"),
        ({"order_prefix": "mq"}, "order_prefix"),
        ({"units": []}, "units"),
        ({"colour": "red"}, "colour"),
    ],
)
def test_a_contradiction_is_named(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as caught:
        city(**changes)
    assert said in str(caught.value)

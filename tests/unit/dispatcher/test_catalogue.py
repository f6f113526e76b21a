"""The catalogue that ships, and a message that names the field for every class of mistake."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jsonschema
import pytest
import yaml

from dispatcher.catalogue import (
    MAX_BYTES,
    check,
    default_catalogue_path,
    json_schema,
    json_schema_text,
    load_catalogue,
)
from models.errors import ConfigureFirst, CorrectInput

SMALL = """\
city: 小城
list_version: 2026.10
order_prefix: XC
fallback_unit: roads
units:
  - code: roads
    name: 道路所
    duty: >-
      负责道路养护。
      路灯由电力所负责。
  - code: power
    name: 电力所
    duty: 负责路灯和供电。道路由道路所负责。
streets:
  - {code: 440311001, name: 东街道, office: roads, communities: [河东, 桥头]}
categories: [城乡建设, 交通运输]
items:
  - {code: road.hole, path: [道路, 养护, 坑洼], unit: roads, category: 交通运输}
  - {code: light.out, path: [照明, 路灯, 不亮], unit: power, category: 城乡建设}
channels:
  - {code: hotline, name: 热线}
request_types:
  - {code: help, name: 求助}
limits:
  - {request_type: help, value: 10, unit: working_day}
  - {value: 15, unit: working_day}
"""

HANDLERS = """
police traffic_police transport housing planning_land urban_mgmt environment water education hr_social med_insurance
health market_reg civil_affairs agriculture develop_reform industry_commerce culture_tourism housing_fund tax justice
emergency finance street_town district_gov utility veterans personnel gov_service other
"""

Write = Callable[[str | bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def put(content: str | bytes) -> Path:
        path = tmp_path / "city.yaml"
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return put


def problems(path: Path) -> list[str]:
    with pytest.raises(CorrectInput) as caught:
        load_catalogue(path)
    return [str(problem) for problem in caught.value.problems]


def changed(old: str, new: str) -> str:
    assert SMALL.count(old) == 1
    return SMALL.replace(old, new)


# ── the catalogue that ships ──


def test_guangming_loads_without_doubts() -> None:
    assert check(default_catalogue_path()) == []


def test_guangming_covers_its_district() -> None:
    city = load_catalogue(default_catalogue_path())
    assert (city.city, city.order_prefix, city.fallback_unit) == ("深圳市光明区", "GM", "gov_service")
    handlers = set(HANDLERS.split())
    assert {unit.code for unit in city.units} == handlers | {street.office for street in city.streets}
    assert [street.code for street in city.streets] == [f"44031100{n}" for n in range(1, 7)]
    assert [len(street.communities) for street in city.streets] == [6, 5, 3, 5, 4, 8]
    assert [unit.code for unit in city.units if unit.by_place] == ["street_town"]
    assert city.resolve_unit("street_town", "440311005") == "street_yutang"
    assert len(city.categories) == 15
    assert {item.category for item in city.items} == set(city.categories)
    for code in handlers - {"other"}:
        assert sum(item.unit == code for item in city.items) >= 3, code
    assert all(len(item.path) == 3 for item in city.items)
    assert all(8 <= len(unit.typical) <= 15 for unit in city.units)
    assert {"personnel", "other"} <= set(city.auto_dispatch.never)


def test_guangming_is_written_in_the_form_that_editors_check() -> None:
    text = default_catalogue_path().read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=catalogue.schema.json\n")
    jsonschema.Draft202012Validator(json_schema()).validate(yaml.safe_load(text))


def test_the_committed_schema_is_the_generated_one() -> None:
    committed = default_catalogue_path().with_name("catalogue.schema.json").read_text(encoding="utf-8")
    assert committed == json_schema_text()


# ── a small catalogue, and what YAML makes of it ──


def test_text_stays_text_and_folded_chinese_has_no_spaces(write: Write) -> None:
    city = load_catalogue(write(b"\xef\xbb\xbf" + SMALL.encode()))
    assert (city.list_version, city.streets[0].code) == ("2026.10", "440311001")
    assert city.units[0].duty == "负责道路养护。路灯由电力所负责。"
    assert check(write(SMALL)) == []


def test_folded_latin_text_keeps_its_spaces(write: Write) -> None:
    city = load_catalogue(write(changed("      路灯由电力所负责。", "      Street lights:\n      see 电力所。")))
    assert city.units[0].duty == "负责道路养护。 Street lights: see 电力所。"


def test_missing_file_and_directory(tmp_path: Path) -> None:
    with pytest.raises(ConfigureFirst, match=r"nowhere\.yaml: there is no such catalogue file"):
        load_catalogue(tmp_path / "nowhere.yaml")
    with pytest.raises(ConfigureFirst, match="cannot be read"):
        load_catalogue(tmp_path)


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "the file is empty"),
        ("# nothing\n", "the file is empty"),
        (SMALL.encode("gb18030"), "line 1: is not UTF-8; save the file in the encoding UTF-8"),
        (SMALL.encode() + b"# \xff\n", "line 27: is not UTF-8; save the file in the encoding UTF-8"),
        (SMALL.encode("utf-16"), "line 1: is not UTF-8; save the file in the encoding UTF-8"),
        ("city: 小\x00城\n", "line 1, column 8: control character U+0000"),
        (b"#" * (MAX_BYTES + 1), "the file is larger than 4 MB, which no catalogue is"),
        (
            changed("categories: [城乡建设, 交通运输]", "categories: [城乡建设, 交通运输"),
            "line 17, column 6: no YAML: ",
        ),
        (changed("    name: 电力所", "   name: 电力所"), "line 12, column 4: no YAML: "),
        (changed("city: 小城", "city: 小城: 大"), "line 1, column 9: no YAML: mapping values are not allowed"),
        (changed("city: 小城", "\tcity: 小城"), "line 1, column 1: no YAML: found character"),
        (SMALL + "---\ncity: 又一城\n", "no YAML: but found another document"),
        (changed("city: 小城", "city: &a 小城") + "list: *a\n", "line 27, column 7: alias *a: write the value out"),
        (changed("city: 小城", "city: !!python/name:os.system x"), "line 1, column 7: tag tag:yaml.org,2002:python"),
        ("a: " + "[" * 50 + "]" * 50, "line 1, column 15: nested more than 12 levels deep"),
        ("a: " + "[" * 100_000, "line 1, column "),
        ("? [a, b]\n: 1\n", "line 1, column 3: a field's name must be a word"),
    ],
    ids=lambda value: value[-40:] if isinstance(value, str) else "bytes",
)
def test_what_is_no_yaml_of_ours(write: Write, content: str | bytes, expected: str) -> None:
    (problem,) = problems(write(content))
    assert expected in problem


def test_a_yaml_bomb_is_refused_before_it_goes_off(write: Write) -> None:
    levels = [f"l{n}: &l{n} [{', '.join([f'*l{n - 1}'] * 10)}]" for n in range(1, 30)]
    (problem,) = problems(write("\n".join(["l0: &l0 [lol]", *levels])))
    assert problem.startswith("line 2, column 10: alias *l0")


def test_keys_written_twice_are_all_named(write: Write) -> None:
    twice = changed("    name: 电力所\n", "    name: 电力所\n    name: 电灯所\n") + "city: 大城\n"
    assert problems(write(twice)) == [
        "units.1.name: is written twice (lines 12 and 13)",
        "city: is written twice (lines 1 and 28)",
    ]


# ── what is YAML but no catalogue ──


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("city: 小城\n", "", "city: Field required (line 1)"),
        ("city: 小城", "town: 小城\ncity: 小城", "town: Extra inputs are not permitted (line 1)"),
        ("city: 小城", "city:", "city: Input should be a valid string (line 1)"),
        ("city: 小城", "city: [小城]", "city: Input should be a valid string (line 1)"),
        ("order_prefix: XC", "order_prefix: xc", "order_prefix: String should match pattern '^[A-Z]{1,6}$' (line 3)"),
        ("    name: 道路所\n", "", "units.0.name: Field required (line 6)"),
        ("code: power", "code: 电力", "units.1.code: String should match pattern"),
        ("value: 10,", "value: 十,", "limits.0.value: Input should be a valid integer"),
        ("value: 10,", "value: 0,", "limits.0.value: Input should be greater than 0 (line 25)"),
        ("value: 10, unit: working_day", "value: 10, unit: week", "limits.0.unit: Input should be 'minute',"),
        ("help, value", "helo, value", "limits.0.request_type: helo is not defined (line 25)"),
        ("{request_type: help, value", "{item: road.hill, value", "limits.0.item: road.hill is not defined (line 25)"),
        ("{request_type: help, value: 10", "{urgency: soon, value: 10", "limits.0.urgency: Input should be 'normal',"),
        ("fallback_unit: roads", "fallback_unit: none", "fallback_unit: none is not defined (line 4)"),
        ("office: roads", "office: east", "streets.0.office: east is not defined (line 15)"),
        ("unit: power, cat", "unit: powr, cat", "items.1.unit: powr is not defined (line 19)"),
        ("category: 城乡建设}", "category: 城建}", "items.1.category: 城建 is not defined (line 19)"),
        ("code: power", "code: roads", "units.1.code: roads is listed twice (line 11)"),
        ("code: light.out", "code: road.hole", "items.1.code: road.hole is listed twice (line 19)"),
        ("[城乡建设, 交通运输]", "[城乡建设, 交通运输, 城乡建设]", "categories.2: 城乡建设 is listed twice (line 16)"),
        ("path: [道路, 养护, 坑洼]", "path: [道路, 养护, 坑洼, 深]", "items.0.path: Tuple should have at most 3 items"),
        ("  - {value: 15, unit: working_day}\n", "", "limits: the last rule must have no condition"),
        ("limits:", "auto_dispatch: {precision: 1.5}\nlimits:", "auto_dispatch.precision: Input should be less than 1"),
        ("limits:", "auto_dispatch: {never: [x]}\nlimits:", "auto_dispatch.never.0: x is not defined (line 24)"),
        ("limits:", "auto_dispatch: {enabled: 对}\nlimits:", "auto_dispatch.enabled: Input should be a valid boolean"),
        ("limits:", "days: {holidays: [2026-02-30]}\nlimits:", "days.holidays.0: Input should be a valid date"),
        ("limits:", "days: {holidays: }\nlimits:", "days.holidays: Input should be a valid tuple (line 24)"),
        ("limits:", "timezone: Asia/Shenzhen\nlimits:", "timezone: Asia/Shenzhen is no time zone (line 24)"),
        ("limits:", "timezone: ../etc/passwd\nlimits:", "timezone: ../etc/passwd is no time zone (line 24)"),
    ],
)
def test_what_is_no_catalogue(write: Write, old: str, new: str, expected: str) -> None:
    (problem,) = problems(write(changed(old, new)))
    assert problem.startswith(expected)


def test_a_list_is_no_catalogue(write: Write) -> None:
    assert problems(write("- city\n"))[0].startswith("Input should be a valid dictionary")


def test_an_over_long_duty_is_named(write: Write) -> None:
    found = problems(write(changed("负责路灯和供电。道路由道路所负责。", "长" * 2001)))
    assert any(problem.startswith("units.1.duty: String should have at most 2000 characters") for problem in found)


def test_several_mistakes_are_named_at_once(write: Write) -> None:
    text = changed("city: 小城\n", "").replace("value: 10,", "value: 十,")
    assert [problem.split(":")[0] for problem in problems(write(text))] == ["city", "limits.0.value"]


# ── what loads and yet is doubtful ──


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("unit: power, cat", "unit: roads, cat", "units.1: power has no items (line 11)"),
        ("道路由道路所负责。", "", "units.1.duty: the duty of power is shorter than two sentences (line 13)"),
        (
            "[照明, 路灯, 不亮]",
            "[道路, 养护, 坑洼]",
            "items.1.path: light.out has the path of an earlier item (line 19)",
        ),
        (
            "categories:",
            "  - {code: west, name: 西街道, office: power, communities: [河西, 桥头]}\ncategories:",
            "streets.1.communities.1: 桥头 is also in 东街道 (line 16)",
        ),
        (
            "  - {value: 15",
            "  - {request_type: help, urgency: urgent, value: 1, unit: day}\n  - {value: 15",
            "limits.1: never applies, because limits.0 comes first (line 26)",
        ),
        (
            "limits:",
            "days: {working: [2026-05-09], holidays: [2026-05-09]}\nlimits:",
            "days.working.0: 2026-05-09 is also in days.holidays, which counts (line 24)",
        ),
    ],
)
def test_doubts(write: Write, old: str, new: str, expected: str) -> None:
    assert [str(problem) for problem in check(write(changed(old, new)))] == [expected]


def test_an_item_of_nobody_is_doubtful(write: Write) -> None:
    text = changed("unit: power, cat", "unit: other, cat").replace("code: power", "code: other")
    expected = "items.1.unit: light.out belongs to no unit of the city (other) (line 19)"
    assert [str(problem) for problem in check(write(text))] == [expected]


def test_check_raises_for_what_does_not_load(write: Write) -> None:
    with pytest.raises(CorrectInput):
        check(write("city: 小城\n"))

"""Which rule sets a limit, and what the limits of the city that ships come to."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatcher.calendar import WorkCalendar
from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.limits import LimitTable
from models.catalogue import STEP_RULES, Catalogue, Days, LimitRule, Process, Step, StepRule
from models.kinds import LimitUnit, RequesterKind, Urgency

SHANGHAI = ZoneInfo("Asia/Shanghai")
CATALOGUE = load_catalogue(default_catalogue_path())
CALENDAR = WorkCalendar(Days())
TYPES, ITEMS = ("consult", "help"), ("gas", "light")

rules = st.builds(
    LimitRule,
    urgency=st.none() | st.sampled_from(Urgency),
    requester_kind=st.none() | st.sampled_from(RequesterKind),
    request_type=st.none() | st.sampled_from(TYPES),
    item=st.none() | st.sampled_from(ITEMS),
    value=st.integers(1, 99),
    unit=st.sampled_from(LimitUnit),
)


def fits(rule: LimitRule, case: tuple[Urgency, RequesterKind, str, str | None]) -> bool:
    conditions = (rule.urgency, rule.requester_kind, rule.request_type, rule.item)
    return all(wanted is None or wanted == given for wanted, given in zip(conditions, case, strict=True))


@given(st.lists(rules, max_size=8))
def test_the_first_rule_whose_every_condition_holds(drawn: list[LimitRule]) -> None:
    drawn = [*drawn, LimitRule(value=15, unit=LimitUnit.WORKING_DAY)]
    table = LimitTable(drawn)
    cases = list(product(Urgency, RequesterKind, (*TYPES, "unheard_of"), (*ITEMS, "unheard_of", None)))
    for case in cases * 2:  # the second time from memory
        assert table.rule(*case) is next(rule for rule in drawn if fits(rule, case))


@pytest.mark.parametrize(
    ("urgency", "kind", "request_type", "item", "expected"),
    [
        ("normal", "citizen", "consult", None, "2 working_day"),
        ("normal", "citizen", "help", None, "10 working_day"),
        ("normal", "citizen", "suggestion", None, "10 working_day"),
        ("normal", "citizen", "complaint", None, "15 working_day"),
        ("normal", "citizen", "report", "noise.dog", "15 working_day"),
        ("normal", "citizen", "praise", None, "5 working_day"),
        ("normal", "citizen", "unheard_of", None, "15 working_day"),
        ("normal", "enterprise", "consult", None, "24 hour"),
        ("normal", "enterprise", "complaint", None, "3 working_day"),
        ("urgent", "enterprise", "complaint", None, "1 working_day"),
        ("critical", "citizen", "complaint", None, "1 day"),
        ("critical", "citizen", "help", "utility.gas.leak", "4 hour"),
        ("normal", "citizen", "help", "urban.streetlight", "3 working_day"),
        ("normal", "citizen", "consult", "urban.streetlight", "2 working_day"),
    ],
)
def test_the_limits_of_the_city_that_ships(
    urgency: str, kind: str, request_type: str, item: str | None, expected: str
) -> None:
    received_at = datetime(2025, 9, 27, 23, 30, tzinfo=UTC)  # Sunday 28 September in Shenzhen, a make-up day
    limit = CALENDAR.limit_for(CATALOGUE, Urgency(urgency), RequesterKind(kind), request_type, item, received_at)
    assert f"{limit.value} {limit.unit}" == expected
    assert limit.due_at == CALENDAR.after(received_at, limit.value, limit.unit)


def test_a_limit_over_the_national_day() -> None:
    received_at = datetime(2025, 9, 29, 9, tzinfo=SHANGHAI)
    limit = CALENDAR.limit_for(CATALOGUE, Urgency.NORMAL, RequesterKind.CITIZEN, "consult", None, received_at)
    assert limit.due_at == datetime(2025, 10, 9, 23, 59, 59, tzinfo=SHANGHAI)


def test_one_calendar_serves_several_catalogues() -> None:
    hours = LimitRule(value=8, unit=LimitUnit.WORKING_HOUR)
    other = CATALOGUE.model_copy(update={"limits": (hours,)})
    received_at = datetime(2026, 3, 2, 17, tzinfo=SHANGHAI)
    found = [
        CALENDAR.limit_for(catalogue, Urgency.NORMAL, RequesterKind.CITIZEN, "consult", None, received_at).due_at
        for catalogue in (CATALOGUE, other, CATALOGUE)
    ]
    in_days = datetime(2026, 3, 4, 23, 59, 59, tzinfo=SHANGHAI)
    in_hours = datetime(2026, 3, 3, 18, tzinfo=SHANGHAI)  # one hour on Monday, seven on Tuesday
    assert found == [in_days, in_hours, in_days]


def test_the_city_that_ships_lists_the_built_in_conditions() -> None:
    fields = Catalogue.model_fields
    assert CATALOGUE.step_limits == STEP_RULES
    assert (CATALOGUE.process, CATALOGUE.office_hours) == (Process(), fields["office_hours"].default)


@pytest.mark.parametrize(
    ("step", "urgency", "expected"),
    [
        ("dispatch", "urgent", "09-28 23:50:00"),
        ("dispatch", "normal", "09-29 01:30:00"),
        ("sign", "critical", "09-29 00:30:00"),
        ("sign", "normal", "09-29 23:59:59"),
        ("contact", "normal", "09-29 23:30:00"),
        ("return", "normal", "09-29 23:59:59"),
        ("rework", "normal", "10-11 23:59:59"),  # after the holiday: 29 and 30 September, 9, 10 and 11 October
    ],
)
def test_the_steps_of_the_city_that_ships(step: str, urgency: str, expected: str) -> None:
    start = datetime(2025, 9, 28, 23, 30, tzinfo=SHANGHAI)
    rule = CATALOGUE.step_rule(Step(step), Urgency(urgency), RequesterKind.CITIZEN)
    assert isinstance(rule, StepRule)
    assert f"{CALENDAR.due_at(start, rule):%m-%d %H:%M:%S}" == expected

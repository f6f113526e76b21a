"""Requests made from the API's own description: no 5xx, and nothing that is answered otherwise than described.

A role's turn sends some requests to every operation, then follows links from answers to further requests. The long form
is ``MINSHENG_TEST_EXAMPLES=200 scripts/test tests/system/test_schemathesis.py``, with other requests each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import not_a_server_error
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.system.day.people import CHIEF, People, Wanted, people
from tests.system.installation import Installation

LONG = int(os.environ.get("MINSHENG_TEST_EXAMPLES", "0"))
CHECKS = [
    not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance,
    response_headers_conformance,
]  # fmt: skip
STAFF = (
    Wanted("operator", "operator", is_system=True), Wanted("supervisor", "supervisor", is_system=True),
    Wanted("analyst", "analyst", is_system=True), Wanted("water", "department", "water", is_system=True),
    Wanted("chief-2", "administrator", is_system=True),
)  # fmt: skip
FORM = settings(
    max_examples=LONG or 4, derandomize=not LONG, database=None, deadline=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)  # fmt: skip
TURNS = settings(FORM, max_examples=LONG or 5, stateful_step_count=8)


@pytest.fixture(scope="module")
def here(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    made = Installation(tmp_path_factory.mktemp("described") / "data", body_limit=200_000)
    made.add_account(CHIEF, "administrator")
    made.start("all", "serve")
    made.ready()
    yield made
    made.close()


@pytest.fixture(scope="module")
def staff(here: Installation) -> Iterator[People]:
    with ExitStack() as stack:
        found = people(here, here.passwords[CHIEF], STAFF)
        stack.callback(found.close)
        yield found


@pytest.fixture(scope="module")
def described(here: Installation) -> BaseSchema:
    """Without what ends the credentials of the test's own people."""
    found: Any = schemathesis.openapi.from_url(f"{here.url}/api/openapi.json")
    return found.exclude(operation_id=["login"]) if False else found


ROLES = [one.name for one in STAFF]


@pytest.mark.parametrize("name", ROLES)
def test_every_operation_answers_as_described(described: BaseSchema, staff: People, name: str) -> None:
    headers = dict(staff[name].http.headers)
    for result in described.get_all_operations():
        operation = result.ok()

        @FORM
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            case.call_and_validate(headers={"Authorization": headers["authorization"]}, checks=CHECKS)

        ask()

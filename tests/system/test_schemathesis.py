"""Requests made from the API's own description: no 5xx, and nothing that is answered otherwise than described.

A role's turn sends some requests to every operation, then follows links from answers to further requests. The long form
is ``MINSHENG_TEST_EXAMPLES=200 scripts/test tests/system/test_schemathesis.py``, with other requests each time.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.stateful import run_state_machine_as_test
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import Failure, FailureGroup
from schemathesis.generation import GenerationMode
from schemathesis.schemas import BaseSchema
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.system.day.people import CHIEF, People, Person, Wanted, people
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
SOURCES = (("post", "201", "order_no"), *(("get", "200", f"orders/{place}/order_no") for place in range(3)))
"""Which answers hold an order's number, and where."""
FORM = settings(
    max_examples=LONG or 12, derandomize=not LONG, database=None, deadline=None,
    suppress_health_check=list(HealthCheck), phases=(Phase.generate, Phase.shrink) if LONG else (Phase.generate,),
)  # fmt: skip
TURNS = settings(FORM, max_examples=LONG or 15, stateful_step_count=12)


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
        for number in range(3):
            made = found["operator"].http.post("/orders", json={"title": f"事{number}", "content": "嗯"}).json()
            found["operator"].act(made["order_no"], {"move": "dispatch", "unit": "water"})
        yield found


@pytest.fixture(scope="module")
def described(here: Installation) -> BaseSchema:
    """The description, and that what an order is asked for by is the number which other answers hold."""
    document = httpx.get(f"{here.url}/api/openapi.json").json()
    for path, methods in document["paths"].items():
        for operation in methods.values() if "{order_no}" in path else ():
            for source, status, where in SOURCES:
                link = {
                    "operationId": operation["operationId"],
                    "parameters": {"order_no": f"$response.body#/{where}"},
                }
                answer = document["paths"]["/api/v1/orders"][source]["responses"][status]
                answer.setdefault("links", {})[f"{operation['operationId']} {where}"] = link
    found = schemathesis.openapi.from_dict(document)
    found.config.update(base_url=here.url)
    return found


ROLES = [one.name for one in STAFF]
"""The administrator comes last, and may end what the others act by."""


@pytest.mark.parametrize("name", ROLES)
def test_every_operation_answers_as_described(
    described: BaseSchema, here: Installation, name: str, staff: People
) -> None:
    credentials = Credentials(here, staff[name])
    broken: dict[str, str] = {}
    results: Any = described.get_all_operations()
    for result in results:
        operation: Any = result.ok()
        cases = st.one_of([operation.as_strategy(generation_mode=mode) for mode in GenerationMode])

        @FORM
        @given(case=cases)
        def ask(case: Any) -> None:
            case.call_and_validate(headers=credentials.headers(), checks=CHECKS)

        try:
            ask()
        except (FailureGroup, Failure) as error:
            broken[operation.label] = str(error)
    assert not broken, "\n\n".join(f"{label}\n{why}" for label, why in broken.items())


@pytest.mark.parametrize("name", ROLES)
def test_what_is_linked_answers_as_described(
    described: BaseSchema, here: Installation, name: str, staff: People
) -> None:
    credentials = Credentials(here, staff[name])

    class Turn(described.as_state_machine()):  # type: ignore[misc]  # made from the description
        def before_call(self, case: Any) -> None:
            # A version that is none is asked for above; here the request should come to the order.
            for name in ("If-Match", "Idempotency-Key"):
                case.headers.pop(name, None)

        def get_call_kwargs(self, case: Any) -> dict[str, Any]:
            return {"headers": credentials.headers()}

        def validate_response(self, response: Any, case: Any, **more: Any) -> None:
            case.validate_response(response, checks=CHECKS)

    run_state_machine_as_test(Turn, settings=TURNS)


class Credentials:
    """Somebody's token, and a new one where an administrator's requests have ended it."""

    def __init__(self, here: Installation, who: Person) -> None:
        self._here, self._who = here, who
        self._said = {"Authorization": who.http.headers["authorization"]}

    def headers(self) -> dict[str, str]:
        if self._who.role == "administrator" and self._who.http.get("/me", headers=self._said).status_code == 401:
            self._said = self._here.token(self._who.name, self._who.role, self._who.unit)
        return self._said

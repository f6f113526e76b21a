"""Stage ``dispatch``: what it registers, and what becomes a dead letter and why."""

from __future__ import annotations

import pytest

from consumers.deadletters import read_letter
from consumers.dispatch import DispatchStage
from consumers.summary import every_record
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.codec import from_record
from models.commands import Command
from models.errors import ConfigureFirst
from models.moves import Register
from models.topics import COMMANDS, DEADLETTER, INTAKE
from tests.unit.consumers.conftest import NOW, Flow, message


def commands(flow: Flow) -> list[Command]:
    return [from_record(Command, record) for record in every_record(flow.services.log, COMMANDS)]


def test_bad_records_become_dead_letters_with_reasons_and_good_ones_go_on(flow: Flow) -> None:
    bad = {
        b"\xff\xfe": "not UTF-8",
        b"": "Invalid JSON",
        b"[]": "",
        b'{"title": 5}': "title",
        b"[" * 100_000: "",
        '{"source_system":"t","external_id":"9","title":"a","content":"b","street":"无"}'.encode(): "street",
        b'{"source_system":"t","external_id":"9","title":"\\ud800","content":"b"}': "",
        b'{"source_system":"t","external_id":"9","title":"a","content":"b","received_at":"0001-01-01T00:00:00+14:00"}':
            "received_at",
    }  # fmt: skip
    mixed: list[object] = []
    for n, raw in enumerate(bad):
        mixed += [raw, message(n)]
    flow.hand_in(*mixed)
    flow.run("dispatch")
    assert {command.do.external_id for command in commands(flow) if isinstance(command.do, Register)} == {
        str(n) for n in range(len(bad))
    }
    letters = {}
    for record in every_record(flow.services.log, DEADLETTER):
        one = read_letter(record)
        assert (one.stage, one.topic, one.original.topic) == ("dispatch", INTAKE, INTAKE)
        letters[one.opened(flow.services.vault).value] = "; ".join(map(str, one.problems))
    assert letters.keys() == bad.keys()
    assert all(letters[raw] and said in letters[raw] for raw, said in bad.items()), letters
    assert flow.services.health.reports()["dispatch"].condition == "running"


def test_a_registration_carries_its_receipt(flow: Flow) -> None:
    flow.hand_in(message(1, item_code=None))
    flow.run("dispatch")
    [command] = commands(flow)
    do = command.do
    assert isinstance(do, Register)
    assert command.command_id.startswith(INTAKE)
    assert (do.street, do.received_at, do.steps) == ("440311002", NOW, ())
    assert do.routing.model_version == flow.services.classifier.model_version
    assert do.routing.list_version == flow.services.catalogue.list_version
    probabilities = [one.probability for one in do.routing.suggestions]
    assert probabilities == sorted(probabilities, reverse=True)
    assert all(one.reason for one in do.routing.suggestions)
    assert do.limit.due_at > NOW


def test_the_same_message_gets_the_same_number_wherever_it_lies(flow: Flow) -> None:
    for _ in range(3):
        flow.clock.at = NOW
        flow.hand_in(b"nothing", message(1), message(2))
    flow.run("dispatch")
    assert len({command.order_no for command in commands(flow)}) == 2
    assert len({command.command_id for command in commands(flow)}) == 6


def test_unusable_weights_stop_before_a_record_is_taken(tmp_path: pytest.TempPathFactory, flow: Flow) -> None:
    settings = Settings(data=flow.services.settings.data, model=flow.services.settings.data)
    broken = Services(settings)
    with pytest.raises(ConfigureFirst, match="classifier weights"):
        DispatchStage(broken)
    broken.close()

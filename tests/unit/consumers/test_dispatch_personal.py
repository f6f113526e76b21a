"""Nobody's number is in clear on a topic or in a file after the stages, whoever handed it in."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

from consumers.deadletters import read_letter
from consumers.summary import every_record, summarise
from dispatcher.desk import decided, hand_in, sealed_records
from dispatcher.intake import differences, read_intake, resolve
from dispatcher.vault.keys import Key
from dispatcher.vault.raw import seal_record
from dispatcher.vault.reveal import reveal
from dispatcher.vault.vault import Vault
from models.commands import Actor, Command
from models.moves import AnswerDirectly
from models.order import Order
from models.records import Record
from models.rights import Role
from models.topics import DEADLETTER, INTAKE
from tests.unit.consumers.conftest import Flow, message

MOBILE, ID, NAME = "13900139000", "11010519491231002X", "欧阳小明明"
SAID = {
    "name": NAME, "phone": MOBILE, "id_number": ID, "address_text": "翠湖苑3栋1单元502室",
    "content": f"我叫{NAME}，电话{MOBILE}，证号{ID}，路灯不亮",
}  # fmt: skip


def in_clear(flow: Flow, *but: str) -> list[str]:
    """Where a planted word stands, on all topics ``but`` some."""
    words = [form for word in (MOBILE, ID, NAME) for form in (word.encode(), json.dumps(word)[1:-1].encode())]
    return [
        f"{record.position}: {word!r}"
        for topic in flow.services.log.topics().keys() - set(but)
        for record in every_record(flow.services.log, topic)
        for word in words
        if word in record.value + b"".join(record.headers.values())
    ]


def only_order(flow: Flow) -> Order:
    [order] = flow.services.store.orders()
    return order


def test_what_comes_through_the_desk_is_nowhere_in_clear(flow: Flow, tmp_path: Path) -> None:
    flow.services.log.append(sealed_records(flow.services, [read_intake(message(1, **SAID))]))
    flow.run()
    order, vault = only_order(flow), flow.services.vault
    assert in_clear(flow) == []
    files = b"".join(path.read_bytes() for path in (tmp_path / "data").iterdir() if path.is_file())
    assert "路灯".encode() in files
    assert not any(word.encode() in files for word in (MOBILE, ID, NAME))
    assert (order.requester.name, order.requester.phone) == ("欧****", "139****9000")
    assert order.requester.phone_hashes == vault.hashes.find_phone(MOBILE)
    assert order.requester.id_hash in vault.hashes.find_identity(ID)
    assert reveal(vault, order, flow.services.store.history(order.order_no)).handed_in == SAID
    for more, said in ({}, []), ({"content": "井盖"}, ["content"]):
        again = resolve(read_intake(message(1, **SAID | more)), flow.services.codes, flow.clock.at)
        assert differences(again, order) == said


def test_another_systems_clear_message_is_sealed_when_it_is_read(flow: Flow) -> None:
    flow.hand_in(message(1, **SAID))
    flow.run()
    assert in_clear(flow, INTAKE) == []
    assert reveal(flow.services.vault, only_order(flow), []).handed_in == SAID


def test_a_message_may_be_sealed_as_a_whole(flow: Flow) -> None:
    raw = Record(INTAKE, "k", json.dumps(message(1, **SAID)).encode())
    flow.services.log.append([seal_record(flow.services.vault, raw)])
    flow.run()
    assert in_clear(flow) == []
    assert reveal(flow.services.vault, only_order(flow), []).handed_in == SAID


def test_what_is_sealed_by_somebody_else_is_a_dead_letter(flow: Flow) -> None:
    others = Vault((Key(b"x" * 32),))
    foreign = seal_record(others, Record(INTAKE, "k", json.dumps(message(1)).encode()))
    flow.services.log.append([foreign])
    flow.hand_in(message(2, sealed="01234567.AAAA"), message(3, id_hash="0" * 32), message(4))
    flow.run()
    assert only_order(flow).external_id == "4"
    letters = [read_letter(record) for record in every_record(flow.services.log, DEADLETTER)]
    assert sorted(problem.field for one in letters for problem in one.problems) == ["", "sealed", "sealed"]
    assert summarise(flow.services).adds_up


def test_reasons_quote_no_number(flow: Flow) -> None:
    wrong: dict[str, Any] = {"street": f"找{MOBILE}", f"又{MOBILE}": 1}
    flow.hand_in(message(1, street=f"找{MOBILE}"), message(2, **wrong))
    flow.run("dispatch")
    assert len(list(every_record(flow.services.log, DEADLETTER))) == 2
    assert in_clear(flow, INTAKE) == []


def test_the_words_of_a_later_move_are_sealed(flow: Flow) -> None:
    services = flow.services
    answers: list[Any] = []

    def people() -> None:
        answers.append(hand_in(services, [read_intake(message(1, title="事", content="嗯", name=NAME))], 20))
        [(number, _, _)] = answers[0]
        do = AnswerDirectly(reply_public=f"{NAME}您好，已致电{MOBILE}")
        actor = Actor(id="o", role=Role.OPERATOR)
        answers.append(decided(services, Command(command_id="later", order_no=number, actor=actor, do=do)))

    person = threading.Thread(target=people)
    person.start()
    flow.run(until=lambda: not person.is_alive())
    person.join()
    assert answers[1].refusal is None
    order = only_order(flow)
    assert (order.reply_public, in_clear(flow)) == ("欧某您好，已致电139****9000", [])
    opened = reveal(services.vault, order, services.store.history(order.order_no)).moves
    assert opened == {order.version: {"reply_public": f"{NAME}您好，已致电{MOBILE}"}}

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatcher.adapters.sqlite.store import SqliteOrderStore
from dispatcher.settings import Settings
from dispatcher.similar.alike import find_alike
from dispatcher.similar.matters import learn
from dispatcher.similar.sketch import Needle
from dispatcher.wiring import Services
from models.moves import AnswerDirectly
from models.order import Order
from tests.bench.bench_similar import END, Seen, demonstration, judge, lessons
from tests.contracts.orders import T0, Book

NOW = T0 + timedelta(hours=20)
LAMP = {"title": "禾叶路路灯不亮", "content": "市民反映，禾叶路12号附近的路灯三天不亮，老人走夜路容易绊倒。"}
SAID = Needle(
    title="路灯不亮",
    content="居民来电，禾叶路12号附近的路灯三天不亮，老人走夜路容易绊倒，请尽快修理。",
    community="上村",
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[SqliteOrderStore]:
    store = SqliteOrderStore(tmp_path / "store.db")
    yield store
    store.close()


def registered(store: SqliteOrderStore, **fields: Any) -> Order:
    book = Book()
    order = book.register(fields.pop("external_id", "1"), **({"community": "上村"} | LAMP | fields))
    book.project(store)
    return order


def test_another_caller_about_the_same_lamp_is_shown_why(store: SqliteOrderStore) -> None:
    order = registered(store)

    (alike,) = find_alike(store, learn([]), SAID, now=NOW)

    assert alike.order == order
    assert alike.hours == 20
    assert alike.score > 0.5
    assert alike.reasons[:2] == ("同一社区：上村", "相同地点：禾叶路12号")
    assert alike.reasons[2].startswith("相同内容：“") and "三天不亮" in alike.reasons[2]
    assert alike.reasons[3] == "20小时前受理"


@pytest.mark.parametrize(
    "elsewhere",
    [
        {"community": "下村", "title": "砚田街路灯不亮", "content": LAMP["content"].replace("禾叶路12", "砚田街3")},
        {"title": "晴川路路灯不亮", "content": LAMP["content"].replace("禾叶路12", "晴川路3")},
        {"title": "垃圾清运不及时", "content": "禾叶路12号的垃圾桶满了没有人来收，污水流到路面，臭味很大。"},
    ],
)
def test_the_same_elsewhere_and_another_matter_here_are_not(store: SqliteOrderStore, elsewhere: dict[str, Any]) -> None:
    registered(store, **elsewhere)
    assert find_alike(store, learn([]), SAID, now=NOW) == []


def test_what_has_ended_is_not(store: SqliteOrderStore) -> None:
    book = Book()
    order = book.register("1", community="上村", **LAMP)
    book.act(order, AnswerDirectly(reply_public="已当场答复"), T0 + timedelta(hours=1))
    book.project(store)
    assert find_alike(store, learn([]), SAID, now=NOW) == []


def test_what_is_older_than_thirty_days_is_not(store: SqliteOrderStore) -> None:
    registered(store)
    assert find_alike(store, learn([]), SAID, now=T0 + timedelta(days=31)) == []


def test_nothing_typed_finds_nothing(store: SqliteOrderStore) -> None:
    registered(store)
    assert find_alike(store, learn([]), Needle(), now=NOW) == []


def test_the_best_come_first_and_no_more_than_asked(store: SqliteOrderStore) -> None:
    for hour in range(6):
        registered(store, external_id=f"{hour}", received_at=T0 + timedelta(hours=3 * hour))

    found = find_alike(store, learn([]), SAID, now=NOW, limit=4)

    assert [one.hours for one in found] == [5, 8, 11, 14]
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)


def test_a_chosen_item_decides_where_words_do_not(store: SqliteOrderStore) -> None:
    matters = learn([])
    words = {"title": "漆黑一片", "content": "晚上看不见，请尽快派人来修理一下，谢谢。", "address_text": "禾叶路12号"}
    registered(store, item_code="lamp", **words)
    said = Needle(title="灯坏了", content="夜里不亮了已经两天。", address_text="禾叶路12号", community="上村")

    def score(item: str) -> float:
        asked = Needle(said.title, said.content, said.address_text, said.community, item_code=item)
        (found,) = find_alike(store, matters, asked, now=NOW, threshold=0)
        return found.score

    assert score("lamp") > 5 * score("waste")


@pytest.fixture(scope="module")
def seen(tmp_path_factory: pytest.TempPathFactory) -> list[Seen]:
    services = Services(Settings(data=tmp_path_factory.mktemp("data")))
    try:
        return demonstration(services, 4, orders=7200, days=60)
    finally:
        services.close()


def test_planted_repeats_are_found_and_little_else(seen: list[Seen]) -> None:
    """The bench's question on a third of its orders, as dense; a seed that nothing was chosen by."""
    half = END - timedelta(days=30)
    figures = judge(seen, learn(lessons(seen, half)), half)

    assert figures.repeats > 200
    assert figures.recall >= 0.87
    assert figures.precision >= 0.87


def test_without_items_less_is_found_and_hardly_more_is_wrong(seen: list[Seen]) -> None:
    start = END - timedelta(days=10)
    figures = judge(seen, learn([one.sketch for one in seen if one.at < start]), start)

    assert figures.recall >= 0.5
    assert figures.precision >= 0.85

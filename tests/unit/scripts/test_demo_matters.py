from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from random import Random
from statistics import median
from string import Formatter

import pytest

from dispatcher.catalogue import default_catalogue_path, load_catalogue
from dispatcher.settings import Settings
from dispatcher.wiring import Services
from models.catalogue import Catalogue
from models.intake import TITLE_MAX
from models.kinds import RequesterKind
from scripts.demo.city import City, code_of
from scripts.demo.matters import Matter, load_matters
from scripts.demo.phrases import load_phrases
from scripts.demo.plan import plan
from scripts.demo.settle import settle_all
from scripts.demo.slots import Slots
from scripts.demo.wording import CONTENT_LEAST, CONTENT_MOST


@lru_cache
def city() -> City:
    return City(load_catalogue(default_catalogue_path()))


def test_there_are_many_matters_for_every_unit_of_the_catalogue() -> None:
    units = {matter.unit for matter in load_matters()}
    handlers = {unit.code for unit in city().catalogue.units} - set(city().offices)

    assert len(load_matters()) >= 100
    assert units == handlers
    assert sum(matter.requester is RequesterKind.ENTERPRISE for matter in load_matters()) >= 8


@pytest.mark.parametrize("matter", load_matters(), ids=lambda matter: matter.key)
def test_a_matter_agrees_with_the_catalogue(matter: Matter) -> None:
    catalogue = city().catalogue

    assert matter.category in catalogue.categories
    assert all(catalogue.has_unit(unit) and unit != matter.unit for unit in matter.wrong)
    assert set(matter.types) <= {term.code for term in catalogue.request_types}
    if matter.item is not None:
        item = catalogue.item_by_code[matter.item]
        assert (item.unit, item.category) == (matter.unit, matter.category)


def test_the_short_codes_of_the_matters_differ() -> None:
    assert len({code_of(matter) for matter in load_matters()}) == len(load_matters())


def test_every_slot_of_every_text_can_be_filled() -> None:
    texts = _strings([matter.model_dump() for matter in load_matters()]) + _strings(load_phrases().model_dump())
    names = {name for text in texts for _, name, _, _ in Formatter().parse(text) if name}
    slots = Slots(
        Random(1), load_phrases(), city().sites[0], datetime(2026, 3, 1, 9, tzinfo=UTC), RequesterKind.CITIZEN, False
    )
    parts_of_frames = {"opening", "body", "details", "push", "ending", "title", "right"}

    assert {name for name in names - parts_of_frames if not slots[name]} == set()


def _strings(value: object) -> list[str]:
    if isinstance(value, str):
        return [value]
    if isinstance(value, dict):
        return [text for part in value.values() for text in _strings(part)]
    if isinstance(value, list | tuple):
        return [text for part in value for text in _strings(part)]
    return []


def test_texts_are_filled_punctuated_and_of_believable_length() -> None:
    end = datetime(2026, 6, 30, tzinfo=UTC)
    planned = tuple(plan(city().catalogue, 11, end - timedelta(days=120), end, 5000))
    orders = settle_all(Services(Settings()), city(), planned)
    texts = [order.intake.content for order in orders]
    replies = [step.reply for order in orders for step in order.steps if step.reply]
    bases = [step.basis for order in orders for step in order.steps if step.basis]
    lengths = [len(text) for text in texts]

    for text in (*texts, *(order.intake.title for order in orders), *replies, *bases):
        assert not re.search(r"[{}]|None|[，。！？：]{2}|。！|社区社区|问题问题|咨询咨询", text), text
    assert max(lengths) <= CONTENT_MOST and max(len(order.intake.title) for order in orders) <= TITLE_MAX
    assert min(lengths) >= CONTENT_LEAST
    assert 60 <= median(lengths) <= 100


def test_the_time_that_a_text_names_is_the_time_that_it_happened() -> None:
    received = datetime(2026, 3, 4, 9, 20, tzinfo=UTC)
    said = Counter[str]()
    for seed in range(300):
        slots = Slots(Random(seed), load_phrases(), city().sites[0], received, RequesterKind.CITIZEN, seed % 2 == 0)
        text = slots["time"]
        assert slots.when is not None and slots.when < received
        days = (received.date() - slots.when.date()).days
        assert text.startswith(("今", "昨", "前天")[days])
        assert ("晚" in text) == (slots.when.hour >= 18)
        said[text[:2]] += 1
    assert len(said) >= 4


def test_places_are_many_invented_and_the_same_every_time() -> None:
    sites = city().sites
    by_community = Counter((site.street, site.community) for site in sites)

    assert len(by_community) == sum(len(street.communities) for street in city().catalogue.streets)
    assert sites == City(city().catalogue).sites
    for street, community in by_community:
        own = [site for site in sites if (site.street, site.community) == (street, community)]
        assert len({site.names["road"] for site in own}) >= 5
        assert len({site.names["estate"] for site in own}) >= 4
        assert len({site.address for site in own}) == len(own)


def test_a_catalogue_without_the_matters_units_is_refused() -> None:
    catalogue = city().catalogue
    poorer = catalogue.model_copy(update={"units": tuple(u for u in catalogue.units if u.code != "water")})

    with pytest.raises(ValueError, match="water"):
        City(Catalogue.model_construct(**{name: getattr(poorer, name) for name in Catalogue.model_fields}))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"titles": ["一", "二"]}, "title"),
        ({"types": {"consult": 1}}, "consult"),
        ({"types": {"help": 1, "consult": 1}, "asks": [("问", "怎么办")]}, "answers"),
    ],
)
def test_a_matter_without_the_words_that_it_needs_is_refused(change: dict[str, object], said: str) -> None:
    whole = {"key": "k", "unit": "water", "wrong": ["police"], "category": "民政", "types": {"help": 1}, "weight": 1}
    whole |= {"hours": "day", "days": [1, 0.5], "titles": ["一"], "bodies": ["事情"], "replies": ["已办"]}
    Matter.model_validate(whole)

    with pytest.raises(ValueError, match=said):
        Matter.model_validate(whole | change)

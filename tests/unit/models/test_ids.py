"""Order numbers follow from the intake key, are read aloud without doubt, and do not meet."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.ids import order_no

text = st.text(st.characters(exclude_categories=["Cs"]))


@given(text, text)
def test_the_form(source: str, external: str) -> None:
    number = order_no("GM", source, external)
    assert re.fullmatch("GM[0-9A-HJKMNP-TV-Z]{13}", number)
    assert number == order_no("GM", source, external)


@given(st.tuples(text, text), st.tuples(text, text))
def test_another_key_is_another_number(one: tuple[str, str], other: tuple[str, str]) -> None:
    assert (order_no("GM", *one) == order_no("GM", *other)) == (one == other)


def test_where_the_source_ends_matters() -> None:
    assert order_no("GM", "a", "bc") != order_no("GM", "ab", "c")
    assert order_no("GM", "1:a", "b") != order_no("GM", "1", "a:b")


def test_many_numbers_differ_and_use_every_digit_everywhere() -> None:
    numbers = {order_no("GM", "city", str(n)) for n in range(20_000)}
    assert len(numbers) == 20_000
    assert all(len({number[place] for number in numbers}) == 32 for place in range(2, 15))


def test_a_number_once_given_stays() -> None:
    assert order_no("GM", "city", "20260101-1") == "GMTK4H0HBFHA0Q3"


def test_a_lone_surrogate_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        order_no("GM", "a\ud800", "1")

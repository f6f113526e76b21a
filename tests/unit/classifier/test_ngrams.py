from __future__ import annotations

import math
from collections import Counter
from itertools import pairwise

import numpy as np

from classifier.ngrams import BUCKETS, buckets, count, row_pointers, term_weights
from classifier.text import read
from models.classification import OrderText

EVERYTHING = np.append(np.arange(BUCKETS, dtype=np.int32), np.int32(-1))


def bucket_of(gram: str) -> int:
    """The bucket of one n-gram, read off a text that is nothing else."""
    return int(buckets(read([OrderText("", gram)]), len(gram))[len(gram) - 1][1])


def counted(texts: list[OrderText], order: int, title_weight: int = 1) -> list[dict[int, int]]:
    grams = count(read(texts), order, EVERYTHING, title_weight)
    pointers = row_pointers(grams, len(texts))
    return [
        dict(zip(grams.columns[a:b].tolist(), grams.counts[a:b].tolist(), strict=True))
        for a, b in pairwise(pointers.tolist())
    ]


def reference(text: OrderText, order: int, title_weight: int) -> dict[int, int]:
    found: Counter[int] = Counter()
    for field, weight in ((text.title, title_weight), (text.content, 1)):
        for n in range(1, order + 1):
            for i in range(len(field) - n + 1):
                found[bucket_of(field[i : i + n])] += weight
    return dict(found)


def test_counts_equal_a_plain_loop_over_each_text() -> None:
    texts = [OrderText("路灯不亮", "路灯不亮了路灯"), OrderText("", ""), OrderText("水", "停水停水停水")]
    for order in (1, 2, 3, 4):
        assert counted(texts, order, 3) == [reference(text, order, 3) for text in texts]


def test_no_ngram_reaches_from_one_field_or_text_into_the_next() -> None:
    across = bucket_of("乙丙")
    assert all(across not in found for found in counted([OrderText("甲乙", "丙丁"), OrderText("丙", "")], 2))


def test_every_occurrence_leads_back_to_its_place() -> None:
    characters = read([OrderText("停水", "又停水，停水")])
    grams = count(characters, 2, EVERYTHING, 1)
    column = grams.columns[grams.group]
    places = grams.occurrence[column == bucket_of("停水")] - len(characters.codes)
    assert [characters.source[p : p + 2] for p in characters.place[places]] == ["停水"] * 3


def test_unknown_ngrams_are_left_out() -> None:
    lookup = np.full(BUCKETS + 1, -1, dtype=np.int32)
    lookup[bucket_of("停水")] = 0
    grams = count(read([OrderText("", "停水停水")]), 2, lookup, 1)
    assert grams.columns.tolist() == [0]
    assert grams.counts.tolist() == [2]


def test_term_weights_are_sublinear() -> None:
    assert np.allclose(term_weights(np.array([1, 2, 10])), [1, 1 + math.log(2), 1 + math.log(10)])

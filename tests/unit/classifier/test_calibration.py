from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from classifier.calibration import (
    MIN_COUNT,
    MIN_THRESHOLD,
    expected_calibration_error,
    fit_temperature,
    log_loss,
    lower_bound,
    probabilities,
    threshold_for,
    threshold_table,
)


def overconfident(rows: int) -> tuple[np.ndarray, np.ndarray]:
    """Scores three times too large for labels drawn from their softmax."""
    generator = np.random.default_rng(5)
    honest = generator.normal(size=(rows, 4)).astype(np.float32) * 1.5
    chances = probabilities(honest, 1.0)
    labels = np.array([generator.choice(4, p=row) for row in chances])
    return honest * 3, labels


def test_temperature_finds_the_factor_and_lowers_loss_and_error_on_held_out_rows() -> None:
    scores, labels = overconfident(6000)
    temperature = fit_temperature(scores[:3000], labels[:3000])
    assert temperature == pytest.approx(3, rel=0.1)
    held, truth = scores[3000:], labels[3000:]
    assert log_loss(held, truth, temperature) < log_loss(held, truth, 1.0) - 0.1
    right = held.argmax(axis=1) == truth
    before = expected_calibration_error(probabilities(held, 1.0).max(axis=1), right)
    after = expected_calibration_error(probabilities(held, temperature).max(axis=1), right)
    assert after < 0.03 < before


def test_calibration_error_of_known_bins() -> None:
    confidence = np.array([0.95] * 10 + [0.55] * 10)
    right = np.array([True] * 9 + [False] + [True] * 3 + [False] * 7)
    assert expected_calibration_error(confidence, right) == pytest.approx((0.05 + 0.25) / 2)


def test_lower_bound_is_clopper_pearson() -> None:
    # 59 of 59: 0.05 ** (1 / 59); 0 of any: 0.
    bound = lower_bound(np.array([59, 0]), np.array([59, 10]))
    assert bound[0] == pytest.approx(0.05 ** (1 / 59))
    assert bound[1] == 0


def test_a_lucky_prefix_is_no_threshold() -> None:
    confidence = np.linspace(0.99, 0.3, 200)
    right = np.arange(200) < MIN_COUNT - 1
    table = threshold_table(confidence, right)
    assert table["0.99"] is None
    assert table["0.90"] is None or (confidence >= table["0.90"]).sum() >= MIN_COUNT


def test_too_few_rows_promise_nothing() -> None:
    rows = MIN_COUNT - 1
    assert set(threshold_table(np.full(rows, 0.9), np.ones(rows, dtype=bool)).values()) == {None}
    assert set(threshold_table(np.zeros(0), np.zeros(0, dtype=bool)).values()) == {None}


@given(st.integers(0, 10_000), st.integers(1, 400))
def test_whatever_is_promised_holds_on_all_rows_at_or_above(seed: int, rows: int) -> None:
    generator = np.random.default_rng(seed)
    confidence = np.round(generator.uniform(0.05, 1, rows), 2)  # ties on purpose
    right = generator.uniform(size=rows) < confidence
    table = threshold_table(confidence, right)
    held = [value for value in table.values() if value is not None]
    assert held == sorted(held)
    for precision, value in table.items():
        if value is not None and value > MIN_THRESHOLD:
            above = confidence >= value
            assert above.sum() >= MIN_COUNT
            assert lower_bound(np.array([right[above].sum()]), np.array([above.sum()]))[0] >= float(precision)


def test_a_precision_between_two_rows_of_the_table_takes_the_stricter_one() -> None:
    table = {"0.80": 0.5, "0.81": 0.6, "0.82": None}
    assert threshold_for(table, 0.80) == 0.5
    assert threshold_for(table, 0.805) == 0.6
    assert threshold_for(table, 0.815) is None
    assert threshold_for(table, 0.999) is None

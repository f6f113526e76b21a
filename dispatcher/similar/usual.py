"""How improbable a count is, given those of the weeks before.

What is usual is uncertain where little happens. It is therefore a Gamma distribution: what the weeks had, and as much
as one week of what the city's mix would have there. The count expected is then negative binomial; wider still by how
much weeks differ beyond chance everywhere (one thing brings several calls), and in that group.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]
_PRIOR_WEEKS = 1.0
_LEAST = 0.5
"""Orders that are added to weeks without any: nothing so far is no proof that nothing happens."""
_WIDEST = 0.1


def tail_probabilities(observed: Numbers, weeks: Numbers, typical: Numbers) -> tuple[Numbers, Numbers]:
    """For each group the count expected, and the probability of ``observed`` or more.

    ``weeks`` has a row for each group and a column for each week, at least two; ``typical`` what the city's mix would
    have in a week.
    """
    number = weeks.shape[1] + _PRIOR_WEEKS
    mean = np.maximum((weeks.sum(axis=1) + _PRIOR_WEEKS * typical) / number, _LEAST / number)
    variance = weeks.var(axis=1, ddof=1)
    clumping = variance.sum() / max(weeks.mean(axis=1).sum(), 1e-9)
    size = np.minimum(mean * number, mean / max(clumping - 1, 1e-9))
    wide = variance > mean
    size[wide] = np.minimum(size[wide], mean[wide] ** 2 / (variance[wide] - mean[wide]))
    size = np.maximum(size, _WIDEST)
    return mean, np.asarray(stats.nbinom.sf(observed - 1, size, size / (size + mean)))

"""Decide from noisy pairs whether a ratio is above a limit, stop early, and say so when it cannot be told.

Each pair of runs gives one logarithm of a ratio. Of the noise it is only assumed that it treats both sides
alike: then exchanging the two runs of a pair changes nothing but the sign of its deviation, so that
deviations lie symmetrically around the true value. That is what Wilcoxon's signed-rank test needs (1945), and
the averages of all pairs of values, ordered, bound the true value exactly (Walsh 1949, Tukey 1949); their
median is the estimate (Hodges and Lehmann 1963). The data are looked at several times; the errors of the
looks add up to at most `ERROR` (Bonferroni). What the looks that time did not allow would have spent, the
last one may spend: how many pairs there was time for says nothing about their signs.
"""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from importgraph.regressions.model import Verdict

ERROR = 0.02
"""The most that the chance of a wrong verdict may be, over all looks, for each side."""
LOOKS: Mapping[int, float] = {8: 0.004, 11: 0.003, 15: 0.003, 21: 0.0025, 30: 0.0025, 44: 0.0025, 64: 0.0025}
"""After so many pairs the data are looked at, and what error each look may spend."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known about a ratio."""

    low: float
    estimate: float
    high: float
    pairs: int


def interval(logarithms: Sequence[float], error: float) -> Interval:
    """Bound the true ratio after some pairs, for one look.

    Args:
        logarithms: Of head over base, one for each pair.
        error: How likely each bound may be wrong.

    Returns:
        The estimate with its bounds; from nought to infinity where there are too few pairs.
    """
    averages = sorted(_averages(logarithms))
    count = len(averages)
    middle = math.exp((averages[(count - 1) // 2] + averages[count // 2]) / 2) if averages else 1.0
    rank = _rank(len(logarithms), error)
    if rank == 0:
        return Interval(0.0, middle, math.inf, len(logarithms))
    return Interval(math.exp(averages[rank - 1]), middle, math.exp(averages[count - rank]), len(logarithms))


def _averages(values: Sequence[float]) -> Iterator[float]:
    for number, one in enumerate(values):
        yield from ((one + other) / 2 for other in values[number:])


@cache
def _rank(count: int, error: float) -> int:
    """Return the largest k such that a signed-rank sum below k is this unlikely by chance."""
    ways = [1]
    for rank in range(1, count + 1):
        longer = [*ways, *([0] * rank)]
        for total, number in enumerate(ways):
            longer[total + rank] += number
        ways = longer
    sum_of_ways = 0
    for total, number in enumerate(ways):
        sum_of_ways += number
        if sum_of_ways > error * 2**count:
            return total
    return 0


def error_of(pairs: int, *, is_last: bool = False) -> float:
    """Return what error a look after some pairs may spend; nought where none is planned.

    Args:
        pairs: How many there are.
        is_last: Time is up: all that was not spent may be.
    """
    if is_last:
        return ERROR - sum(error for count, error in LOOKS.items() if count <= pairs and count != pairs)
    return LOOKS.get(pairs, 0.0)


def decide(known: Interval, limit: float) -> Verdict:
    """Compare what is known about a ratio with the largest one allowed.

    Args:
        known: The bounds.
        limit: Such as 1.1 for ten per cent more.
    """
    if known.low > limit:
        return Verdict.REGRESSED
    return Verdict.CLEAN if known.high <= limit else Verdict.INCONCLUSIVE

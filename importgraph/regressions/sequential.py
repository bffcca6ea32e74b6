"""Decide from noisy pairs whether a ratio is above a limit, stop early, and say so when it cannot be told.

Each block of runs gives one logarithm of a ratio. Nothing is assumed about the noise but that it treats
both sides alike, so that half of all blocks lie above the true ratio. Then order statistics bound it: the
k-th smallest of n blocks is above it with probability P(Binomial(n, 1/2) < k) (Thompson 1936). As the data
are looked at several times, the error is shared out among the looks (Bonferroni).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from importgraph.regressions.model import Verdict

ERROR = 0.02
"""The most that the chance of a wrong verdict may be, over all looks, for each side."""
LOOKS = (9, 12, 16, 22, 30, 40, 55)
"""After so many blocks the data are looked at."""


@dataclass(frozen=True, slots=True)
class Interval:
    """What is known about a ratio."""

    low: float
    estimate: float
    high: float
    blocks: int


def interval(logarithms: Sequence[float]) -> Interval:
    """Bound the true ratio after some blocks, for one look.

    Args:
        logarithms: Of head over base, one for each block.

    Returns:
        The median with its bounds; from nought to infinity where there are too few blocks.
    """
    ordered = sorted(logarithms)
    count = len(ordered)
    rank = _rank(count, ERROR / len(LOOKS))
    middle = math.exp((ordered[(count - 1) // 2] + ordered[count // 2]) / 2) if ordered else 1.0
    if rank == 0:
        return Interval(0.0, middle, math.inf, count)
    return Interval(math.exp(ordered[rank - 1]), middle, math.exp(ordered[count - rank]), count)


def _rank(count: int, error: float) -> int:
    """Return the largest k such that fewer than k heads among fair coins are this unlikely."""
    total, rank = 0.0, 0
    while rank < count:
        total += math.comb(count, rank) / 2**count
        if total > error:
            return rank
        rank += 1
    return rank


def decide(known: Interval, limit: float) -> Verdict:
    """Compare what is known about a ratio with the largest one allowed.

    Args:
        known: The bounds.
        limit: Such as 1.1 for ten per cent more.
    """
    if known.low > limit:
        return Verdict.REGRESSED
    return Verdict.CLEAN if known.high <= limit else Verdict.INCONCLUSIVE

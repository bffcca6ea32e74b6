import math
import random
import sys
from dataclasses import replace
from itertools import product

import pytest

from importgraph.config import from_options
from importgraph.errors import UsageError
from importgraph.regressions.gates import NO_GATES, Growth, parse_gates
from importgraph.regressions.measure import Plan, _compare, measure
from importgraph.regressions.model import Verdict
from importgraph.regressions.sequential import ERROR, LOOKS, decide, error_of, interval

TEN = Growth(0.1, is_share=True)


def test_bounds_hold_the_estimate_and_narrow_down():
    widths = []
    for count, error in LOOKS.items():
        known = interval([math.log(1 + number / 1000) for number in range(count)], error)
        assert known.low <= known.estimate <= known.high
        widths.append((known.high - known.low) / count)
    assert widths == sorted(widths, reverse=True)
    assert interval([0.0] * 5, ERROR).high == math.inf
    assert interval([], ERROR).low == 0


def test_what_looks_spend_is_no_more_than_is_allowed():
    assert math.isclose(sum(LOOKS.values()), ERROR)
    assert error_of(7) == 0
    assert error_of(7, is_last=True) == ERROR
    assert math.isclose(error_of(12, is_last=True), ERROR - LOOKS[8] - LOOKS[11])
    assert math.isclose(error_of(11, is_last=True), ERROR - LOOKS[8])  # the look at 11 is part of it


@pytest.mark.parametrize("error", [0.02, 0.003])
def test_the_bounds_are_those_of_the_signed_rank_test(error):
    """By enumeration: how many of all choices of signs give a sum of ranks below the bound's."""
    count = 10
    values = [1.0 + 0.1 * number**1.5 for number in range(1, count + 1)]
    known = interval(values, error)
    sums = [
        sum(rank for rank, sign in enumerate(signs, start=1) if sign)
        for signs in product((False, True), repeat=count)
    ]
    averages = sorted((one + other) / 2 for n, one in enumerate(values) for other in values[n:])
    rank = next(k for k in range(len(averages)) if math.isclose(math.exp(averages[k]), known.low)) + 1
    assert sum(total < rank for total in sums) / 2**count <= error < sum(t <= rank for t in sums) / 2**count


def test_verdicts_of_a_noisy_ratio():
    spent = LOOKS[8]
    assert decide(interval([math.log(1.3)] * 8, spent), 1.1) is Verdict.REGRESSED
    assert decide(interval([math.log(1.05)] * 8, spent), 1.1) is Verdict.CLEAN
    assert decide(interval([0.0, 0.3] * 6, spent), 1.1) is Verdict.INCONCLUSIVE


def noisy(mean, rng):
    """A run whose noise only adds, sometimes a lot, and drifts."""

    def run():
        spike = rng.expovariate(1) * mean if rng.random() < 0.15 else 0
        return round(1e6 * (mean * (1 + abs(rng.gauss(0, 0.08))) + spike)), ""

    return run


@pytest.mark.parametrize(("change", "wrong"), [(1.0, Verdict.REGRESSED), (1.2, Verdict.CLEAN)])
def test_simulated_noise_does_not_flip_a_verdict(change, wrong):
    rng = random.Random(7)  # noqa: S311 -- noise
    verdicts = []
    for _ in range(150):
        found = _compare("app", (noisy(100, rng), noisy(100 * change, rng)), TEN, math.inf)
        verdicts.append(found.verdict)
    assert wrong not in verdicts
    assert verdicts.count(Verdict.INCONCLUSIVE) < 30


def test_at_the_very_limit_a_verdict_is_as_rare_as_it_says():
    """Where the truth is the limit, each verdict is wrong: both together happen in at most twice ERROR."""
    rng = random.Random(3)  # noqa: S311 -- noise
    rounds = 400
    sides = (noisy(100, rng), noisy(110, rng))
    found = [_compare("app", sides, TEN, math.inf).verdict for _ in range(rounds)]
    for verdict in (Verdict.CLEAN, Verdict.REGRESSED):
        assert found.count(verdict) <= rounds * ERROR + 2.5 * math.sqrt(rounds * ERROR)


def test_a_last_look_decides_when_time_is_up(monkeypatch):
    clock = iter(range(100))
    monkeypatch.setattr("importgraph.regressions.measure.time.monotonic", lambda: next(clock))
    runs = (lambda: (100, ""), lambda: (150, ""))
    assert _compare("app", runs, TEN, 6.0).verdict is Verdict.REGRESSED
    clock = iter(range(100))
    assert _compare("app", runs, TEN, 5.0).verdict is Verdict.INCONCLUSIVE


def test_time_that_runs_out_is_inconclusive():
    found = _compare("app", (lambda: (1, ""), lambda: (1, "")), TEN, -1.0)
    assert found.verdict is Verdict.INCONCLUSIVE


SPIN = "import time\nend = time.process_time() + {}\nwhile time.process_time() < end: pass\n"


def plan(repo, **further):
    options = from_options(workers=1)
    return Plan(
        repo.folder, "HEAD", options, sys.executable, **{"budget": 40.0, "entries": ("app",), **further}
    )


def test_real_runs_tell_twice_the_time(repo):
    repo.commit({"app/__init__.py": SPIN.format(0.01), ".gitignore": "generated.py\n"})
    repo.write({"app/__init__.py": "from app import generated\n" + SPIN.format(0.02), "app/generated.py": ""})
    found = measure(plan(repo), NO_GATES)
    assert found.verdict is Verdict.REGRESSED
    (one,) = found.regressions
    assert (one.gate, one.subject) == ("time", "app")
    assert 1.5 < one.after < 2.5
    relaxed = measure(plan(repo), parse_gates({"max-collection-regression": "300%"}))
    assert relaxed.verdict is Verdict.CLEAN


def test_an_entry_point_that_fails_is_said_not_guessed(repo):
    repo.commit({"app/__init__.py": "import nowhere_to_be_found\n"})
    found = measure(plan(repo), NO_GATES)
    assert found.verdict is Verdict.INCONCLUSIVE
    assert "ModuleNotFoundError" in found.notes[0]


def test_an_interpreter_that_ends_is_one_line(repo):
    repo.commit({"app/__init__.py": "import os\nos._exit(3)\n"})
    with pytest.raises(UsageError, match="ended the interpreter"):
        measure(plan(repo), NO_GATES)
    with pytest.raises(UsageError, match="could not import app"):
        measure(replace(plan(repo), python="/nowhere/python"), NO_GATES)

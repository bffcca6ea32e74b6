import math
import random
import sys
from dataclasses import replace

import pytest

from importgraph.config import from_options
from importgraph.errors import UsageError
from importgraph.regressions.gates import NO_GATES, Growth, parse_gates
from importgraph.regressions.measure import Plan, _compare, measure
from importgraph.regressions.model import Verdict
from importgraph.regressions.sequential import ERROR, LOOKS, decide, interval

TEN = Growth(0.1, is_share=True)


def test_bounds_hold_the_median_and_narrow_down():
    widths = []
    for count in LOOKS:
        known = interval([math.log(1 + number / 1000) for number in range(count)])
        assert known.low <= known.estimate <= known.high
        widths.append(known.high / known.low / (1 + count / 1000))
    assert interval([0.0] * 5).high == math.inf
    assert interval([]).low == 0


@pytest.mark.parametrize("count", LOOKS)
def test_an_order_statistic_is_wrong_as_rarely_as_it_says(count):
    rng = random.Random(count)  # noqa: S311 -- noise
    rounds = 4000
    wrong = sum(interval([rng.gauss(0, 1) for _ in range(count)]).low > 1 for _ in range(rounds))
    assert wrong / rounds <= ERROR / len(LOOKS) * 2 + 0.001


def test_verdicts_of_a_noisy_ratio():
    assert decide(interval([math.log(1.3)] * 9), 1.1) is Verdict.REGRESSED
    assert decide(interval([math.log(1.05)] * 9), 1.1) is Verdict.CLEAN
    assert decide(interval([0.0, 0.3] * 6), 1.1) is Verdict.INCONCLUSIVE


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

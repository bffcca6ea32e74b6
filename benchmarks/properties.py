"""Run each property test with many times its examples, anew: `python benchmarks/properties.py [TIMES]`.

The default test run takes the same examples each time. This looks for others, and writes what it found as a
table.
"""

import subprocess
import sys
import time
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results" / "properties.md"


class ManyTimes:
    """A pytest plugin: keeps property tests alone, multiplies their examples, and notes how each went."""

    def __init__(self, times: int) -> None:
        self.times = times
        self.examples: dict[str, int] = {}
        self.rows: list[tuple[str, int, float, str]] = []

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Keep property tests, with more examples."""
        from hypothesis import settings

        items[:] = [item for item in items if hasattr(getattr(item, "obj", None), "hypothesis")]
        multiplied = set()
        for item in items:
            function = getattr(item.obj, "__func__", item.obj)
            once = function._hypothesis_internal_use_settings  # noqa: SLF001 -- settings have no public way back
            if function not in multiplied:
                multiplied.add(function)
                function._hypothesis_internal_use_settings = settings(  # noqa: SLF001
                    once, max_examples=once.max_examples * self.times, derandomize=False, database=None
                )
            self.examples[item.nodeid] = function._hypothesis_internal_use_settings.max_examples  # noqa: SLF001

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a property test went."""
        if report.when == "call" or report.failed:
            self.rows.append((report.nodeid, self.examples[report.nodeid], report.duration, report.outcome))


def main() -> None:
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    plugin = ManyTimes(times)
    started = time.monotonic()
    status = pytest.main(["-q", "-n", "0", "-p", "no:cacheprovider", str(ROOT / "tests")], plugins=[plugin])
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.strip()
    failed = [row for row in plugin.rows if row[3] == "failed"]
    summary = (
        f"`python benchmarks/properties.py {times}` at {commit}, {time.monotonic() - started:.0f} s: "
        f"examples chosen anew, {len(plugin.rows)} properties, **{len(failed)} failed**."
    )
    lines = [
        "# Property tests with many times their examples",
        "",
        summary,
        "",
        "| property | examples at most | seconds | outcome |",
        "| --- | ---: | ---: | --- |",
        *(f"| `{name}` | {count:,} | {took:.1f} | {outcome} |" for name, count, took, outcome in plugin.rows),
    ]
    RESULTS.write_text("\n".join(lines) + "\n")
    sys.exit(int(status))


if __name__ == "__main__":
    main()

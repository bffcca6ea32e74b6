"""The first screen: costs, changes, failures, tangles, what was read, in that order."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.heavy_imports import Link
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.findings.waits import Wait, Waiting
from importgraph.fixes.model import Applicability, DeferImport, Fix, Form, Gain, Risk, RiskLevel
from importgraph.fixes.model import Reason as RiskReason
from importgraph.outputs.assemble import make_report
from importgraph.outputs.report import Costs, EntryLoad, Heavy, Report
from importgraph.outputs.screen.first_screen import first_screen, headline, telling
from importgraph.outputs.screen.text_layout import Screen
from importgraph.project import Project

CHAIN = (Link("app.cli", "app.graphs", "app/cli.py", 3), Link("app.graphs", "networkx", "app/graphs.py", 1))
NETWORKX = Heavy("networkx", 268_000, 0.86, CHAIN, "app/graphs.py:1")
SMALL = Heavy("zipfile", 9_000, 0.03, CHAIN[1:], "app/graphs.py:1")
APP = EntryLoad("app.cli", "app", "console script", "pyproject.toml:12", 4, 310_400, (NETWORKX, SMALL))
TESTS = EntryLoad("<all tests>", "a test session", "test session", "", 9, 420_000, (NETWORKX,))
DEFER = DeferImport("app/graphs.py", 1, "import networkx as nx", "nx", Form.FUNCTIONS, ("draw",))
GAINS = (
    Gain("app.cli", "us", 310_400, 42_000, ("networkx",), label="app", estimated=True),
    Gain("<all tests>", "us", 420_000, 152_000, ("networkx",), label="a test session", estimated=True),
)
FIX = Fix(
    "F1", "lazy-import", "title", GAINS, 1, 1, Applicability.SAFE, ("shown",), (), (DEFER,),
    risk=Risk(RiskLevel.SAFE, "its import has no effect"),
)  # fmt: skip
DOUBTFUL = Risk(
    RiskLevel.REVIEW, "`app.graphs` reads the clock at import", "app/graphs.py", 9, (RiskReason("x", "y"),)
)


@pytest.fixture
def report(open_files: Callable[..., Project]) -> Report:
    project = open_files({"app/__init__.py": "", "app/cli.py": "", "app/graphs.py": "", "app/c.py": ""})
    made = make_report(project)
    return replace(
        made, costs=Costs("us", estimated=True), entries=(APP, TESTS), fixes=(FIX,), findings=(), smaller=41
    )


def shown(report: Report, width: int = 80, *, show_all: bool = False) -> list[str]:
    lines = first_screen(report, Screen(width, show_all), lambda _: "\ntime.sleep(10)\n")
    return [line.text for line in lines]


def test_sections_stand_in_the_order_of_what_matters(report: Report) -> None:
    failing = Finding(
        "IG401", "app.gone", "`app.gone` is imported and not there.", Severity.ERROR,
        (Location("app/c.py", 7), Location("app/d.py", 1)), Evidence(),
    )  # fmt: skip
    cycle = Finding("IG202", "app", "x", Severity.WARNING, (), Evidence())
    lines = shown(replace(report, findings=(failing, cycle)))
    heads = [line.partition(" (")[0] for line in lines if line and not line.startswith(" ")]
    assert heads == ["What it costs", "What to change", "What fails", "What is tangled", "What was read"]
    assert " app/c.py:7 and 1 more: app.gone is imported and not there." in lines
    assert any(line.endswith("importgraph cycles") and len(line) == 80 for line in lines)


def test_an_entry_point_has_its_cost_and_its_heaviest_parts_with_our_line(report: Report) -> None:
    lines = shown(report)
    assert lines[0] == "What it costs (≈ estimated from text; nothing was run)"
    assert lines[1].split() == ["app", "(console", "script,", "pyproject.toml:12)", "≈", "310", "ms"]
    assert lines[2].split() == ["≈", "268", "ms", "86%", "networkx", "app/graphs.py:1"]
    assert "zipfile" not in "\n".join(lines)
    wide = shown(report, 200)
    assert "app.cli -> app.graphs -> networkx" in wide[2]


def test_a_fix_says_what_it_saves_to_whom_and_its_risk(report: Report) -> None:
    lines = shown(report)
    place = lines.index("What to change (most saved first)")
    assert lines[place + 1].split() == [
        "F1", "Defer", "import", "networkx", "as", "nx", "in", "app/graphs.py:1", "safe",
    ]  # fmt: skip
    assert lines[place + 2] == "     app: ≈ 310 → 42 ms (-86%); a test session -268 ms (-64%)"
    assert lines[place + 3].startswith(" See F1: importgraph fix lazy-import-networkx-")
    assert lines[place + 4] == " 41 other imports could be deferred too, for less than is shown."


def test_a_doubtful_fix_has_one_reason_with_its_place(report: Report) -> None:
    from msgspec.structs import replace as altered

    lines = shown(replace(report, fixes=(altered(FIX, risk=DOUBTFUL, applicability=Applicability.UNSAFE),)))
    text = " ".join(line.strip() for line in lines)
    assert "review: app.graphs reads the clock at import (app/graphs.py:9), and 1 more kind" in text


def test_a_cycle_that_crashes_keeps_the_screen_from_saying_that_each_import_works(report: Report) -> None:
    crash = Finding("IG201", "app", "x", Severity.ERROR, (), Evidence())
    assert " Nothing found: each import of the tree's own modules works." in shown(report)
    lines = shown(replace(report, findings=(crash,)))
    assert " No module or name of the tree is missing. A cycle that crashes stands below." in lines


def test_nothing_worth_changing_is_an_answer(report: Report) -> None:
    quick = EntryLoad("app", "import app", "distributed package", "", 4, 4_200, ())
    lines = shown(replace(report, fixes=(), smaller=0, entries=(quick,)))
    assert " No edit found that saves enough to show: `import app` loads in ≈ 4.2 ms." in lines


def test_what_waits_is_named_first_with_its_line(report: Report) -> None:
    wait = Wait("sleeps", "time.sleep", "app/db.py", 2, "app.db", "app/cli.py:4", certain=True)
    maybe = Wait("sleeps", "time.sleep", "app/no.py", 2, "app.no", "", certain=False)
    entries = (EntryPoint("app.cli", "console script", label="app"),)
    lines = shown(replace(report, waits=(Waiting(wait, entries), Waiting(maybe, entries))))
    assert lines[1].strip() == ("! app sleeps at import, app/db.py:2, called at app/cli.py:4: time.sleep(10)")
    assert "app/no.py" not in "\n".join(lines)


@pytest.mark.parametrize("width", [70, 80, 200])
def test_no_line_is_wider_than_asked_and_none_ends_in_a_blank(report: Report, width: int) -> None:
    long = replace(APP, title="x" * 300, heavy=(replace(NETWORKX, name="y" * 300),) * 3)
    for lines in (
        shown(report, width),
        shown(replace(report, entries=tuple(replace(long, entry=f"a{n}") for n in range(9))), width),
    ):
        assert max(map(len, lines)) <= width
        assert all(line == line.rstrip() for line in lines)
        assert len(lines) <= 40


def test_the_costliest_by_use_are_told_and_none_twice() -> None:
    same = replace(APP, title="python -m app", importance=0.7)
    library = EntryLoad("lib", "import lib", "distributed package", "", 1, 90_000, (SMALL,), importance=0.8)
    slow = replace(TESTS, importance=0.7, cost=500_000)
    assert [one.title for one in telling([APP, library, same, slow])] == [
        "a test session", "app", "import lib", "python -m app",
    ]  # fmt: skip


def test_all_shows_every_row(report: Report) -> None:
    many = replace(report, entries=tuple(replace(APP, entry=f"a{n}", cost=10**n) for n in range(9)))
    assert " 6 more entry points: --all" in shown(many)
    assert "\n".join(shown(many, show_all=True)).count("(console script") == 9


def test_a_headline_counts_statements_that_go_together() -> None:
    from msgspec.structs import replace as altered

    two = altered(FIX, edits=(DEFER, altered(DEFER, line=2), altered(DEFER, path="b.py")))
    assert headline(two) == "Defer 3 imports together: app/graphs.py:1, app/graphs.py:2 and 1 more"
    assert headline(altered(FIX, edits=(DEFER, altered(DEFER, bound="y")))) == (
        "Defer the 2 names imported at app/graphs.py:1"
    )

"""What `analyze` shows: markdown, JSON and terminal, from one realistic report; hostile names are data."""

import json
import re
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from importgraph.findings.chains import LoadChain, load_chain
from importgraph.findings.cycles import find_cycles
from importgraph.findings.duplicates import find_duplicates
from importgraph.findings.fragmentation import measure_fragmentation
from importgraph.findings.missing.failing_imports import check_unresolved
from importgraph.findings.missing.unresolved import find_failing
from importgraph.findings.rules import RULES
from importgraph.graph.model import AtImport
from importgraph.graph.open_imports import OpenImports
from importgraph.outputs.answers.chain_text import render_chain, render_chain_json
from importgraph.outputs.answers.failing_text import show_failing
from importgraph.outputs.assemble import make_report
from importgraph.outputs.documents import json_report, markdown
from importgraph.outputs.documents.plain_graph import render_dot, render_graphml
from importgraph.outputs.pictures.pictures import drawings, write_pictures
from importgraph.outputs.report import Report
from importgraph.outputs.screen.console import (
    show_cycles,
    show_duplicates,
    show_fragmentation,
    show_report,
    show_rule,
)
from importgraph.outputs.screen.text_layout import Screen
from importgraph.project import Project

BODY = "".join(f"    value_{n} = compute({n}, 'text {n}')\n" for n in range(12))
FILES = {
    "app/__init__.py": "",
    "app/core.py": "from app.models import User\nfrom app.heavy import work\ndef f(): return work(User)\n",
    "app/models/__init__.py": "from app.models.user import User\n",
    "app/models/user.py": "class User:\n    name = ''\n",
    "app/admin.py": "from app.models.user import User\n",
    "app/views.py": "from app.models import User\n",
    "app/cycle_a.py": "from app.cycle_b import g\n\ndef f():\n    return 1\n",
    "app/cycle_b.py": "from app.cycle_a import f\n\ndef g():\n    return f()\n",
    "app/lost.py": "from app.modles import User\n",
    "app/broken.py": "import app.core\ndef f(:\n",
    "app/ws.py": f"class Manager:\n{BODY}",
    "app/chat.py": f"class Manager:\n{BODY}",
    "app/heavy/__init__.py": "".join(f"import app.heavy.part{n}\n" for n in range(10))
    + "def work(x): return x\n",
    **{f"app/heavy/part{n}.py": "" for n in range(10)},
    "tests/test_core.py": "import app.core\n",
}


@pytest.fixture
def project(open_files: Callable[..., Project]) -> Project:
    return open_files(FILES)


@pytest.fixture
def report(project: Project) -> Report:
    return make_report(project)


def on_screen(show: Callable[[Console], None], width: int = 100) -> str:
    console = Console(width=width, color_system=None, force_terminal=False)
    with console.capture() as captured:
        show(console)
    return captured.get()


def shown_screen(report: Report) -> str:
    return on_screen(lambda console: show_report(report, Screen(100), lambda _: "", console))


def test_every_report_prints_the_sum_of_the_ledger(report: Report) -> None:
    line = "24 files found = 23 analysed + 1 broken + 0 excluded"
    assert line in markdown.render(report)
    assert line in shown_screen(report)
    ledger = json.loads(json_report.render(report))["ledger"]
    assert ledger["found"] == ledger["analysed"] + len(ledger["broken"]) + len(ledger["excluded"])
    assert ledger["broken"] == [{"path": "app/broken.py", "line": 2, "reason": ledger["broken"][0]["reason"]}]


def test_json_promises(report: Report) -> None:
    document = json.loads(json_report.render(report))
    assert document["schema"] == "importgraph/analyze/1"
    assert {"code", "subject", "severity", "locations", "evidence"} <= set(document["findings"][0])
    promised = {"id", "kind", "title", "gain", "statements", "applicability", "reasons", "findings", "edits"}
    assert promised <= set(document["fixes"][0])
    assert [fix["id"] for fix in document["fixes"]] == [f"F{n}" for n in range(1, len(document["fixes"]) + 1)]
    assert json_report.render(report) == json_report.render(report)


def test_findings_name_known_rules(report: Report) -> None:
    known = {rule.code for rule in RULES}
    assert set(report.counts) <= known
    assert {"IG001", "IG201", "IG301", "IG302", "IG401"} <= set(report.counts)


def test_markdown_shows_edits_and_pictures(report: Report) -> None:
    text = markdown.render(report, (("Architecture", "overview.svg"),))
    assert "![Architecture](overview.svg)" in text
    assert "`app/lost.py:1`" in text
    assert "from app.modles import User` → `from app.models import User`" in text


def test_hostile_file_names_stay_data(open_files: Callable[..., Project]) -> None:
    project = open_files(
        {"pkg/__init__.py": "", "pkg/<b>`x`|.py": "import pkg.gone\n", "pkg/[link](x).py": "def f(:\n"}
    )
    text = re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", markdown.render(make_report(project)))
    assert "<b>" not in text
    assert "[link](" not in text
    ET.fromstring(render_graphml(project.graph))
    assert '"pkg.<b>`x`|"' in render_dot(project.graph)


def test_what_a_package_takes_from_below_itself_is_no_use_of_its_own_path(
    open_files: Callable[..., Project],
) -> None:
    files = {
        "app/__init__.py": "from app.log import logger\n",
        "app/log.py": "class logger: ...\n",
        "app/a.py": "from app.log import logger\n",
        "app/b.py": "from app.log import logger\n",
        "tool.py": "from app import logger\n",
        "stray.py": "from app.log import logger\n",
    }
    measured = measure_fragmentation(open_files(files).snapshot)
    share = "75.0 % (3 of 4 statements) under public"
    assert on_screen(lambda c: show_fragmentation(measured, (), c), 120).splitlines() == [
        "logger: 1 of 4 statements use app; 2 inside that package use app.log, which is right there",
        "    app.log 1",
        f"1 of 1 imported definitions has several paths; canonical usage: {share}.",
    ]


def test_single_analyses_on_screen_and_as_json(project: Project) -> None:
    snapshot = project.snapshot
    cycles, measured = find_cycles(snapshot), measure_fragmentation(snapshot)
    duplicates, unresolved = find_duplicates(snapshot), find_failing(snapshot)
    assert "fails" in on_screen(lambda c: show_cycles(cycles, c))
    assert "app.models" in on_screen(lambda c: show_fragmentation(measured, (), c))
    assert "Manager" in on_screen(lambda c: show_duplicates(duplicates, c))
    assert "app/lost.py:1" in on_screen(lambda c: show_failing(project.check(check_unresolved), c))
    assert "IG002" in on_screen(lambda c: show_rule(RULES[1], c))
    texts = [
        json_report.render_cycles(cycles, project.graph),
        json_report.render_fragmentation(measured, (), project.graph),
        json_report.render_duplicates(duplicates, project.graph),
        json_report.render_unresolved(unresolved, project.graph),
    ]
    schemas = [json.loads(text)["schema"] for text in texts]
    assert schemas == [
        f"importgraph/{name}/1" for name in ("cycles", "fragmentation", "duplicates", "unresolved")
    ]


def test_a_clean_tree_says_so(open_files: Callable[..., Project]) -> None:
    project = open_files({"a.py": ""})
    assert on_screen(lambda c: show_cycles((), c)) == "No cycles.\n"
    assert on_screen(lambda c: show_failing((), c)) == "Every first-party import resolves.\n"
    assert "Nothing to propose" in shown_screen(make_report(project))


def test_chain_text_says_when_there_is_none(project: Project) -> None:
    none = LoadChain(AtImport.NO, ())
    assert render_chain("a", "b", none, project.read_text) == "Importing a does not load b.\n"
    far = LoadChain(AtImport.NO, (), (("c.py", 3), ("d.py", 1)))
    assert render_chain("a", "b", far, project.read_text) == (
        "Importing a does not load b, as far as text shows: c.py:3 (and 1 more) imports a computed name.\n"
    )
    found = load_chain(
        OpenImports(project.graph, project.resolver), project.runtime, "app.core", "app.models.user"
    )
    assert json.loads(render_chain_json("app.core", "app.models.user", found))["chain"][0]["line"] == 1


def test_pictures_of_a_report(project: Project, tmp_path: Path) -> None:
    stems = [stem for stem, _, _ in drawings(project.snapshot, project.findings)]
    assert stems[0] == "overview"
    assert {"costs-1", "cycle-1", "fragmentation"} <= set(stems)
    drawn, problems = write_pictures(tmp_path, project.snapshot, project.findings)
    assert not problems
    for _, name in drawn:
        ET.fromstring((tmp_path / name).read_bytes())

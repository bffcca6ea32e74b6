import json
from xml.etree import ElementTree as ET

from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.git.model import Commit
from importgraph.outputs.remarks.annotations import render_github, render_gitlab, render_junit
from importgraph.outputs.remarks.remarks import from_findings, from_report
from importgraph.regressions.model import Regression, Report, Stale, Step, Verdict

STEPS = (Step("app", "app.core", "app/__init__.py", 1), Step("app.core", "pandas", "app/core.py", 7))
REPORT = Report(
    Verdict.REGRESSED,
    "main",
    (
        Regression(
            "external",
            "app",
            "`import app` newly loads `pandas`.",
            2,
            2,
            STEPS[1],
            STEPS,
            ("pandas",),
            Commit("0" * 40, "Ada", "2026-01-31", "100% : a,b\nnext"),
        ),
    ),
    (Stale("finding", "IG402 app.gone", "It is not found any more."),),
)
FINDING = Finding(
    "IG402",
    "app.x",
    "`app` has no name `x` <&\x00>.",
    Severity.WARNING,
    (Location("a,b:c.py", 3, 5), Location("d.py", 4)),
    Evidence(),
)


def test_github_escapes_data_and_properties():
    assert render_github(from_findings([FINDING])) == (
        "::warning file=a%2Cb%3Ac.py,line=3,col=5,title=importgraph IG402::`app` has no name `x` <&\\x00>.%0A"
        "Also d.py:4.\n"
    )
    error, notice = render_github(from_report(REPORT)).splitlines()
    assert error.startswith("::error file=app/core.py,line=7,title=importgraph external::`import app` newly")
    assert "%0Aapp -> app.core (app/__init__.py:1)%0Aapp.core -> pandas" in error
    assert error.endswith("since 000000000000 by Ada: 100%25 : a,b\\nnext")
    assert notice.startswith("::notice title=importgraph stale::Stale baseline entry")


def test_a_line_of_analysed_code_cannot_start_a_command():
    evil = Finding("IG402", "x", "x\n::set-output name=a::b", Severity.ERROR, (), Evidence())
    assert len(render_github(from_findings([evil])).splitlines()) == 1


def test_gitlab_has_one_fingerprint_for_each_entry():
    entries = json.loads(render_gitlab(from_findings([FINDING, FINDING])))
    assert [one["severity"] for one in entries] == ["minor", "minor"]
    assert entries[0]["location"] == {"path": "a,b:c.py", "lines": {"begin": 3}}
    assert len({one["fingerprint"] for one in entries}) == 2
    moved = Finding("IG402", "app.x", "other", Severity.WARNING, (Location("z.py", 99),), Evidence())
    (again,) = json.loads(render_gitlab(from_findings([moved])))
    assert again["fingerprint"] == entries[0]["fingerprint"]


def test_junit_is_xml_whatever_text_it_holds():
    root = ET.fromstring(render_junit(from_findings([FINDING])))
    (case,) = root.iter("testcase")
    assert case.attrib == {"classname": "importgraph.IG402", "name": "app.x"}
    message = case.find("failure").attrib["message"]
    assert message == "a,b:c.py:3: `app` has no name `x` <&\\x00>."
    assert root.attrib["failures"] == "1"


def test_junit_of_a_check_fails_for_regressions_alone():
    root = ET.fromstring(render_junit(from_report(REPORT)))
    assert (root.attrib["tests"], root.attrib["failures"]) == ("2", "1")
    clean = ET.fromstring(render_junit(from_report(Report(Verdict.CLEAN, "main", (), ()))))
    assert (clean.attrib["tests"], clean.attrib["failures"]) == ("1", "0")
    assert [case.attrib["name"] for case in clean.iter("testcase")] == ["clean"]

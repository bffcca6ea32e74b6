import re
from pathlib import Path

import pytest

from importgraph import findings
from importgraph.errors import UsageError
from importgraph.facts.source.syntax import parse_source
from importgraph.findings.model import Severity
from importgraph.findings.rules import CHECKS, RULES, checks_compared, find_rule, matches, run_checks

EVERYTHING = {
    "p/__init__.py": "from p import a",
    "p/a.py": "from p.b import g\ndef f(): ...\n",
    "p/b.py": "from p.a import f\ndef g(): ...\n",
    "p/c.py": "import p.gone\nfrom p.a import nothing\nfrom .....x import y\n",
    "p/d.py": "import subprocess\nsubprocess.run(['ls'])\n",
    "p/e.py": "def f(:\n",
    "p/f.py": "import p.g\n",
    "p/g.py": "def f():\n    import p.f\n",
}


def test_codes_and_names_are_unique():
    assert len({rule.code for rule in RULES}) == len({rule.name for rule in RULES}) == len(RULES)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)
def test_every_rule_is_documented(rule):
    assert re.fullmatch(r"IG\d{3}", rule.code)
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", rule.name)
    for text in (rule.summary, rule.why):
        assert text.endswith(".")
    assert rule.bad != rule.good
    if rule.code != "IG001":  # a broken file is what it shows
        assert parse_source(rule.bad.encode()).broken is None
    assert parse_source(rule.good.encode()).broken is None


def test_every_code_in_the_source_is_a_rule():
    folder = Path(findings.__file__).parent
    named = {
        code for path in folder.rglob("*.py") for code in re.findall(r'"(IG\d{3})"', path.read_text("utf-8"))
    }
    assert named == {rule.code for rule in RULES}


def test_every_check_function_is_listed():
    folder = Path(findings.__file__).parent
    defined = {
        name
        for path in folder.rglob("*.py")
        for name in re.findall(r"^def (check_\w+)\(snapshot", path.read_text("utf-8"), re.MULTILINE)
    }
    assert defined == {check.__name__ for check in CHECKS}


def test_findings_are_ordered_by_severity_then_weight(open_files):
    found = open_files(EVERYTHING).findings
    keys = [(list(Severity).index(f.severity), -f.weight, f.code, f.subject) for f in found]
    assert keys == sorted(keys)
    assert {"IG001", "IG201", "IG401", "IG402", "IG403", "IG501"} <= {f.code for f in found}
    assert all(f.message.endswith(".") and "\n" not in f.message for f in found)


def test_findings_have_places(open_files):
    for finding in open_files(EVERYTHING).findings:
        assert finding.locations, finding.code
        assert all(place.line >= 1 and not place.path.startswith("/") for place in finding.locations)


def test_select_and_ignore(open_files):
    codes = {f.code for f in open_files(EVERYTHING, select=("IG4",), ignore=("IG402",)).findings}
    assert codes == {"IG401", "IG403"}


def test_unknown_patterns_are_refused(open_files):
    with pytest.raises(UsageError, match="IG999"):
        run_checks(open_files({"a.py": ""}, select=("IG999",)).snapshot)


def test_rules_are_found_by_code_and_name():
    assert find_rule("ig201") is find_rule("crashing-cycle")
    with pytest.raises(UsageError) as caught:
        find_rule("crashing-cycles")
    assert "crashing-cycle" in (caught.value.hint or "")


def test_prefixes_match():
    assert matches("IG201", ["IG2"])
    assert not matches("IG201", ["IG20X", "IG3"])


@pytest.mark.parametrize(
    ("code", "is_asked"), [("IG101", True), ("IG1*", True), ("IG401", False), ("", False)]
)
def test_comparisons_ask_for_heavy_imports_where_a_comment_names_them(open_files, code, is_asked):
    comment = f"  # importgraph: ignore[{code}] known" if code else ""
    project = open_files({**EVERYTHING, "p/f.py": f"import p.g{comment}\n"})
    assert (checks_compared(project.ignores) is CHECKS) == is_asked
    others = [one for one in project.compared_findings if one.code != "IG101"]
    assert others == [one for one in run_checks(project.snapshot, project.ignores) if one.code != "IG101"]
    assert any(one.code == "IG002" for one in others) == bool(code)

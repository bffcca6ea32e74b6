"""Every command that finds something, in every format that CI systems read."""

import json
import os
import re
import subprocess
from xml.etree import ElementTree as ET

import pytest
from sarif_schema import official_schema
from typer.testing import CliRunner

from importgraph.cli import app

USER = "class User:\n    name = ''\n    mail = ''\n    def f(self):\n        return self.name\n"
FILES = {
    "service/pyproject.toml": '[project]\nname = "app"\nrequires-python = ">=3.11"\n',
    "service/app/__init__.py": "",
    "service/app/core.py": "from app.models import User\n\ndef start():\n    return User\n",
    "service/app/models/__init__.py": "from app.models.user import User\n",
    "service/app/models/user.py": USER,
    "service/app/views.py": "from app.models import User\nimport app.cycle_a\n",
    "service/app/admin.py": "from app.models.user import User\n",
    "service/app/cycle_a.py": "from app.cycle_b import g\n\ndef f():\n    return 1\n",
    "service/app/cycle_b.py": "from app.cycle_a import f\n\ndef g():\n    return f()\n",
    "service/app/lost.py": "from app.modles import User\n",
    "service/app/copy.py": USER,
    "service/tests/test_lost.py": "import app.lost\n",
    "service/app/nasty.py": "def (]:\n",
}
COMMANDS = {
    "analyze": ["analyze", "--no-report"],
    "cycles": ["cycles"],
    "fragmentation": ["fragmentation"],
    "duplicates": ["duplicates"],
    "unresolved": ["unresolved"],
    "check": ["check", "--against", "HEAD"],
    "diff": ["diff", "HEAD"],
    "doctor": ["doctor"],
}
CODES = {
    "analyze": {"IG001", "IG201", "IG301", "IG401"},
    "cycles": {"IG201"},
    "fragmentation": {"IG301"},
    "duplicates": {"IG302"},
    "unresolved": {"IG401"},
    "check": {"loads"},
    "diff": {"loads"},
    "doctor": {"missing-module"},
}


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    """A project in a folder of a repository, with a change that makes it worse."""
    root = tmp_path_factory.mktemp("repository")
    for name, text in FILES.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "Start"]):
        names = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org"]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull}
        subprocess.run(["git", *names, *words], cwd=root, check=True, env=environment)
    (root / "service/app/__init__.py").write_text("import app.admin\n", encoding="utf-8")
    return root / "service"


@pytest.fixture
def answer(tree, monkeypatch, tmp_path):
    monkeypatch.setenv("IMPORTGRAPH_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.chdir(tree)

    def run(command, kind):
        texts = set()
        for workers in ("1", "2" if kind == "sarif" else "1"):
            done = CliRunner().invoke(
                app,
                [
                    *COMMANDS[command],
                    "--format",
                    kind,
                    *(() if command == "doctor" else ("--workers", workers)),
                ],
            )
            assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
            assert done.exit_code == (1 if command == "check" else 0)
            texts.add(done.stdout)
        (text,) = texts
        assert str(tree) not in text
        return text

    return run


@pytest.mark.parametrize("command", COMMANDS)
def test_sarif_is_valid_and_counts_paths_from_the_top(command, answer):
    document = json.loads(answer(command, "sarif"))
    official_schema().validate(document)
    (run,) = document["runs"]
    assert {one["ruleId"] for one in run["results"]} >= CODES[command]
    for one in run["results"]:
        for place in one["locations"]:
            uri = place["physicalLocation"]["artifactLocation"]["uri"]
            assert uri.startswith("service/")
    marks = [one["partialFingerprints"]["primaryLocationLineHash"] for one in run["results"]]
    assert len(set(marks)) == len(marks)


def test_sarif_holds_the_fixes_that_are_text(answer):
    for command in ("analyze", "fragmentation"):
        (run,) = json.loads(answer(command, "sarif"))["runs"]
        (result,) = [one for one in run["results"] if one["ruleId"] == "IG301"]
        (change,) = result["fixes"][0]["artifactChanges"]
        assert change["artifactLocation"]["uri"] == "service/app/admin.py"
        (text,) = change["replacements"]
        assert text["insertedContent"]["text"] == "from app.models import User\n"
        assert text["deletedRegion"] == {"startLine": 1, "startColumn": 1, "endLine": 2, "endColumn": 1}


@pytest.mark.parametrize("command", COMMANDS)
def test_github_gets_one_workflow_command_a_line(command, answer):
    lines = answer(command, "github").splitlines()
    assert lines
    shape = re.compile(
        r"::(error|warning|notice) (file=service/[^,:]+,line=\d+,(col=\d+,)?)?title=importgraph \w"
    )
    assert all(shape.match(line) for line in lines), lines


@pytest.mark.parametrize("command", COMMANDS)
def test_gitlab_gets_what_its_own_schema_demands(command, answer):
    """`app/validators/json_schemas/codeclimate.json` of GitLab, and the severities of its documentation."""
    entries = json.loads(answer(command, "gitlab"))
    assert {one["check_name"] for one in entries} >= CODES[command]
    assert len({one["fingerprint"] for one in entries}) == len(entries)
    for one in entries:
        assert isinstance(one["description"], str)
        assert one["severity"] in {"info", "minor", "major", "critical", "blocker"}
        assert one["location"]["path"].startswith("service/")
        assert isinstance(one["location"]["lines"]["begin"], int)


@pytest.mark.parametrize("command", COMMANDS)
def test_junit_has_the_elements_of_its_schema_and_no_others(command, answer):
    """As in `junit-10.xsd`, against which pytest tests its reports; benchmarks/junit_schema.py uses it."""
    root = ET.fromstring(answer(command, "junit"))
    allowed = {
        "testsuites": {"name", "time", "tests", "failures", "errors"},
        "testsuite": {"name", "tests", "failures", "errors", "skipped", "time"},
        "testcase": {"name", "classname", "time"},
        "failure": {"type", "message"},
        "system-out": set(),
    }
    for element in root.iter():
        assert set(element.attrib) <= allowed[element.tag]
    cases = list(root.iter("testcase"))
    assert {case.attrib["classname"] for case in cases} >= {f"importgraph.{code}" for code in CODES[command]}
    assert root.attrib["tests"] == str(len(cases))
    assert root.attrib["failures"] == str(len(list(root.iter("failure"))))


@pytest.mark.parametrize("command", COMMANDS)
def test_markdown_and_text_name_what_was_found(command, answer):
    assert answer(command, "markdown").startswith(("<!-- importgraph", "# Imports of"))
    assert answer(command, "text")


@pytest.mark.parametrize("kind", ["sarif", "github", "gitlab", "junit", "markdown"])
def test_nothing_found_is_a_document_too(kind, write_project, tmp_path):
    root = write_project({"a.py": "", "b.py": "import a\n"})
    target = tmp_path / "answer"
    done = CliRunner().invoke(app, ["cycles", str(root), "--format", kind, "-o", str(target), "--no-cache"])
    assert (done.exit_code, done.stdout) == (0, "")
    text = target.read_text(encoding="utf-8")
    if kind == "sarif":
        assert json.loads(text)["runs"][0]["results"] == []
    else:
        empty = {"github": "", "gitlab": "[]\n", "markdown": "nothing found", "junit": 'name="clean"'}
        assert empty[kind] in text

import pytest

from importgraph.findings.missing.broken_files import check_broken_files


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("def f(:\n    ...\n", ""),
        (b"x = '\xe9'\n", ""),
        (b"x = 1\0\n", "NUL"),
        ("if x:\n        a\n    b\n", ""),
    ],
)
def test_what_python_cannot_read_is_an_error(open_files, content, reason):
    (finding,) = check_broken_files(open_files({"a.py": content, "b.py": "x = 1"}).snapshot)
    assert (finding.code, finding.subject, finding.severity.value) == ("IG001", "a", "error")
    assert reason in finding.message


def test_importers_count(open_files):
    files = {"p/__init__.py": "", "p/a.py": "def f(:", "p/b.py": "import p.a", "p/c.py": "from p.a import f"}
    (finding,) = check_broken_files(open_files(files).snapshot)
    assert finding.weight == 3
    assert finding.message.endswith("; 2 modules import it.")


def test_newer_syntax_is_not_broken(open_files):
    assert list(check_broken_files(open_files({"a.py": "type X = int\nlazy import os\n"}).snapshot)) == []


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        ("tests/data/syntax_error.py", "note"),
        ("tests/invalid/a.py", "note"),
        ("t/bad.py", "note"),
        ("tests/helpers.py", "error"),
        ("app/errors.py", "error"),
        ("tests/badges.py", "error"),
    ],
)
def test_fixtures_that_are_broken_on_purpose_weigh_less(open_files, path, severity):
    (finding,) = check_broken_files(open_files({path: "def f(:"}).snapshot)
    assert finding.severity.value == severity

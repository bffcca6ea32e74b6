"""Options and settings that pytest refuses when it starts; each was asked of pytest 9.2 and 8.4."""

import pytest

TEST = {"test_a.py": "def test_it(): pass\n"}

REFUSED = {
    "a choice": "addopts = --tb=foo",
    "a choice behind a blank": "addopts = --color maybe",
    "an import mode": "addopts = --import-mode=foo",
    "a number": "addopts = --maxfail=x",
    "a folder": "addopts = --confcutdir=nosuch",
    "an override": "addopts = -o foo",
    "a short option": "addopts = -Z",
    "a level": "log_level = FOO",
    "a truth value": "log_cli = maybe",
    "an action": "filterwarnings = erorr",
    "a builtin": "filterwarnings = error::NoSuchWarning",
    "no warning": "filterwarnings = error::ValueError",
    "a name of a module": "filterwarnings = ignore::json.NoSuch",
    "a name that pytest had once": "filterwarnings = ignore::pytest.PytestRemovedIn7Warning",
    "a pattern": "filterwarnings = ignore:(",
    "fields": "filterwarnings = ignore:a:UserWarning:mod:1:2",
    "a line": "filterwarnings = ignore:a:UserWarning:mod:x",
    "an action of an option": "addopts = -W erorr",
    "a category of an option": "addopts = -W error::NoSuchWarning",
}
TAKEN = {
    "many": "addopts = -ra -q -vvs --tb=short --color=yes --maxfail=2 -k it -x -o xfail_strict=true -W error::UserWarning",
    "filters": "filterwarnings =\n    error\n    ignore::DeprecationWarning\n    ignore:.*x:UserWarning:mod\n    once",
    "a category that is not there": "filterwarnings = ignore::nosuch.Thing",
    "a category that is not there, where its warning is none": (
        "filterwarnings =\n    error\n    ignore::UserWarning\n    ignore::nosuch.Thing"
    ),
    "a category of the project": "filterwarnings = ignore::mine.Thing\npythonpath = .",
    "levels": "log_level = debug\nlog_cli = true",
    "testpaths that are not there": "testpaths = nosuch",
}


@pytest.mark.parametrize("line", REFUSED.values(), ids=REFUSED)
def test_refused(doctor, line):
    found = doctor({"pytest.ini": f"[pytest]\n{line}\n", **TEST})
    assert [one.path for one in found.failing] == ["test_a.py"]
    assert [(cause.path, cause.line) for cause in found.causes] == [("pytest.ini", 2)]


@pytest.mark.parametrize("line", TAKEN.values(), ids=TAKEN)
def test_taken(doctor, line):
    files = {"pytest.ini": f"[pytest]\n{line}\n", "mine.py": "class Other: ...\n", **TEST}
    own = {"_pytest/__init__.py": "", "_pytest/terminal.py": "OPTIONS = ['--tb', '--color', '--maxfail']\n"}
    assert doctor(files, installed=own).failing == ()


def test_a_category_that_is_not_there_before_version_9(doctor, environment):
    site = next(environment.glob("lib/*/site-packages"))
    (site / "pytest-9.2.0.dist-info").rename(site / "pytest-8.4.2.dist-info")
    files = {"pytest.ini": "[pytest]\nfilterwarnings = ignore::nosuch.Thing\n", **TEST}
    assert [cause.message for cause in doctor(files).causes] == [
        "filterwarnings: 'ignore::nosuch.Thing': no module named 'nosuch'"
    ]


def test_a_category_that_is_not_there_where_its_warning_is_an_error(doctor):
    filters = "filterwarnings =\n    error\n    ignore::nosuch.Thing\n"
    (cause,) = doctor({"pytest.ini": f"[pytest]\n{filters}", **TEST}).causes
    assert (cause.line, cause.message) == (
        4,
        "filterwarnings: 'ignore::nosuch.Thing': no module named 'nosuch'",
    )


def test_a_section_of_another_name_in_setup_cfg(doctor):
    found = doctor({"setup.cfg": "[pytest]\naddopts = -q\n", "pytest.ini": "[pytest]\n", **TEST})
    assert found.failing == ()  # pytest.ini is read first


@pytest.mark.parametrize(
    ("line", "words", "is_wrong"),
    [
        ("addopts = -k 'a and'", (), True),
        ("addopts = -m 'slow('", (), True),
        ("addopts = -m 'a or'", ("-m", "a"), False),
        ("", ("-k", "a(b=1)"), True),
        ("", ("-m", "a(b=1)"), False),
        ("", ("-k", "not a-b or c[d]"), False),
    ],
)
def test_expressions_are_read_when_all_is_collected(doctor, line, words, is_wrong):
    found = doctor({"pytest.ini": f"[pytest]\n{line}\n", **TEST}, *words)
    assert found.failing == ()
    assert [cause.kind for cause in found.causes] == ["configuration"] * is_wrong


def test_settings_of_late_conftests_are_known_when_all_is_collected(doctor):
    adds = {"sub/conftest.py": "def pytest_addoption(parser):\n    parser.addini('mine', 'x')\n"}
    files = {
        "pytest.ini": "[pytest]\nmine = 1\naddopts = --strict-config\n",
        "sub/test_s.py": "def test_it(): pass\n",
    }
    own = {"_pytest/__init__.py": "", "_pytest/main.py": "OPTIONS = ['--strict-config', 'addopts']\n"}
    assert [cause.key for cause in doctor({**files, **TEST}, installed=own).causes] == ["configuration:mine"]
    assert doctor({**files, **adds, **TEST}, installed=own).causes == ()

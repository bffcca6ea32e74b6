"""Hooks that pytest refuses, and those that surely fail; each was asked of pytest 9.2."""

import pytest

TEST = {"test_a.py": "def test_it(): pass\n"}
SPECS = {
    "_pytest/__init__.py": "",
    "_pytest/hookspec.py": """
def pytest_addoption(parser: "Parser", pluginmanager: "PytestPluginManager") -> None: ...
def pytest_configure(config: "Config") -> None: ...
def pytest_collection(session: "Session") -> object | None: ...
def pytest_sessionstart(session: "Session") -> None: ...
def pytest_collection_modifyitems(
    session: "Session", config: "Config", items: list["Item"]
) -> None: ...
def pytest_runtest_setup(item: "Item") -> None: ...
""",
    "_pytest/main.py": "def pytest_addoption(parser):\n    group.addoption('--deselect')\n",
}

REFUSED = {
    "a hook nobody knows": ("def pytest_nosuch(config): pass\n", 1),
    "a hook of long ago": ("x = 1\ndef pytest_cmdline_preparse(config, args): pass\n", 2),
    "an argument": ("def pytest_configure(cfg): pass\n", 1),
    "a wrapper without yield": ("import pytest\n@pytest.hookimpl(wrapper=True)\ndef pytest_collection(session): pass\n", 3),
    "an option of pytest": ("def pytest_addoption(parser):\n    parser.addoption('--deselect')\n", 2),
    "an option twice": ("def pytest_addoption(parser):\n    parser.addoption('--slow')\n    parser.addoption('--slow')\n", 3),
    "a small letter": ("def pytest_addoption(parser):\n    parser.getgroup('x').addoption('-z')\n", 2),
    "a type": ("def pytest_addoption(parser):\n    parser.addini('slow', 'x', type='nosuch')\n", 2),
    "an import at start": ("def pytest_configure(config):\n    import surely_absent\n", 2),
    "a failure at start": ("def pytest_sessionstart(session):\n    raise ValueError\n", 2),
    "an option that is not there": ("def pytest_configure(config):\n    config.getoption('--nosuch')\n", 2),
    "an option at the end": ("def pytest_collection_modifyitems(config):\n    config.getoption('nosuch')\n", 2),
    "a setting that is not there": ("def pytest_configure(config):\n    config.getini('nosuch')\n", 2),
    "an attribute of the options": ("def pytest_configure(config):\n    config.option.nosuch\n", 2),
    "a failure at the end": ("def pytest_collection_modifyitems(items):\n    raise ValueError\n", 2),
}  # fmt: skip
TAKEN = {
    "no hook": "pytest_value = 3\nclass pytest_thing: ...\n",
    "an optional hook": "import pytest\n@pytest.hookimpl(optionalhook=True)\ndef pytest_nosuch(config): pass\n",
    "a wrapper": "import pytest\n@pytest.hookimpl(hookwrapper=True)\ndef pytest_collection(session):\n    yield\n",
    "fewer arguments": "def pytest_collection_modifyitems(items): pass\ndef pytest_sessionstart(): pass\n",
    "a default": "def pytest_configure(config, more=None): pass\n",
    "options": "def pytest_addoption(parser):\n    parser.addoption('--slow', action='store_true')\n    parser.addini('x', 'y', type='bool')\n",
    "what a condition decides": (
        "def pytest_addoption(parser):\n    parser.addoption('--slow')\n"
        "def pytest_configure(config):\n    if config.getoption('--slow'):\n        raise ValueError\n"
    ),
    "an option that may not be there": (
        "def pytest_configure(config):\n    config.getoption('nosuch', None), config.getoption('nosuch', default=1)\n"
        "    if hasattr(config.option, 'nosuch'):\n        config.getoption('nosuch')\n"
    ),
    "attributes of the options": (
        "def pytest_addoption(parser):\n    parser.addoption('--b', dest='bee')\n"
        "def pytest_configure(config):\n    config.option.bee, getattr(config.option, 'nosuch', 1)\n"
        "    config.option.made = 3\n    config.option.made\n"
    ),
    "options under other names": (
        "def pytest_addoption(parser):\n    parser.addoption('--slow-one')\n    parser.addoption('--b', dest='bee')\n"
        "    parser.addini('mine', 'x')\ndef pytest_configure(config):\n"
        "    config.getoption('slow_one'), config.getoption('bee'), config.getoption('--deselect'), config.getini('mine')\n"
    ),
    "options of computed names": (
        "def pytest_addoption(parser):\n    for name in ('slow', 'fast'):\n        parser.addoption('--' + name + input())\n"
        "def pytest_configure(config):\n    config.getoption('--nosuch')\n"
    ),
    "a hook of a run": "def pytest_runtest_setup(item):\n    raise ValueError\n",
    "hooks of its own": "def pytest_addhooks(pluginmanager): ...\ndef pytest_nosuch(): ...\n",
}


@pytest.mark.parametrize(("text", "line"), REFUSED.values(), ids=REFUSED)
def test_refused(doctor, text, line):
    found = doctor({"conftest.py": text, **TEST}, installed=SPECS)
    assert [(cause.path, cause.line) for cause in found.causes] == [("conftest.py", line)]


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_taken(doctor, text):
    found = doctor({"conftest.py": text, **TEST}, installed=SPECS)
    assert (found.failing, found.causes) == ((), ())


def test_a_conftest_further_down_fails_its_folder(doctor):
    files = {
        "sub/conftest.py": "def pytest_runtest_setup(itm): pass\n",
        "sub/test_s.py": TEST["test_a.py"],
        **TEST,
    }
    assert [one.path for one in doctor(files, installed=SPECS).failing] == ["sub/test_s.py"]


def test_without_an_environment_nobody_knows_the_hooks(doctor):
    assert doctor({"conftest.py": "def pytest_nosuch(): ...\n", **TEST}).causes == ()

"""Ids of parameters and scopes of fixtures that pytest refuses; each was asked of pytest 9.2."""

import pytest

_FIXTURE = "import pytest\n@pytest.fixture({})\ndef f(request): pass\n"
_MARK = "import pytest\nclass Named:\n    __name__ = 'x'\nclass Plain: ...\n@pytest.mark.parametrize('a', [1, 2], {})\ndef test_x(a): pass\n"
_USE = "def test_x(f): pass\n"

REFUSED = {
    "scope of a function": _FIXTURE.format("scope=lambda fixture_name, config: 'nosuch'"),
    "scope that is no text": _FIXTURE.format("scope=lambda fixture_name, config: 3"),
    "arguments of a scope": _FIXTURE.format("scope=lambda: 'module'"),
    "fewer ids of a fixture": _FIXTURE.format("params=[1, 2], ids=['a']") + _USE,
    "ids of a fixture of all": _FIXTURE.format("params=[1, 2], ids=['a'], autouse=True") + "def test_x(): pass\n",
    "ids of a named fixture": _FIXTURE.format("params=[1, 2], ids=['a'], name='g'") + "def test_x(g): pass\n",
    "ids of a fixture of a fixture": _FIXTURE.format("params=[1], ids=['a', 'b']") + "@pytest.fixture\ndef g(f): pass\ndef test_x(g): pass\n",
    "what makes ids of a fixture": _FIXTURE.format("params=[1], ids=lambda: 'a'") + _USE,
    "parameters that are a number": _FIXTURE.format("params=3"),
    "object": _MARK.format("ids=['x', object()]"),
    "object of a class": _MARK.format("ids=['x', Plain()]"),
    "ellipsis": _MARK.format("ids=['x', ...]"),
    "object for ids": _MARK.format("ids=Plain()"),
}  # fmt: skip
TAKEN = {
    "scope": _FIXTURE.format("scope=lambda fixture_name, config: 'module'"),
    "scope by an option": _FIXTURE.format("scope=lambda fixture_name, config: config.getoption('--x', 'module')"),
    "ids of a fixture": _FIXTURE.format("params=[1, 2], ids=['a', None]") + _USE,
    "ids that nobody uses": _FIXTURE.format("params=[1, 2], ids=['a']") + "def test_x(): pass\n",
    "ids of parameters that a test sets": _FIXTURE.format("params=[1, 2], ids=['a']") + "@pytest.mark.parametrize('f', [1])\n" + _USE,
    "ids of a fixture behind another": _FIXTURE.format("params=[1, 2], ids=['a']") + "class TestA:\n    @pytest.fixture\n    def f(self): pass\n    def test_x(self, f): pass\n",
    "names": _MARK.format("ids=[int, Named()]"),
    "pattern": "import re\n" + _MARK.format("ids=['x', re.compile('a')]"),
    "generator": _MARK.format("ids=(one for one in 'x')"),
}  # fmt: skip


@pytest.mark.parametrize("text", REFUSED.values(), ids=REFUSED)
def test_refused(doctor, text):
    assert [one.path for one in doctor({"test_a.py": text}).failing] == ["test_a.py"]


@pytest.mark.parametrize("text", TAKEN.values(), ids=TAKEN)
def test_taken(doctor, text):
    assert doctor({"test_a.py": text}).failing == ()


def test_ids_of_a_fixture_in_a_conftest_fail_the_files_that_use_it(doctor):
    conftest = _FIXTURE.format("params=[1, 2], ids=['a']")
    own = "import pytest\n@pytest.fixture\ndef f(): pass\n"
    found = doctor({"conftest.py": conftest, "test_a.py": _USE, "test_b.py": own + _USE})
    assert [one.path for one in found.failing] == ["test_a.py"]

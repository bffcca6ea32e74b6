import pytest


@pytest.mark.parametrize(
    ("text", "failing"),
    [
        ("pytest_plugins = 3\n", True),
        ("def __getattr__(name): return 3\n", True),
        ("def __getattr__(name): raise KeyError(name)\n", True),
        ("def __getattr__(name): raise AttributeError(name)\n", False),
        ("def __getattr__(name): return []\n", False),
        ("pytest_plugins = 'pytester,logging'\n", False),
        ("pytest_plugins = 'pytester,surely_absent'\n", True),
    ],
)
def test_what_pytest_plugins_is(doctor, text, failing):
    assert bool(doctor({"test_a.py": text + "def test_it(): pass\n"}).failing) is failing

"""What a handler reads from the failure it handles is what Python says."""

import importlib
import sys

import pytest

from importgraph.evaluation.values.values import unwrap
from tests.evaluation.worlds import run

HELPER = """
    import sys

    def modules(call):
        try:
            call()
        except Exception:
            kind, value, inner = sys.exc_info()
            found = ["failed"]
            while inner:
                found.append(inner.tb_frame.f_globals["__name__"])
                inner = inner.tb_next
            return found
        return []
"""
CALLS = {
    "a failure of its own": "def f(): 1 / 0\nx = modules(f)",
    "a failure two calls down": "def g(): raise KeyError('a')\ndef f(): g()\nx = modules(f)",
    "a failure elsewhere": "from elsewhere import fails\nx = modules(fails)",
    "a module that is missing": "def f(): __import__('elsewhere.nothing')\nx = modules(f)",
    "a module that fails": "def f(): import broken\nx = modules(f)",
    "no failure": "def f(): pass\nx = modules(f)",
    "nothing is handled": "import sys\nx = [sys.exc_info()[0]]",
    "the name of the module": "x = [globals()['__name__'], globals().get('__name__')]",
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS)
def test_a_traceback_names_the_modules_that_a_failure_passed(text, tmp_path, monkeypatch):
    files = {
        "helper_of_tracebacks.py": HELPER,
        "elsewhere.py": "def fails():\n    raise ValueError\n",
        "broken.py": "{}['a']\n",
        "entry_of_tracebacks.py": f"from helper_of_tracebacks import modules\n{text}\n",
    }
    for path, content in files.items():
        (tmp_path / path).write_text(content.replace("\n    ", "\n") if "helper" in path else content)
    monkeypatch.syspath_prepend(tmp_path)
    try:
        real = importlib.import_module("entry_of_tracebacks").x
    finally:
        for path in files:
            sys.modules.pop(path.removesuffix(".py"), None)
    _, names = run("entry_of_tracebacks", files)
    assert unwrap(names["x"]) == [one for one in real if one not in {"importlib", "importlib._bootstrap"}]

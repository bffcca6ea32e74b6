"""Modules are imported one by one in a copy; one that takes too long is named."""

import os
import sys
from pathlib import Path

import pytest

from importgraph.edits import imports_probe
from importgraph.edits.running import Copy, import_each

FILES = {
    "hangs.py": "import time\nwhile True:\n    time.sleep(1)\n",
    "leaves.py": "import os, time\nif not os.fork():\n    time.sleep(5)\n    os._exit(0)\nx = 1\n",
    "ok.py": "y = 1\n",
    "quits.py": "import os\nos._exit(3)\n",
}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_module_that_hangs_is_named_while_it_does_and_afterwards(write_project, monkeypatch, tmp_path):
    root = write_project(FILES)
    probe = tmp_path / "probe.py"
    text = Path(imports_probe.__file__).read_text(encoding="utf-8")
    probe.write_text(text.replace("TIMEOUT = 60", "TIMEOUT = 0.4"), encoding="utf-8")
    monkeypatch.setattr(imports_probe, "__file__", str(probe))
    monkeypatch.setattr("importgraph.edits.running._COUNTED_EVERY", 0.1)
    told = []
    names = [name.removesuffix(".py") for name in FILES]
    found = import_each(Copy(root, ("",), sys.executable, 30), names, told=lambda *now: told.append(now))
    assert (0, 4, "hangs") in told
    errors = {name: state.error for name, state in found.items()}
    assert errors == {
        "hangs": "it was not done after 0.4 s",
        "leaves": "",
        "ok": "",
        "quits": "it ended the interpreter (status 768)",
    }
    assert [name for name, state in found.items() if state.is_late] == ["hangs"]

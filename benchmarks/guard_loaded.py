"""A pytest plugin that writes which modules were loaded and which functions ran, to the file GUARD_LOADED.

One line each: the name of a module, or `path:qualified.name` of a function in a file below GUARD_ROOT.
"""

import os
import sys
import threading
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

_codes: set[CodeType] = set()


def _note(frame: FrameType, event: str, _: Any) -> None:
    if event == "call":
        _codes.add(frame.f_code)


threading.setprofile(_note)
sys.setprofile(_note)


def pytest_sessionfinish() -> None:
    sys.setprofile(None)
    root = os.environ["GUARD_ROOT"] + os.sep
    names = {name for name in list(sys.modules) if name.isascii()}
    for code in list(_codes):
        if code.co_filename.startswith(root):
            names.add(f"{code.co_filename.removeprefix(root)}:{code.co_qualname}")
    text = "\n".join(sorted(names))
    Path(os.environ["GUARD_LOADED"]).write_text(text, encoding="utf-8", errors="replace")

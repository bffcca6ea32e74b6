"""A pytest plugin that writes which modules were loaded when the session ended, to the file GUARD_LOADED."""

import os
import sys
from pathlib import Path


def pytest_sessionfinish() -> None:
    names = sorted(name for name in list(sys.modules) if name.isascii())
    Path(os.environ["GUARD_LOADED"]).write_text("\n".join(names), encoding="utf-8")

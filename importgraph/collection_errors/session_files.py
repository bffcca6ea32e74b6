"""Which files a session imports: tests, and every module where pytest looks for doctests."""

import os
import re

from msgspec.structs import replace

from importgraph.session.conftests import Conftests
from importgraph.session.settings import Settings
from importgraph.session.test_files import TestFiles
from importgraph.simulation.source_files import SourceFiles

_NO_DOCTESTS = {"__main__.py", "conftest.py"}
_SETUP = re.compile(rb"setuptools|distutils")
"""A `setup.py` that says one of these is not looked at for doctests (`_pytest.doctest._is_setup_py`)."""


def session_files(
    settings: Settings, conftests: Conftests, sources: SourceFiles
) -> tuple[list[str], frozenset[str]]:
    """Return the files that pytest imports, in its order, and those whose failing imports it ignores."""
    files = _walked(settings, conftests)
    if settings.doctest != "--doctest-modules":
        return files, frozenset()
    tests = set(files)
    others = _walked(replace(settings, python_files=("*.py",)), conftests)
    is_lenient = "--doctest-ignore-import-errors" in settings.options
    lenient = frozenset(others) - tests if is_lenient else frozenset[str]()
    return [file for file in others if file in tests or _has_doctests(file, sources)], lenient


def _has_doctests(file: str, sources: SourceFiles) -> bool:
    name = os.path.basename(file)
    if name == "setup.py":
        return _SETUP.search(sources.text(file)) is None
    return name not in _NO_DOCTESTS


def _walked(settings: Settings, conftests: Conftests) -> list[str]:
    tree = TestFiles(settings, conftests)
    found = dict.fromkeys(file for one in tree.arguments() for file in tree.walk(one))
    return [file for file in found if file.endswith(".py")]

"""Narrowing: test files that cannot hold a selected test are not imported."""

import types
from typing import Any

import pytest


class EmptyModule(pytest.Module):
    """A test file that holds nothing selected; it is not imported."""

    def collect(self) -> list[Any]:
        """Hold nothing."""
        return []

    def _getobj(self) -> Any:
        return types.ModuleType(self.path.stem)


class Narrower:
    """Stands in for files that cannot hold a selected test.

    The selected tests, their order and the exit code are those of plain pytest; the numbers of collected and
    deselected tests are smaller, because tests in files that are not imported are not counted.
    """

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.unneeded: frozenset[str] | None = None
        self.files = 0
        self.reason = ""

    def _decide(self) -> frozenset[str]:
        if self.unneeded is None:
            from importgraph.selection.narrow import narrow

            found = narrow(self.config)
            self.unneeded, self.files, self.reason = found.unneeded, found.files, found.reason
        return self.unneeded

    @pytest.hookimpl(tryfirst=True)
    def pytest_pycollect_makemodule(self, module_path: Any, parent: Any) -> Any:
        """Give a module that is not imported for a file that is not needed."""
        if str(module_path) in self._decide():
            return EmptyModule.from_parent(parent, path=module_path)
        return None

    def pytest_report_collectionfinish(self) -> str:
        """Say what was spared."""
        if self.unneeded is None:
            return ""
        if self.reason:
            return f"importgraph: every file was imported: {self.reason}"
        count = f"{len(self.unneeded)} of {self.files}"
        return f"importgraph: {count} test files hold nothing selected and were not imported"

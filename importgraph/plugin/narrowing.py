"""Narrowing: test files that cannot hold a selected test are not imported."""

import sys
import types
from typing import Any

import pytest
from _pytest.pathlib import CouldNotResolvePathError, resolve_pkg_root_and_module_name

_TOLD = "importgraph_narrowing"
"""Under which name a worker of pytest-xdist gets what its session decided."""


class EmptyModule(pytest.Module):
    """A test file that holds nothing selected; it is not imported."""

    def collect(self) -> list[Any]:
        """Hold nothing, but extend ``sys.path`` as importing the file does: other files may need that."""
        namespaces = bool(self.config.getini("consider_namespace_packages"))
        try:
            base, _ = resolve_pkg_root_and_module_name(self.path, consider_namespace_packages=namespaces)
        except CouldNotResolvePathError:
            base = self.path.parent
        mode = self.config.getoption("importmode")
        if mode == "prepend" and sys.path[0] != str(base):
            sys.path.insert(0, str(base))
        elif mode == "append" and str(base) not in sys.path:
            sys.path.append(str(base))
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
            told = getattr(self.config, "workerinput", {}).get(_TOLD)
            if told is not None:
                self.unneeded, self.files, self.reason = frozenset(told[0]), told[1], told[2]
                return self.unneeded
            self.unneeded, self.files, self.reason = self._decided()
        return self.unneeded

    def _decided(self) -> tuple[frozenset[str], int, str]:
        from importgraph.session.objections import objection

        reason = objection(self.config)
        if reason:
            return frozenset(), 0, reason
        from importgraph.collection.narrowing import narrow

        found = narrow(self.config)
        return found.unneeded, found.files, found.reason

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: Any) -> None:
        """Decide once for all workers of pytest-xdist on this machine, before they start."""
        if node.gateway.spec.popen:
            unneeded = sorted(self._decide())
            node.workerinput[_TOLD] = (unneeded, self.files, self.reason)

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

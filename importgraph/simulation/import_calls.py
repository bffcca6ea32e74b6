"""Calls that change where modules come from: `sys.path`, `sys.modules`, importlib."""

import os
from collections.abc import Callable
from pathlib import PurePath, PurePosixPath

from importgraph.evaluation.limits import LARGEST, size_of
from importgraph.simulation.calls import Arguments
from importgraph.simulation.pytest_calls import PytestCalls
from importgraph.simulation.values import (
    ANYTHING,
    PRESENT,
    Constant,
    Items,
    ModuleValue,
    Value,
)
from importgraph.simulation.variables import UNSET


class ImportCalls(PytestCalls):
    """Knows what importlib, `os` and `sys` do."""

    folder = ""
    """Where pytest is called."""

    def _import_by_name(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else given.get("name")
        text = name.value if isinstance(name, Constant) else None
        if isinstance(text, str) and all(part.isidentifier() for part in text.split(".")):
            return self.import_module(text)
        self.may_fail(imports=True)
        return ANYTHING

    def _import_top(self, given: Arguments) -> Value:
        """Run `__import__`, which returns the first package unless it is given names."""
        found = self._import_by_name(given)
        plain = len(given.positional) < 4 and given.get("fromlist") is None
        if not isinstance(found, ModuleValue) or not plain:
            return ANYTHING
        return self.modules.get(found.name.partition(".")[0], ANYTHING)

    def _find_spec(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else None
        if not isinstance(name, Constant) or not isinstance(name.value, str) or not self.knows_outside:
            return ANYTHING
        if name.value in self.modules:
            return PRESENT
        first, *rest = name.value.split(".")
        spec = self.search.top(first)
        for part in rest:
            spec = self.search.inside(spec.folders, part) if spec is not None else None
        return Constant(None) if spec is None else PRESENT

    def replace_module(self, key: Value, value: Value) -> None:
        """Put something into `sys.modules`."""
        if isinstance(key, Constant) and isinstance(key.value, str):
            name = key.value
            self.modules[name] = module = self._stand_in(name, value)
            package, _, last = name.rpartition(".")
            if package in self.modules:
                self.modules[package].names.setdefault(last, module)
        else:
            self.stubs_modules()

    def _stand_in(self, name: str, value: Value) -> ModuleValue:
        """Return what a value in `sys.modules` is as a module; what wraps one passes its names on."""
        if isinstance(value, ModuleValue):
            return value
        old = self.modules.get(name)
        if old is None:
            return ModuleValue(name, "", is_open=True)
        return ModuleValue(name, old.path, old.folders, dict(old.names), is_read=old.is_read, is_open=True)

    def stubs_modules(self) -> None:
        """Note that code puts modules into `sys.modules` whose names text does not tell."""
        for frame in reversed(self.frames):  # the module whose body runs this may replace itself
            frame.scope.module.is_open = True
            if frame.scope.kind == "module":
                break
        if os.path.basename(self.frame.path).startswith(("conftest", "test_")):
            self.stubbing.update(frame.path for frame in self.frames)

    def _replace(self, given: Arguments) -> Value:
        if len(given.positional) > 1:
            self.replace_module(*given.positional[:2])
        return ANYTHING

    def _replace_all(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        if isinstance(first, Items) and first.exact and first.kind == "dict":
            for key in first.values:
                self.replace_module(key, ANYTHING)
        else:
            self.stubs_modules()
        return ANYTHING

    # -- environment variables ------------------------------------------------------------------

    def _get_variable(self, given: Arguments) -> Value:
        name = given.positional[0] if given.positional else None
        if not isinstance(name, Constant) or not isinstance(name.value, str):
            return ANYTHING
        found = self.variables.get(name.value)
        if found != UNSET:
            return found
        default = given.positional[1] if len(given.positional) > 1 else given.get("default")
        return UNSET if default is None else default

    def _default_variable(self, given: Arguments) -> Value:
        found = self._get_variable(given)
        if given.positional:
            self.variables.put(given.positional[0], ANYTHING if self.tentative else found)
        return found

    def _pop_variable(self, given: Arguments) -> Value:
        found = self._get_variable(given)
        if given.positional:
            self.variables.put(given.positional[0], ANYTHING if self.tentative else UNSET)
        return found

    def _put_variables(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        for key in first.values if isinstance(first, Items) and first.exact else [ANYTHING]:
            self.variables.put(key, ANYTHING)
        for name, _ in given.named:
            self.variables.put(Constant(name), ANYTHING)
        return Constant(None)

    # -- paths ----------------------------------------------------------------------------------

    def _path(self, function: Callable[[str], str]) -> Callable[[Arguments], Value]:
        def run(given: Arguments) -> Value:
            first = given.positional[0] if given.positional else None
            if isinstance(first, Constant) and isinstance(first.value, str | PurePath):
                text = (
                    os.path.join(self.folder, first.value)
                    if function is os.path.normpath
                    else str(first.value)
                )
                return Constant(function(text))
            return ANYTHING

        return run

    def _join(self, given: Arguments) -> Value:
        values = [part.value for part in given.positional if isinstance(part, Constant)]
        if len(values) < len(given.positional) or not all(isinstance(one, str | PurePath) for one in values):
            return ANYTHING
        return Constant(os.path.join(*values)) if values and size_of(values) <= LARGEST else ANYTHING

    def _make_path(self, given: Arguments) -> Value:
        values = [part.value for part in given.positional if isinstance(part, Constant)]
        if len(values) < len(given.positional) or not all(isinstance(one, str | PurePath) for one in values):
            return ANYTHING
        return Constant(PurePosixPath(*values)) if size_of(values) <= LARGEST else ANYTHING

    def _add_path(self, given: Arguments, position: int, *, front: bool) -> Value:
        value = given.positional[position] if len(given.positional) > position else ANYTHING
        self._put_path(value, front=front)
        return Constant(None)

    def _add_paths(self, given: Arguments) -> Value:
        first = given.positional[0] if given.positional else ANYTHING
        known = first.values if isinstance(first, Items) else []
        for value in known if isinstance(first, Items) and first.exact else [*known, ANYTHING]:
            self._put_path(value, front=False)
        return Constant(None)

    def _put_path(self, value: Value, *, front: bool) -> None:
        if isinstance(value, Constant) and isinstance(value.value, str | PurePath):
            folder = os.path.normpath(os.path.join(self.folder, value.value))
            if front:
                self.search.path.insert(0, folder)
            else:
                self.search.path.append(folder)
        else:
            self.stubs_modules()

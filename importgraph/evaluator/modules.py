"""All modules that collection looks at.

Found, read and evaluated once each, when somebody asks for a name.
"""

import ast
from typing import Any

import msgspec

from importgraph.evaluation.limits import allotted
from importgraph.evaluator.attributes import attribute, symbolic
from importgraph.evaluator.calls import call, run_call
from importgraph.evaluator.expressions import value_of
from importgraph.evaluator.frame import MOST_STEPS, too_much
from importgraph.evaluator.import_failures import import_failure
from importgraph.evaluator.module_texts import Reread
from importgraph.evaluator.protocol import Frame, Interpreter, Loaded
from importgraph.evaluator.re_exports import passed_on
from importgraph.evaluator.signals import Broke, Continued, Left, Returned
from importgraph.evaluator.statements import run_block
from importgraph.evaluator.values import (
    Doubt,
    Ext,
    Func,
    GiveUp,
    ImportFails,
    Later,
    Mod,
    Ref,
    Scope,
    Skipped,
    Unknown,
)


class Space(Interpreter):
    """The modules of one run, evaluated. Not safe to share between threads."""

    _loaded: dict[str, Loaded] = msgspec.field(default_factory=dict)
    _settled: dict[str, Any] = msgspec.field(default_factory=dict)

    def evaluate(self, frame: Frame, node: ast.expr) -> Any:
        """Evaluate an expression."""
        return value_of(frame, node)

    def execute(self, frame: Frame, body: list[ast.stmt]) -> None:
        """Run statements in order; raise what ends the body early."""
        run_block(frame, body)

    def call(self, frame: Frame, callee: Any, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        """Call a value."""
        return call(frame, callee, args, kwargs, line)

    def run_call(self, frame: Frame, callee: Func, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
        """Run a function at once; where it is not followed, note what it may change."""
        return run_call(frame, callee, args, kwargs, line)

    def attribute(self, frame: Frame, owner: Any, name: str, line: int) -> Any:
        """Evaluate an attribute."""
        return attribute(frame, owner, name, line)

    def load(self, path: str, module: str) -> Loaded:
        """Evaluate a file as a module.

        A module in the middle of its own evaluation has the names bound so far.
        """
        found = self._loaded.get(path)
        if found is None:
            outer = self.strict, self.effects_only, self.loading
            found = self._loaded[path] = Loaded(Scope({}, None, "module", path, module))
            self.strict, self.effects_only, self.loading = 0, False, path
            with allotted(MOST_STEPS, too_much):
                self._run(found, path)
            self.strict, self.effects_only, self.loading = outer
        return found

    def _run(self, loaded: Loaded, path: str) -> None:
        try:
            run_block(Frame(loaded.scope, self), self.tree(path).body)
        except Doubt as doubt:
            loaded.doubt = doubt
        except ImportFails as failure:
            loaded.failure = failure
        except Skipped:
            loaded.skipped = True
        except (GiveUp, Broke, Continued, Left, Returned) as reason:
            loaded.doubt = Doubt(f"not followed: {reason}")
        except RecursionError:
            loaded.doubt = Doubt("nested too deeply to be read")
        except Reread:
            loaded.scope.names.clear()
            self._run(loaded, path)
        loaded.done = True

    def resolve(self, ref: Ref) -> Any:
        """Return what an imported name is."""
        return self.member(ref.module, ref.name, ref.importer, ref.line)

    def member(self, module: str, name: str, importer: str, line: int, depth: int = 0) -> Any:
        """Return a name of a module; names of other people's modules stay names until they are settled."""
        found = self.find(module, importer)
        if found is None or depth > 30:
            return Unknown(f"{module} is not there", line)
        if not found.first or module.partition(".")[0] in {"pytest", "_pytest", "hypothesis"}:
            frame = Frame(Scope({}, None, "module", importer, ""), self)
            known = symbolic(frame, module, name)
            if known is not None:
                return known
            if not self.settling and not found.first:
                return (
                    Mod(f"{module}.{name}")
                    if self._is_module(found, module, name, importer)
                    else Ext(f"{module}.{name}")
                )
        if not found.readable:
            inner = self.find(f"{module}.{name}", importer)
            return (
                Mod(f"{module}.{name}")
                if inner is not None and found.kind == "namespace"
                else Ext(f"{module}.{name}")
            )
        self.use(importer, found.path)
        self.bases.setdefault(found.path, self.bases.get(importer, "") if found.first else "")
        if (found.path, name) in self.changed_elsewhere and found.path != importer:
            return Unknown(f"{module}.{name} is changed by files that import it", line)
        value = self._passed_on(module, found.path, name, importer, line, depth)
        if value is not None:
            return value
        loaded = self.load(found.path, module)
        if name in loaded.scope.names:
            value = loaded.scope.names[name]
            if type(value) is Ref:
                return self._follow(value, module, found.path, name, importer, line, depth)
            if (
                isinstance(value, list | dict | set)
                and found.path != importer
                and self.grows(found.path, name)
            ):
                return Unknown(f"{module}.{name} is changed by functions", line)
            return value
        return self._submodule(module, name, importer, line)

    def _follow(
        self, ref: Ref, module: str, path: str, name: str, importer: str, line: int, depth: int
    ) -> Any:
        """Return what a name is that a module takes from elsewhere."""
        if (ref.module, ref.name, ref.importer) == (module, name, path):
            return self._submodule(module, name, importer, line)
        return self.member(ref.module, ref.name, ref.importer, ref.line, depth + 1)

    def _passed_on(self, module: str, path: str, name: str, importer: str, line: int, depth: int) -> Any:
        """Return what a name is that a module only passes on; None where its text does not tell.

        A container is left to evaluation, in the course of which other modules may change it.
        """
        entry = self.index(path).entries.get(name)
        if entry is not None and entry.kind not in {"import", "module"}:
            return None
        key = (path, name)
        if key not in self.passed:
            self.passed[key] = passed_on(self, module, path, name)
        value = self.passed[key]
        if type(value) is Ref:
            value = self._follow(value, module, path, name, importer, line, depth)
        return None if isinstance(value, list | dict | set) else value

    def settle(self, value: Any, importer: str) -> Any:
        """Read the source behind a name of other people's modules; the name itself where there is none."""
        if type(value) is Later:
            return self._computed(value)
        if (
            type(value) is not Ext
            or "(" in value.name
            or "[" in value.name
            or value.name.startswith("pytest.")
        ):
            return value
        if value.name not in self._settled:
            self._settled[value.name] = value
            self.settling += 1
            try:
                self._settled[value.name] = self._read_name(value, importer)
            finally:
                self.settling -= 1
        return self._settled[value.name]

    def _computed(self, value: Later) -> Any:
        if not value.known:
            value.known = True
            value.value = Unknown(f"the result of {value.func.name}()", value.line)
            frame = Frame(value.func.scope, self)
            strict, self.strict = self.strict, 0
            found = run_call(frame, value.func, list(value.args), value.kwargs, value.line)
            value.value = self.settle(found, value.func.scope.path)
            self.strict = strict
        return value.value

    def _read_name(self, value: Ext, importer: str) -> Any:
        parts = value.name.split(".")
        for length in range(len(parts) - 1, 0, -1):
            module = ".".join(parts[:length])
            found = self.find(module, importer)
            if found is None or not found.readable:
                continue
            inner: Any = Mod(module)
            frame = Frame(Scope({}, None, "module", importer, ""), self)
            for part in parts[length:]:
                inner = attribute(frame, inner, part, 0)
            return value if isinstance(inner, Unknown) else inner
        return value

    def _submodule(self, module: str, name: str, importer: str, line: int) -> Any:
        if self.find(f"{module}.{name}", importer) is not None:
            return Mod(f"{module}.{name}")
        return Unknown(f"{module}.{name} is not in sight", line)

    def has_name(self, module: str, name: str, importer: str) -> bool:
        """Tell whether a module may have a name: False only where it surely has not."""
        found = self.find(module, importer)
        if found is None or found.kind == "namespace":
            return self.find(f"{module}.{name}", importer) is not None or found is None
        if module.startswith("_pytest.") and found.readable:
            return self.surely_has(module, name, importer) or self.holds(module, name, importer) is not False
        if not found.readable or not found.first:
            return True
        return self.mentions(module, found.path, name) or self.find(f"{module}.{name}", importer) is not None

    def holds(self, module: str, name: str, importer: str) -> bool | None:
        """Tell whether a module has a name, by evaluating it; None where that does not tell."""
        found = self.find(module, importer)
        if found is None or not found.readable:
            return None
        if self.find(f"{module}.{name}", importer) is not None:
            return True
        self.use(importer, found.path)
        loaded = self.load(found.path, module)
        if not loaded.done or loaded.doubt is not None or loaded.failure is not None:
            return None
        if "__getattr__" in loaded.scope.names:
            return None
        return name in loaded.scope.names if not isinstance(loaded.scope.names.get(name), Unknown) else None

    def star_names(self, module: str, importer: str) -> list[str] | None:
        """Return what `from module import *` binds, in order; None where text does not tell."""
        found = self.find(module, importer)
        if found is None or not found.readable:
            return None
        self.use(importer, found.path)
        loaded = self.load(found.path, module)
        if loaded.doubt is not None or loaded.failure is not None:
            return None
        names = loaded.scope.names
        if "__all__" not in names:
            return [name for name in names if not name.startswith("_")]
        exported = names["__all__"]
        known = isinstance(exported, list | tuple) and all(isinstance(name, str) for name in exported)
        return list(exported) if known else None

    def failure(self, module: str, importer: str) -> str:
        """Say why importing a first-party module surely fails, or nothing."""
        return import_failure(self, module, importer)

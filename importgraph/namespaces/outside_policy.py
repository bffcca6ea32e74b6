"""What is known of modules outside the project while names are read: their names, constants and calls."""

import ast
import importlib
from collections.abc import Callable, Iterable

from importgraph.evaluation.protocol import Policy
from importgraph.evaluation.served import Served
from importgraph.evaluation.values.objects import External
from importgraph.evaluation.values.value import Raised, Result, Value
from importgraph.evaluation.values.values import NONE
from importgraph.namespaces.models import python, testing
from importgraph.namespaces.models.standard import StandardModels
from importgraph.namespaces.natives import native_model, native_value, system_value
from importgraph.namespaces.protocol import Interpreter
from importgraph.namespaces.records import WouldFail
from importgraph.namespaces.values import MarkValue
from importgraph.namespaces.world import Reading

BUILTIN_MARKS = {
    "skip", "skipif", "xfail", "parametrize", "usefixtures", "filterwarnings", "tryfirst", "trylast",
    "pytester_example_path",
}  # fmt: skip
"""Marks of pytest itself, its plugin `pytester` included."""
OF_PYTEST = ("pytest", "_pytest")
Model = Callable[..., Result]


class OutsidePolicy(Served[Reading], Policy):
    """Answers for modules that are not followed.

    Args:
        space: The texts, and where modules are.
    """

    def __init__(self, space: Interpreter) -> None:
        self.space = space
        self._standard = StandardModels(self)
        self._tests = testing.TestModels(self)
        self._constants: dict[str, Result | None] = {}
        """What was found under names of the standard library."""
        self._models: dict[str, Model | None] = {
            **python.MODELS,
            **testing.MODELS,
            **self._standard.models,
            **self._tests.models,
        }

    def outside_model(self, name: str) -> Model | None:
        """Return what a call does of which the name is known."""
        if name not in self._models:
            self._models[name] = native_model(name)
        return self._models[name]

    def outside_value(self, name: str) -> Result | None:
        """Return what a dotted name is that is known by heart, or a constant of the standard library."""
        is_import = isinstance(self.machine.place, ast.ImportFrom)
        if not is_import and name in self._constants:
            return self._constants[name]
        module, _, last = name.rpartition(".")
        if name.startswith("_pytest.") or module in OF_PYTEST:
            if is_import and not self._may_have(module, last):
                return _lacking(module, last)
            return External(f"pytest.{last}")
        if module == "pytest.mark":
            return self._mark(last)
        if module == "sys":
            return system_value(self.surroundings.version, last)
        if last == "none" and module == "sys":
            return NONE
        if is_import:
            if not self._may_have(module, last):
                return _lacking(module, last)
            if self.space.is_submodule(module, last, self.machine.path):
                return External(name, is_module=True)
        found = native_value(name)
        if not is_import:
            self._constants[name] = found
        return found

    def _mark(self, name: str) -> Value:
        space = self.space
        registered = space.registered
        if registered is not None and name not in registered | BUILTIN_MARKS | space.plugin_marks:
            known = space.finder.environment.knows_installed
            if not known or any(name.encode() in text for text in space.plugin_texts):
                self.machine.doubt(f"whether a plugin registers mark `{name}` is known at run time only")
            else:
                why = f"mark `{name}` is not registered, and markers are strict"
                self.machine.doubt(WouldFail(why, self.machine.line))
        return MarkValue(name)

    def _may_have(self, module: str, name: str) -> bool:
        """Tell whether a module from outside may have a name, reading it where its left margin is silent."""
        space, importer = self.space, self.machine.path
        if "(" in module or space.settling:
            return True
        found = space.find(module, importer)
        if found is None or (found.first and module.partition(".")[0] not in OF_PYTEST):
            return True
        if not space.has_name(module, name, importer):
            return False
        if not found.readable or space.surely_has(module, name, importer):
            return True
        if found.path.startswith(space.finder.environment.standard) or space.is_made(
            f"{module}.{name}", importer
        ):
            return True
        verdict = space.holds(module, name, importer)
        return space.writes(found.path, name) if verdict is None else verdict

    def outside_names(self, module: str) -> Iterable[str] | None:
        """Return what a star import of a module from outside brings."""
        if module.partition(".")[0] in OF_PYTEST:
            return ("mark", "fixture", "param", "skip", "importorskip", "raises", "approx", "warns")
        if module == "hypothesis":
            return ("given", "settings", "assume", "example", "note", "strategies")
        if module in {"unittest", "math", "typing"}:
            return tuple(getattr(importlib.import_module(module), "__all__", None) or dir(__import__(module)))
        names = self.machine.star_names(module)
        if names is None:
            self.machine.doubt(f"star import from {module}, whose names text does not tell")
        return names


def _lacking(module: str, name: str) -> Raised:
    return Raised("AttributeError", f"module {module!r} has no {name!r}", about=External(module), name=name)

"""How modules are evaluated for collecting tests: on demand, those of the project alone, cautiously."""

import ast
import re
import sys
from collections.abc import Callable

from importgraph.environment.search_path import Found
from importgraph.evaluation.protocol import Presence, Source, Supply, Surroundings
from importgraph.evaluation.values.objects import Class, External, Function, FunctionNode, Instance, Module
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import Sequence, Table
from importgraph.namespaces.outside_policy import OF_PYTEST, OutsidePolicy
from importgraph.namespaces.protocol import Interpreter
from importgraph.namespaces.records import GiveUp, Mod, Ref
from importgraph.namespaces.text.re_exports import passed_on
from importgraph.namespaces.values import FixtureValue, Made

SYMBOLIC_TOPS = {
    "unittest", "typing", "typing_extensions", "abc", "contextlib", "hypothesis", "enum", "dataclasses",
    "collections", "warnings", "types", "mock", "os", "platform", "importlib", "builtins", "copy", "random",
    "pickle", "io", "tempfile", "pathlib", "inspect", "gc", "logging", "asyncio", "threading", "subprocess",
    "time", "uuid", "locale", "json", "ctypes", "socket", "array", "weakref", "traceback", "shutil",
    "zoneinfo", "signal", "multiprocessing", "ast", "six",
}  # fmt: skip
"""Modules whose names we know by heart where they matter, so that their source is not read."""
STEPS = 400_000
"""How many statements and expressions the body of one module may take."""
FOREIGN_STEPS = 40_000
"""The same of modules of other people's."""
_HOPS = 20
"""Through so many modules a name is followed that each takes from the next."""
_SURE = {"KeyError", "IndexError", "ValueError", "ZeroDivisionError", "StopIteration"}
"""Failures of builtin operations on known values."""
_OTHER = re.compile("\0[^\0]*\0")
Model = Callable[..., Result]


class ReadingPolicy(OutsidePolicy):
    """Evaluates modules of the project when somebody asks for a name of theirs.

    Args:
        space: The texts, and where modules are.
    """

    cautious = True
    exact = True
    assumes_unset = False

    def __init__(self, space: Interpreter) -> None:
        super().__init__(space)
        self.surroundings = Surroundings(space.finder.environment.full_version, sys.platform)
        self.forced: set[str] = set()
        """Modules whose bodies are run when they are imported."""
        self._keys: dict[str, str] = {}
        self._paths: dict[str, str] = {}
        self._kinds: dict[str, Found] = {}
        self._sources: dict[str, Source | None] = {}

    # -- where modules are ----------------------------------------------------------------------

    def key(self, path: str, name: str) -> str:
        """Return under which name a file is kept: its own, unless another file has it."""
        known = self._keys.get(path)
        if known is None:
            known = name if self._paths.get(name, path) == path else f"{name}\0{path}\0"
            self._keys[path], self._paths[known] = known, path
        return known

    def path(self, module: str) -> str:
        """Return the file of a module."""
        return self._paths.get(module, "")

    def find(self, name: str, importer: str) -> str | None:
        """Return under which name a module of the project is kept; None for all others."""
        name = _OTHER.sub("", name)
        top = name.partition(".")[0]
        if top in OF_PYTEST or (top == "hypothesis" and not self.space.settling):
            return None
        found = self.space.find(name, self.path(importer))
        if found is None or not found.first or not (found.readable or found.kind == "namespace"):
            return None
        return self.kept(found, name, importer)

    def kept(self, found: Found, name: str, importer: str) -> str:
        """Return under which name a module is kept that is read."""
        key = self.key(found.path or f"{name}/", name)
        self._kinds.setdefault(key, found)
        base = self.space.bases.get(self.path(importer), "")
        self.space.bases.setdefault(found.path, base if found.first else "")
        if found.readable:
            self.space.use(self.path(importer), found.path)
        return key

    def presence(self, name: str, importer: str) -> Presence:
        """Look for a module that is not followed; where code may bring one, that is not decided."""
        name = _OTHER.sub("", name)
        path = self.path(importer)
        found = self.space.find(name, path)
        tries = self.machine.frame.tries
        if found is None and self.space.is_made(name, path):
            return Presence.UNDECIDED if tries else Presence.THERE
        if found is None:
            return Presence.MISSING
        outside = found.kind == "unknown" or (found.kind == "declared" and tries)
        return Presence.UNDECIDED if outside else Presence.THERE

    def source(self, module: str) -> Source | None:
        """Parse a module when it is run."""
        if module not in self._sources:
            self._sources[module] = self._parsed(module)
        return self._sources[module]

    def _parsed(self, module: str) -> Source | None:
        path, name = self.path(module), _OTHER.sub("", module)
        found = self._kinds.get(module)
        if found is not None and found.kind == "namespace":
            return Source(ast.Module([], []), name, "", is_package=True)
        if not path:
            return None
        tree, broken, line = self.space.tree(path)
        is_package = path.endswith("/__init__.py")
        return Source(tree, name if is_package else name.rpartition(".")[0], path, is_package, broken, line)

    def steps(self, module: str) -> int:
        """Return how many statements and expressions the body of a module may take."""
        found = self._kinds.get(module)
        return STEPS if found is None or found.first else FOREIGN_STEPS

    def executes(self, module: str, /) -> bool:
        """Run what collection looks at; other modules when somebody asks for a name."""
        return module in self.forced

    def binds(self, module: str, name: str) -> bool:
        """Tell whether text shows that a module binds a name that is no submodule of its own."""
        path = self.path(module)
        entry = self.space.index(path).entries.get(name) if path.endswith(".py") else None
        if entry is None:
            return False
        own = (".", _OTHER.sub("", module))
        is_package = path.endswith("/__init__.py")
        return not (is_package and entry.kind == "import" and entry.module in own)

    def supply(self, module: str, name: str) -> Supply:
        """Follow names that a module only passes on; run the module for all others."""
        path = self.path(module)
        if not path.endswith(".py") or name.startswith("__"):
            return Supply()
        entry = self.space.index(path).entries.get(name)
        if entry is None or entry.kind in {"import", "module"}:
            key, plain = (path, name), _OTHER.sub("", module)
            if key not in self.space.passed:
                self.space.passed[key] = passed_on(self.space, plain, path, name)
            found = self.space.passed[key]
            if isinstance(found, Ref) and (found.module, found.name) != (plain, name):
                return self._elsewhere(found.module, found.name, module)
            if isinstance(found, Mod):
                return self._elsewhere(found.name, "", module)
        return Supply(run=True)

    def passes_on(self, module: str, name: str) -> bool:
        """Tell whether text shows that a module takes a name from another that binds it."""
        how, hops = self.supply(module, name), 0
        while how.module and how.name and hops < _HOPS:
            if self.binds(how.module, how.name):
                return True
            how, hops = self.supply(how.module, how.name), hops + 1
        return False

    def _elsewhere(self, target: str, name: str, importer: str) -> Supply:
        found = self.find(target, importer)
        if found is not None:
            return Supply(module=found, name=name)
        return Supply(external=f"{target}.{name}" if name else target)

    def files_in(self, folder: str) -> tuple[str, ...] | None:
        """Files are looked at by nobody here."""
        return None

    def listed_lazily(self, module: str, name: str) -> tuple[str, str] | None:
        """Lazy loaders answer for names that are not known."""
        return None

    # -- what is sure ---------------------------------------------------------------------------

    def judged(self, raised: Raised, /) -> Result:
        """Take a failure where it is sure; doctor knows of more, and decides at the end."""
        if raised.kind == "Skipped" and isinstance(self.machine.place, ast.Raise):
            text = ast.unparse(self.machine.place)
            if "allow_module_level=True" not in text.replace(" ", "") and "Exception" in text:
                return Raised("CollectError", "pytest.skip() outside of a test", explicit=True)
        if raised.explicit and self._is_foreign_raise():
            return Unknown(f"a call that may raise {raised.kind}")
        if raised.explicit or raised.kind in {"ModuleNotFoundError", "SyntaxError", "Skipped"}:
            return raised
        if raised.kind == "ImportError":
            return raised if self._surely_lacks(raised) else Unknown(raised.message)
        if raised.kind in _SURE and self.machine.frame.tries:
            return raised
        return Unknown(f"what fails here: {raised.message or raised.kind}")

    def _is_foreign_raise(self) -> bool:
        """Tell whether a `raise` of somebody else's runs that nothing is prepared for."""
        machine = self.machine
        if not isinstance(machine.place, ast.Raise) or machine.frame.tries:
            return False
        found = self._kinds.get(machine.frame.module.name)
        return found is not None and not found.first and machine.frame.function is not None

    def _surely_lacks(self, raised: Raised) -> bool:
        if not isinstance(raised.about, Module):
            return raised.about is None or isinstance(raised.about, External)
        if raised.about.status.get("open"):
            return False
        name = _OTHER.sub("", raised.about.name)
        path = self.machine.path
        return not self.space.has_name(name, raised.name, path) or (
            not self.space.binds_unseen(name, raised.about.path)
            and self.space.holds(name, raised.name, path) is False
        )

    def ends(self, raised: Raised, /) -> bool:
        """End the body of a module that fails."""
        return True

    def fails(self, module: str) -> bool:
        """Tell whether importing a module of the project surely fails."""
        return bool(self.space.failure(_OTHER.sub("", module), self.machine.path))

    def waits(self, module: str, statement: ast.stmt) -> bool:
        """Run statements where they stand."""
        return False

    def follows(self, function: Function, arguments: Arguments) -> bool:
        """Put off calls of functions of other files that get nothing they could change.

        Modules that speak of pytest or unittest may skip or fail the file that calls them, so their functions
        run at once.
        """
        path = function.module.path
        if path == self.machine.path or self.machine.is_hook:
            return True
        held = (Function, Class, FixtureValue, Instance, Sequence, Table)
        if any(isinstance(settled(value), held) for value in arguments.all()):
            return True
        return self.space.speaks_of_tests(path) or self.space.writes(path, "f_globals")

    def runs_hooks(self, cls: Class, /) -> bool:
        """Follow what is done to classes that may be tests, and what a file does to classes of its own."""
        if cls.module.name not in self.forced:
            return False
        if "Test" in cls.qualname or any(str(name).startswith("test") for name in cls.namespace):
            return True
        above = (cls.metaclass, *self.machine.lineage(cls)[1:])
        return any(isinstance(one, Class) and one.module is cls.module for one in above)

    def whole(self, function: Function) -> FunctionNode:
        """Read the body of a function when it is called."""
        try:
            found: FunctionNode = self.space.whole(function.module.path, function.node)
        except GiveUp:
            return function.node
        return found

    def changes(self, holder: Value, what: str) -> None:
        """Take note of names that are bound in ways no statement shows."""
        computed = isinstance(holder, Table) and isinstance(holder.state.get("of"), Module)
        if computed and isinstance(holder, Table) and holder.state.get("open"):
            self.machine.doubt("binds names that are computed")
        elif what == "del":
            holder.passed_on(self.machine)
        elif what == "an attribute of computed name" and isinstance(holder, Module):
            if holder.path == self.machine.loading:
                self.machine.doubt("setattr() on a module")
            self.machine.journal.put(holder.status, "open", "setattr() with a computed name")
        elif what == "an attribute of computed name" and isinstance(holder, Class):
            self.machine.open_class(holder)
        elif isinstance(holder, Made) and holder.callee.endswith(("f_globals", "f_locals")):
            self.machine.doubt("binds names in the module that calls it")
        elif isinstance(holder, Class) and what.startswith("."):
            self.machine.set_on_class(holder, what[1:])

    def calls_external(self, name: str, arguments: Arguments) -> None:
        """Nothing is noted of calls outside."""

    def gives_up(self, function: Function) -> bool:
        """Follow no call under a condition that text does not decide, but those of hooks."""
        if self.machine.is_hook or self.machine.surely_runs:
            return False
        self.machine.not_followed(function)
        return True

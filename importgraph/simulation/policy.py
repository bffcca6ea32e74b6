"""How a session has modules evaluated: found on `sys.path` as it is then, failing where that is sure."""

import ast
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.lineage import opened
from importgraph.evaluation.protocol import Policy, Presence, Source, Supply, Surroundings
from importgraph.evaluation.served import Served
from importgraph.evaluation.values.objects import Class, External, Function, FunctionNode, Module
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value
from importgraph.evaluation.values.values import Constant, not_callable
from importgraph.names import parent, top_level
from importgraph.simulation.installed import Installed
from importgraph.simulation.judgement import Judgement
from importgraph.simulation.models import models_of
from importgraph.simulation.search import Search, Spec
from importgraph.simulation.source_files import SourceFiles
from importgraph.simulation.variables import Variables
from importgraph.simulation.warning_filters import Marks
from importgraph.simulation.warning_models import warns_at_import
from importgraph.simulation.world import Knowledge, Model

_RUNS = 40
"""How often one function is followed for one file; what is called more often shows nothing new."""
_UNSURE_RUNS = 1
"""The same in branches that may not run, where nothing is sure to fail."""
_UNSURE_DEPTH = 12
"""How many bodies may run inside each other there."""
_STEPS = 2_000
"""Expressions and statements that are run for one function, over all its calls, before it is given up."""
_OWN_PATH = re.compile(rb"sys\.modules|__path__|meta_path|extend_path|__import__\('pkg_resources'\)")
_PUT = re.compile(rb"sys\.modules\[([^\]]*)\]\s*=[^=]|sys\.modules\.(?:update|setdefault)\(|meta_path")
"""What puts modules into `sys.modules`; with the name where one is written."""
_CONSTANTS: Mapping[str, Value] = {
    **dict.fromkeys(("os.pardir", "os.path.pardir"), Constant("..")),
    "six.PY2": Constant(value=False),
    "six.PY3": Constant(value=True),
}
_SOMEWHERE = Spec("", (), readable=False, project=False)
"""A module that code brings in a way that is not followed."""


def _brings(text: bytes, name: str) -> bool:
    """Tell whether a module of the standard library may make another."""
    keys = [found[1].strip() if found[1] is not None else b"" for found in _PUT.finditer(text)]
    return any(key[:1] not in {b"'", b'"'} or key.strip(b"'\"") == name.encode() for key in keys)


class SessionPolicy(Served[Machine], Policy):
    """Runs every module of the project as Python would, and takes failures that are sure.

    Args:
        search: Finds modules; its path changes while the session runs.
        sources: Reads files.
        marks: Which pytest marks are known.
        pytest_version: Major and minor.
    """

    cautious = True
    assumes_unset = False

    def __init__(
        self, search: Search, sources: SourceFiles, marks: Marks, pytest_version: tuple[int, ...]
    ) -> None:
        self.search = search
        self.sources = sources
        self.installed = Installed(search, sources.sources)
        self.marks = marks
        self.pytest_version = pytest_version
        self.knowledge = Knowledge()
        self.variables = Variables()
        self.surroundings = Surroundings(search.environment.full_version, search.environment.platform)
        self.specs: dict[str, Spec] = {}
        """Where the modules that are followed are."""
        self.others: dict[str, Spec] = {}
        """Where the imported modules that are not followed are."""
        self.extra_builtins: set[str] = set()
        self.stubbing: set[str] = set()
        """Files whose code brings modules in a way that text does not show."""
        self._set: set[str] = set()
        """Names that code has set on modules that are not followed."""
        self._judgement = Judgement(self)
        self._models = models_of(self)
        self._runs: dict[tuple[FunctionNode, bool], int] = defaultdict(int)
        self._steps: dict[FunctionNode, int] = defaultdict(int)

    # -- where modules are ----------------------------------------------------------------------

    def loaded(self, name: str) -> Module | None:
        """Return a module that stands in `sys.modules`, if it is one that is followed."""
        found = self.machine.modules.get(name)
        return found if isinstance(found, Module) and found.status.get("state") else None

    def spec(self, name: str) -> Spec | None:
        """Find a module, loaded or not, as the packages around it say."""
        package, _, last = name.rpartition(".")
        if not package:
            return self.search.top(name)
        outer = self.specs.get(package) or self.others.get(package) or self.spec(package)
        return self.search.inside(outer.folders, last) if outer is not None and outer.folders else None

    def find(self, name: str, importer: str) -> str | None:
        """Return a name itself where its module is followed: of the project, or broken, or a bare folder."""
        if self.loaded(name) is not None:
            return name
        spec = self.spec(name)
        if spec is None:
            return None
        is_folder = not spec.path and bool(spec.folders)
        if not is_folder and not (spec.readable and (spec.project or self._is_followed(name, spec))):
            return None
        self.specs[name] = spec
        return name

    def _is_followed(self, name: str, spec: Spec) -> bool:
        """Tell whether an installed module is run as those of the project are."""
        if top_level(name) in self.installed.distributions.dependents:
            return True
        if self.marks.filters and warns_at_import(self.sources.text(spec.path)):
            return True
        return self.installed.is_broken(name, spec.path, spec.folders)

    def presence(self, name: str, importer: str) -> Presence:
        """Look for a module that is not followed; where code may bring one, that is not decided."""
        spec = self.others.get(name) or self.spec(name)
        if spec is not None:
            self.others[name] = spec
            tried = self.machine.frame.guarded and self.installed.lacks(name, spec.path, spec.folders)
            return Presence.UNDECIDED if tried else Presence.THERE
        outer = parent(name)
        if outer:
            is_brought = self._may_bring(outer, name)
        else:
            unknown = not self.knowledge.outside or self.search.may_be_hooked(name)
            is_brought = unknown or self._is_stubbed(name)
        if not is_brought:
            return Presence.MISSING
        self.others[name] = _SOMEWHERE
        return Presence.UNDECIDED

    def _is_stubbed(self, name: str) -> bool:
        """Tell whether code that fills `sys.modules` or `sys.path` under computed names may bring it."""
        if not self.stubbing:
            return False
        quoted = re.compile(rb"""["']""" + re.escape(name.encode()) + rb"""["'.]""")
        texts = (self.sources.text(path) for path in self.stubbing)
        return any(quoted.search(text) for text in texts) or self.search.is_in_tree(name)

    def _may_bring(self, package: str, name: str) -> bool:
        if package == "os.path":
            return False
        module = self.loaded(package)
        if module is not None and ("__path__" in module.namespace or "replaced" in module.status):
            return True
        spec = self.specs.get(package) or self.others.get(package) or _SOMEWHERE
        if not spec.path:
            return not spec.folders
        if not spec.path.endswith(".py"):
            return True
        text = self.sources.text(spec.path)
        if self.search.is_standard(spec.path):
            return _brings(text, name)
        return _OWN_PATH.search(text) is not None or self.installed.is_filled(spec.path)

    def path(self, module: str) -> str:
        """Return the file of a module; empty for a bare folder."""
        return self.specs[module].path if module in self.specs else ""

    def source(self, module: str) -> Source | None:
        """Parse a module when it is run."""
        spec = self.specs.get(module)
        if spec is None:
            return None
        package = module if spec.folders else parent(module)
        if not spec.path:
            return Source(ast.Module([], []), package, "", is_package=True)
        file = self.sources.parse(spec.path)
        return Source(file.tree, package, spec.path, bool(spec.folders), file.error, file.line)

    def executes(self, module: str, /) -> bool:
        """Run every module that is imported."""
        return True

    # -- what is sure ---------------------------------------------------------------------------

    def judged(self, raised: Raised, /) -> Result:
        """Take a failure where it is sure."""
        return self._judgement.judged(raised)

    def ends(self, raised: Raised, /) -> bool:
        """End the body of a module that fails."""
        return True

    def waits(self, module: str, statement: ast.stmt) -> bool:
        """Run statements where they stand."""
        return False

    def follows(self, function: Function, arguments: Arguments) -> bool:
        """Run functions where they are called."""
        return True

    def gives_up(self, function: Function) -> bool:
        """Give up what has been followed often, and sooner where nothing is sure to fail."""
        is_sure = self.machine.is_sure
        key = (function.node, is_sure)
        self._runs[key] += 1
        often = self._runs[key] > (_RUNS if is_sure else _UNSURE_RUNS)
        deep = not is_sure and self.machine.depth > _UNSURE_DEPTH
        return often or deep or self._steps[function.node] > _STEPS

    def begin_file(self) -> None:
        """Count anew how often functions run: what fails for one file may fail for the next, too."""
        self._runs.clear()

    def took(self, function: Function, steps: int, _since: int) -> None:
        """Count the steps of a function."""
        self._steps[function.node] += steps

    def whole(self, function: Function) -> FunctionNode:
        """Read the body of a function when it is called."""
        return self.sources.whole(function.module.path, function.node)

    # -- outside --------------------------------------------------------------------------------

    def outside_model(self, name: str) -> Model | None:
        """Return what a call does to the session: to pytest, `sys.path`, `sys.modules`, variables."""
        spec = self.others.get(name)
        if spec is not None and spec.path and self.search.is_standard(spec.path):
            return lambda _interpreter, _arguments: not_callable("module")
        return self._models(name)

    def outside_value(self, name: str) -> Result | None:
        """Check a name of a module that is not followed."""
        if name in _CONSTANTS or name in self._set:
            return _CONSTANTS.get(name) or External(name)
        module, _, last = name.rpartition(".")
        if module == "pytest.mark":
            return self._judgement.unknown_mark(last)
        spec = self.others.get(module)
        if spec is not None and self.machine.frame.guarded and self._lacks(name, spec):
            return Unknown(f"`{name}`, which may not be imported for want of another")
        if spec is None or name in self.others:
            return None
        found = self.installed.has_name(module, spec.path, spec.folders, last)
        if found is not False or not self.knowledge.names:
            return None
        message = f"module '{module}' has no attribute '{last}'"
        return Raised("AttributeError", message, about=External(module), name=last, cause="missing-name")

    def submodule(self, package: str, name: str) -> str | None:
        """Return a submodule of an installed package that is followed, unless the package binds its name."""
        spec = self.others.get(package)
        if spec is None or not spec.folders or self.installed.binds(spec.path, name):
            return None
        return self.find(f"{package}.{name}", package)

    def outside_names(self, module: str) -> Iterable[str] | None:
        """Return what a star import of a module outside brings; None where text does not tell."""
        spec = self.others.get(module)
        names = self.installed.star(spec.path) if spec is not None and spec.path else None
        return sorted(names) if names is not None else None

    def _lacks(self, name: str, package: Spec) -> bool:
        """Tell whether a submodule of an installed package imports what is not there."""
        inner = self.search.inside(package.folders, name.rpartition(".")[2])
        return inner is not None and self.installed.lacks(name, inner.path, inner.folders)

    def calls_external(self, name: str, arguments: Arguments) -> None:
        """Code that speaks of the environment may set variables (`load_dotenv`)."""
        self.variables.is_open |= "env" in name.rpartition(".")[2].lower()

    def changes(self, holder: Value, what: str) -> None:
        """Take note of names that are set in ways no statement shows."""
        if holder == External("builtins"):
            self.extra_builtins.add(what.removeprefix("."))
        elif isinstance(holder, External) and what.startswith("."):
            self._set.add(f"{holder.name}{what}")
        elif what == "an attribute of computed name" and isinstance(holder, Module):
            self.machine.journal.put(holder.status, "open", what)
        elif what == "an attribute of computed name" and isinstance(holder, Class):
            opened(self.machine, holder)

    def files_in(self, folder: str) -> tuple[str, ...] | None:
        """Files are looked at by nobody here."""
        return None

    def listed_lazily(self, module: str, name: str) -> tuple[str, str] | None:
        """Lazy loaders answer for names that are not known."""
        return None

    def binds(self, module: str, name: str) -> bool:
        """Bodies run, so text need not tell."""
        return False

    def supply(self, module: str, name: str) -> Supply:
        """Bodies run, so nothing else supplies names."""
        return Supply()

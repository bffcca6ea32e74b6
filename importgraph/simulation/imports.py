"""Import statements as `importlib._bootstrap` and `ceval.c` run them, over the modules of a session."""

import ast
import re
from abc import ABC, abstractmethod
from typing import Never

from importgraph.evaluation.limits import allotted
from importgraph.names import resolve_relative
from importgraph.simulation.causes import CauseKind
from importgraph.simulation.failures import OutOfSteps, Raised, Skipped
from importgraph.simulation.outside import known
from importgraph.simulation.search import Spec
from importgraph.simulation.state import MOST_STEPS, Frame, State, bound_names
from importgraph.simulation.values import ANYTHING, Constant, Items, ModuleValue, Scope, Value

_OWN_PATH = re.compile(rb"sys\.modules|__path__|meta_path|extend_path|__import__\('pkg_resources'\)")
OF_MODULES = frozenset({
    "__name__", "__file__", "__doc__", "__path__", "__package__", "__spec__", "__loader__", "__builtins__",
    "__annotations__", "__cached__", "__dict__", "__class__", "__module__", "__qualname__", "__annotate__",
    "__firstlineno__", "__static_attributes__", "__type_params__", "__classdict__",
    "__conditional_annotations__", "__init__", "__getattribute__", "__setattr__", "__dir__", "__reduce__",
})  # fmt: skip
"""Names that every module has, or every body."""


_PUT = re.compile(rb"sys\.modules\[([^\]]*)\]\s*=[^=]|sys\.modules\.(?:update|setdefault)\(|meta_path")
"""What puts modules into `sys.modules`; with the name where one is written."""


def _brings(text: bytes, name: str) -> bool:
    """Tell whether a module of the standard library may make another."""
    keys = [found[1].strip() if found[1] is not None else b"" for found in _PUT.finditer(text)]
    return any(key[:1] not in {b"'", b'"'} or key.strip(b"'\"") == name.encode() for key in keys)


class Imports(State, ABC):
    """Loads modules and binds what statements take from them."""

    @abstractmethod
    def run_body(self, body: list[ast.stmt]) -> object:
        """Run statements in the innermost frame."""

    @abstractmethod
    def answers(self, module: ModuleValue, name: str) -> bool:
        """Tell whether the `__getattr__` of a module may answer for a name."""

    # -- modules --------------------------------------------------------------------------------

    def import_module(self, name: str) -> ModuleValue:
        """Import a module and the packages around it.

        Raises:
            Raised: If that fails.
        """
        known = self.modules.get(name)
        if known is not None:
            self._note_use(known)
            return known
        parent, _, last = name.rpartition(".")
        if not parent:
            spec = self.search.top(name)
            outer = None
        else:
            outer = self.import_module(parent)
            if name in self.modules:
                return self.modules[name]
            spec = self.search.inside(outer.folders, last) if outer.folders else None
        if spec is None:
            return self._absent(name, outer)
        if spec.project and spec.path and self.frames:
            self.uses.setdefault(self.frame.path, set()).add(spec.path)
        return self._create(name, last, spec, outer)

    def _note_use(self, module: ModuleValue) -> None:
        if module.is_read and module.path and self.frames:
            self.uses.setdefault(self.frame.path, set()).add(module.path)

    def _absent(self, name: str, outer: ModuleValue | None) -> ModuleValue:
        """Raise what importing a missing module raises, unless code may bring it."""
        if outer is not None and self._may_bring(outer, name):
            return self.modules.setdefault(name, ModuleValue(name, "", is_open=True))
        if outer is None and (
            self.search.may_be_hooked(name) or not self.knows_outside or self._is_stubbed(name)
        ):
            return self.modules.setdefault(name, ModuleValue(name, "", is_open=True))
        ours = outer is not None and self.search.is_project(outer.path or f"{outer.folders[0]}/")
        standard = outer is not None and self.search.is_standard(outer.path)
        kind = CauseKind.MISSING_MODULE if ours or standard else CauseKind.MISSING_DISTRIBUTION
        message = f"No module named '{name}'"
        if outer is not None and not outer.folders:
            message += f"; '{outer.name}' is not a package"
        return self.fail("ModuleNotFoundError", kind, name, message)

    knows_names = True
    """The standard library at hand is that of the Python that would run the tests."""

    def _is_stubbed(self, name: str) -> bool:
        """Tell whether code that fills `sys.modules` or `sys.path` under computed names may bring it."""
        if not self.stubbing:
            return False
        quoted = re.compile(rb"""["']""" + re.escape(name.encode()) + rb"""["'.]""")
        return any(
            quoted.search(self.sources.text(path)) for path in self.stubbing
        ) or self.search.is_in_tree(name)

    knows_outside = True
    """What is installed is known; otherwise modules from outside count as installed."""

    def _may_bring(self, outer: ModuleValue, name: str) -> bool:
        if "__path__" in outer.names:
            return True
        if not outer.path:
            return not outer.folders
        if not outer.path.endswith(".py"):
            return True
        if self.search.is_standard(outer.path):
            return _brings(self.sources.text(outer.path), name)
        return _OWN_PATH.search(self.sources.text(outer.path)) is not None or self.installed.is_filled(
            outer.path
        )

    def _create(self, name: str, last: str, spec: Spec, outer: ModuleValue | None) -> ModuleValue:
        module = ModuleValue(name, spec.path, spec.folders)
        self.modules[name] = module
        if spec.readable and (spec.project or self._is_followed(name, spec)):
            self.execute(module)
        else:
            module.is_read = not spec.path and bool(spec.folders)
            module.is_open = not module.is_read
        module.is_open |= name not in self.modules  # it makes room for another
        module = self.modules.setdefault(name, module)
        if outer is not None:
            outer.names[last] = module
        return module

    def _is_followed(self, name: str, spec: Spec) -> bool:
        """Tell whether an installed module is run as those of the project are."""
        if name.partition(".")[0] in self.installed.dependents:
            return True
        return self.installed.is_broken(name, spec.path, spec.folders)

    def execute(self, module: ModuleValue) -> None:
        """Run the body of a module that stands in `sys.modules`.

        Raises:
            Raised: If it surely fails.
            Skipped: If it skips itself.
        """
        source = self.sources.parse(module.path)
        frame = Frame(Scope("module", module.names, module), module.path)
        tentative, self.tentative = self.tentative, 0
        module.is_read = module.loading = True
        depth = len(self.frames)
        self.frames.append(frame)
        try:
            if source.error:
                self.fail("SyntaxError", CauseKind.SYNTAX_ERROR, module.path, source.error, source.line)
            with allotted(MOST_STEPS, OutOfSteps):
                self.run_body(source.tree.body)
        except Raised:
            if not frame.left:
                self.modules.pop(module.name, None)
                raise
            module.is_open = True
        except Skipped:
            self.modules.pop(module.name, None)
            raise
        except (OutOfSteps, RecursionError):
            module.is_open = True
        finally:
            del self.frames[depth:]
            module.loading = False
            self.tentative = tentative

    # -- statements -----------------------------------------------------------------------------

    def run_import(self, node: ast.Import) -> None:
        """Run `import a.b`."""
        for alias in node.names:
            top = alias.name.partition(".")[0]
            if getattr(node, "is_lazy", 0):
                self.bind(alias.asname or top, ANYTHING)
                continue
            module = self.import_module(alias.name)
            self.bind(alias.asname or top, module if alias.asname else self.modules.get(top, module))

    def run_from(self, node: ast.ImportFrom) -> None:
        """Run `from a import b`."""
        if node.module == "__future__" and not node.level:
            return
        if getattr(node, "is_lazy", 0):
            for alias in node.names:
                self.bind(alias.asname or alias.name, ANYTHING)
            return
        module = self.import_module(self._absolute(node))
        if node.names[0].name == "*":
            self._star(module)
            return
        for alias in node.names:
            self._load_submodule(module, alias.name)
        for alias in node.names:
            self.bind(alias.asname or alias.name, self.take(module, alias.name))

    def _absolute(self, node: ast.ImportFrom) -> str:
        if not node.level:
            return node.module or ""
        own = self.frame.scope.module
        package = own.name if own.folders else own.name.rpartition(".")[0]
        absolute = resolve_relative(package, node.level, node.module or "") if package else None
        if absolute:
            return absolute
        written = "." * node.level + (node.module or "")
        why = "beyond top-level package" if package else "with no known parent package"
        message = f"attempted relative import {why}: '{written}'"
        return self.fail("ImportError", CauseKind.MISSING_MODULE, f"{written} in {own.name}", message)

    def _load_submodule(self, module: ModuleValue, name: str) -> None:
        """Import a submodule that a from-import names (`_handle_fromlist`)."""
        if not module.folders or name in module.names or self.answers(module, name):
            return
        if not module.is_read and self.installed.has_name(module.path, (), name):
            return
        if self.search.inside(module.folders, name) is not None:
            self.import_module(f"{module.name}.{name}")

    def take(self, module: ModuleValue, name: str) -> Value:
        """Take a name from a module as IMPORT_FROM does."""
        if name in module.names:
            return module.names[name]
        inner = self.modules.get(f"{module.name}.{name}")
        if inner is not None:
            return inner
        if not module.is_read:
            return self._outside_name(module, name, "ImportError")
        if self.may_have(module, name):
            self.may_fail(imports=True)
            return ANYTHING
        return self._cannot_import(module, name)

    def _cannot_import(self, module: ModuleValue, name: str) -> Never:
        if self.is_half(module, name):
            message = (
                f"cannot import name '{name}' from partially initialized module '{module.name}' "
                "(most likely due to a circular import)"
            )
            self.fail("ImportError", CauseKind.IMPORT_CYCLE, f"{module.name}.{name}", message)
        message = f"cannot import name '{name}' from '{module.name}'"
        self.fail("ImportError", CauseKind.MISSING_NAME, f"{module.name}.{name}", message)

    def is_half(self, module: ModuleValue, name: str) -> bool:
        """Tell whether a name is missing because its module is still being executed."""
        if not module.loading or not module.path:
            return False
        if name in bound_names(self.sources.parse(module.path).tree.body):
            return True
        return self.search.inside(module.folders, name) is not None

    def may_have(self, module: ModuleValue, name: str) -> bool:
        """Tell whether a module may have a name that nothing has bound."""
        if module.is_open or name in OF_MODULES or self.answers(module, name):
            return True
        if not module.path:
            return False
        source = self.sources.parse(module.path)
        return source.is_open or name in source.shared

    def _outside_name(self, module: ModuleValue, name: str, exception: str) -> Value:
        """Take a name from a module that is not read."""
        found = self.installed.has_name(module.path, module.folders, name)
        if found is None:
            self.may_fail(imports=exception == "ImportError")
        if found is not False or not self.knows_names or self.may_be_patched(module.name, name):
            return known(f"{module.name}.{name}")
        if exception == "ImportError":
            message = f"cannot import name '{name}' from '{module.name}'"
        else:
            message = f"module '{module.name}' has no attribute '{name}'"
        return self.fail(exception, CauseKind.MISSING_NAME, f"{module.name}.{name}", message)

    def may_be_patched(self, module: str, name: str) -> bool:
        """Tell whether something that is not read may set a name on a module outside the project."""
        return (module, name) in self.patched

    patched: frozenset[tuple[str, str]] = frozenset()

    def module_attribute(self, module: ModuleValue, name: str) -> Value:
        """Read an attribute of a module."""
        if name in module.names:
            value = module.names[name]
            return ANYTHING if value == Constant(None) else value  # a place to fill later
        if not module.is_read:
            inner = self.modules.get(f"{module.name}.{name}")
            return inner if inner is not None else self._outside_name(module, name, "AttributeError")
        if self.may_have(module, name):
            self.may_fail()
            return ANYTHING
        half = self.is_half(module, name)
        kind = CauseKind.IMPORT_CYCLE if half else CauseKind.MISSING_NAME
        partially = "partially initialized " if half else ""
        message = f"{partially}module '{module.name}' has no attribute '{name}'"
        return self.fail("AttributeError", kind, f"{module.name}.{name}", message)

    def _star(self, module: ModuleValue) -> None:
        if not module.is_read:
            names = self.installed.star(module.path) if module.path else None
            self.frame.scope.module.is_open |= names is None
            for name in names or ():
                self.bind(name, known(f"{module.name}.{name}"))
            return
        listed = module.names.get("__all__")
        if "__getattr__" in module.names or module.is_open:
            self.frame.scope.module.is_open = True
        if isinstance(listed, Items) and listed.exact:
            for item in listed.values:
                text = getattr(item, "value", None)
                if isinstance(text, str):
                    self._load_submodule(module, text)
                    self.bind(text, self._listed(module, text))
            return
        for name, value in list(module.names.items()):
            if listed is not None or not name.startswith("_"):
                self.bind(name, value)

    def _listed(self, module: ModuleValue, name: str) -> Value:
        """Take a name that `__all__` lists."""
        if name in module.names:
            return module.names[name]
        if self.may_have(module, name):
            return ANYTHING
        half = self.is_half(module, name)
        kind = CauseKind.IMPORT_CYCLE if half else CauseKind.MISSING_NAME
        message = f"module '{module.name}' has no attribute '{name}', which its __all__ lists"
        return self.fail("AttributeError", kind, f"{module.name}.{name}", message)

    def bind(self, name: str, value: Value) -> None:
        """Bind a name in the innermost body."""
        scope = self.frame.scope
        if name in scope.shared:
            scope.module.names[name] = ANYTHING if self.tentative else value
        else:
            scope.names[name] = value

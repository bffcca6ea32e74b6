"""Import statements: what they bind, and whether they fail."""

import ast

from importgraph.evaluator.attributes import of_module
from importgraph.evaluator.frame import bind, module_scope
from importgraph.evaluator.import_failures import SKIPS, UNDECIDED, UNSURE, no_module
from importgraph.evaluator.protocol import Frame, Interpreter
from importgraph.evaluator.values import Doubt, Ext, GiveUp, ImportFails, Mod, Ref, Skipped, Unknown
from importgraph.names import resolve_relative


def run_import(frame: Frame, node: ast.Import) -> None:
    """Run `import a.b`.

    Raises:
        ImportFails: If there is no such module.
    """
    for alias in node.names:
        _doubt_outside(frame, alias.name, node.lineno)
        require(frame, alias.name, node.lineno)
        if alias.asname:
            bind(frame, alias.asname, Mod(alias.name))
        else:
            bind(frame, alias.name.partition(".")[0], Mod(alias.name.partition(".")[0]))


def require(frame: Frame, module: str, line: int) -> None:
    """Check that a module is there and can be imported as far as text tells."""
    found = frame.space.find(module, frame.scope.path)
    if found is None and frame.space.is_made(module, frame.scope.path):
        return
    if found is None:
        raise ImportFails(f"no module named {module!r}", line)
    fail(frame.space.failure(module, frame.scope.path), line)


def _doubt_outside(frame: Frame, module: str, line: int) -> None:
    """Refuse an import, where nothing catches its failure, of what may be installed or not."""
    found = frame.space.find(module, frame.scope.path)
    if found is not None and found.kind == "unknown" and not frame.unsure:
        raise Doubt(no_module(module), line)


def fail(reason: str, line: int) -> None:
    """Raise what importing a module surely raises; nothing for an empty reason."""
    if reason.startswith(SKIPS):
        raise Skipped(reason)
    if reason.startswith((UNSURE, UNDECIDED)):
        raise Doubt(reason, line)
    if reason:
        raise ImportFails(reason, line)


def absolute(frame: Frame, node: ast.ImportFrom) -> str:
    """Return the absolute name of the module a from-import names."""
    if not node.level:
        return node.module or ""
    scope = module_scope(frame.scope)
    package = scope.module if scope.path.endswith("/__init__.py") else scope.module.rpartition(".")[0]
    found = resolve_relative(package, node.level, node.module or "")
    if not found:
        raise ImportFails("a relative import goes past the top-level package", node.lineno)
    return found


def run_from(frame: Frame, node: ast.ImportFrom) -> None:
    """Run `from a import b`.

    Raises:
        ImportFails: If the module or name is missing.
    """
    module = absolute(frame, node)
    if module == "__future__":
        return
    _doubt_outside(frame, module, node.lineno)
    require(frame, module, node.lineno)
    for alias in node.names:
        if alias.name == "*":
            _star(frame, module, node.lineno)
            continue
        if not _may_have(frame, module, alias.name):
            raise ImportFails(f"cannot import name {alias.name!r} from {module!r}", node.lineno)
        if frame.space.is_submodule(module, alias.name, frame.scope.path):
            require(frame, f"{module}.{alias.name}", node.lineno)
        bind(frame, alias.asname or alias.name, Ref(module, alias.name, frame.scope.path, node.lineno))


def _may_have(frame: Frame, module: str, name: str) -> bool:
    """Tell whether a module may have a name, evaluating somebody else's where its left margin is silent."""
    space, importer = frame.space, frame.scope.path
    if not space.has_name(module, name, importer):
        return False
    found = space.find(module, importer)
    if found is None or found.first or not found.readable or space.surely_has(module, name, importer):
        return True
    if found.path.startswith(space.finder.environment.standard) or space.is_made(
        f"{module}.{name}", importer
    ):
        return True
    verdict = space.holds(module, name, importer)
    return space.writes(found.path, name) if verdict is None else verdict


def check_statement(frame: Frame, node: ast.Import | ast.ImportFrom) -> None:
    """Raise what the statement surely raises; bind nothing."""
    if isinstance(node, ast.Import):
        for alias in node.names:
            require(frame, alias.name, node.lineno)
        return
    module = absolute(frame, node)
    require(frame, module, node.lineno)
    for alias in node.names:
        if alias.name != "*" and not _has(frame, module, alias.name):
            raise ImportFails(f"cannot import name {alias.name!r} from {module!r}", node.lineno)


def _has(frame: Frame, module: str, name: str) -> bool:
    """Tell whether a module may have a name, evaluating it where its text does not settle that."""
    space, importer = frame.space, frame.scope.path
    if not space.has_name(module, name, importer):
        return False
    return space.surely_has(module, name, importer) or space.holds(module, name, importer) is not False


def uncertain(frame: Frame, node: ast.Import | ast.ImportFrom) -> bool:
    """Tell whether an import inside a `try` may fail although its module is there, or may be.

    A name that nobody can check.
    """
    space, path = frame.space, frame.scope.path
    if isinstance(node, ast.Import):
        return any(_may_be_missing(space, one.name, path) for one in node.names)
    try:
        module = absolute(frame, node)
    except ImportFails:
        return False
    found = space.find(module, path)
    if found is None:
        return space.is_made(module, path)
    if found.kind in _OUTSIDE:
        return True
    if found.kind == "builtin" or found.path.startswith(space.finder.environment.standard):
        return False
    return any(
        alias.name != "*"
        and not space.surely_has(module, alias.name, path)
        and space.holds(module, alias.name, path) is not True
        for alias in node.names
    )


def _may_be_missing(space: Interpreter, module: str, importer: str) -> bool:
    found = space.find(module, importer)
    return space.is_made(module, importer) if found is None else found.kind in _OUTSIDE


_OUTSIDE = {"declared", "unknown"}
"""Kinds of modules of which it is not known what they hold, or whether they are there."""


def _star(frame: Frame, module: str, line: int) -> None:
    if frame.scope.kind != "module":
        raise GiveUp("a star import in a function")
    if module.partition(".")[0] in {"pytest", "_pytest"}:
        for name in ("mark", "fixture", "param", "skip", "importorskip", "raises", "approx", "warns"):
            bind(frame, name, Ext(f"pytest.{name}"))
        return
    if module in {"unittest", "math", "typing", "hypothesis"}:
        import importlib

        names = getattr(importlib.import_module(module), "__all__", None) if module != "hypothesis" else None
        for name in names or ("given", "settings", "assume", "example", "note", "strategies"):
            bind(frame, name, of_module(frame, module, name, line))
        return
    exported = frame.space.star_names(module, frame.scope.path)
    if exported is None:
        raise Doubt(f"star import from {module}, whose names text does not tell", line)
    for name in exported:
        bind(frame, name, Ref(module, name, frame.scope.path, line))
    if frame.unsure:
        for name in exported:
            bind(frame, name, Unknown("a star import under a condition", line))

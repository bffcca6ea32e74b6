"""Where the text of a module changes in which folders modules are looked for."""

import ast
from collections.abc import Iterator

from importgraph.facts.recording.chains import chain

MARKS = (b"__path__", b"sys.path", b"declare_namespace", b"extend_path", b"addsitedir", b"syspath_prepend")
_CHANGING = {"append", "extend", "insert", "remove", "pop", "clear"}
_SITE = {"addsitedir", "syspath_prepend"}
_NAMESPACE = {"declare_namespace", "extend_path"}


def path_changes(source: bytes, tree: ast.Module) -> tuple[str, ...]:
    """Return the lists of folders that a module changes, sorted: `sys.path`, `__path__`, `package.__path__`.

    Functions count too: whether they run is not asked. The namespace functions of `pkgutil` and
    `pkg_resources` change `__path__`.
    """
    if not any(mark in source for mark in MARKS):
        return ()
    return tuple(sorted({name for node in ast.walk(tree) for name in _changed(node)}))


def _changed(node: ast.AST) -> Iterator[str]:
    if isinstance(node, ast.Call):
        yield from _by_call(chain(node.func))
    elif isinstance(node, ast.Assign | ast.Delete):
        yield from (name for target in node.targets if (name := _path(target)))
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield from filter(None, [_path(node.target)])


def _by_call(name: str) -> Iterator[str]:
    owner, _, last = name.rpartition(".")
    if last in _CHANGING and _is_path(owner):
        yield owner
    elif last in _SITE:
        yield "sys.path"
    elif last in _NAMESPACE:
        yield "__path__"


def _path(target: ast.expr) -> str:
    while isinstance(target, ast.Subscript | ast.Starred):
        target = target.value
    name = chain(target)
    return name if _is_path(name) else ""


def _is_path(name: str) -> bool:
    return name == "sys.path" or name.rpartition(".")[2] == "__path__"

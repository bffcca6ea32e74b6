"""Hooks that only reorder: they put every item into one of several lists, then join those.

Such a hook keeps each item exactly once, and where an item goes depends on that item alone. Its loop is run
on each test.
"""

import ast
from typing import TYPE_CHECKING, Any

import msgspec

from importgraph.evaluation.values.value import Value
from importgraph.namespaces.models.session_objects import SessionObject
from importgraph.namespaces.records import Doubt, Func, GiveUp, Mark
from importgraph.session.code_names import looked_for, names_of_code

if TYPE_CHECKING:
    from importgraph.namespaces.protocol import Interpreter


class Sorter(msgspec.Struct, frozen=True):
    """A hook that only reorders."""

    func: Func
    before: tuple[ast.stmt, ...]
    """What it does before its loop."""
    loop: ast.For
    lists: tuple[str, ...]
    """The names of the lists, in the order in which they are joined."""
    early: bool
    """It runs before pytest groups tests by their parameters."""
    looked_for: frozenset[str] | None
    """The names it looks for in the code of a test; None for any."""


def find_sorter(space: "Interpreter", func: Any) -> Sorter | None:
    """Return what a `pytest_collection_modifyitems` is where it only reorders, else None."""
    if not isinstance(func, Func) or not isinstance(func.node, ast.FunctionDef):
        return None
    try:
        whole = space.whole(func.scope.path, func.node)
    except GiveUp:
        return None
    before: list[ast.stmt] = []
    loop: ast.For | None = None
    lists: list[str] = []
    for statement in whole.body:
        match statement:
            case ast.Expr(value=ast.Constant() | ast.Yield(value=None)) | ast.Pass():
                pass
            case ast.Return(value=None | ast.Yield(value=None) | ast.Constant(value=None)):
                pass
            case ast.Assign(targets=[ast.Name() | ast.Tuple()]) if loop is None:
                before.append(statement)
            case ast.For(target=ast.Name(), iter=ast.Name(id="items"), orelse=[]) if loop is None:
                loop = statement
            case ast.Assign(
                targets=[ast.Subscript(value=ast.Name(id="items"), slice=ast.Slice(None, None, None))]
            ) if loop is not None and not lists:
                lists = _joined(statement.value)
            case _:
                return None
    if loop is None or not lists or len(set(lists)) < len(lists):
        return None
    early = _has_option(func.node, "wrapper", "hookwrapper") or _has_option(func.node, "tryfirst")
    return Sorter(func, tuple(before), loop, tuple(lists), early, looked_for(whole))


def _joined(node: ast.expr) -> list[str]:
    """Return the names of `a + b + c`; nothing where it is something else."""
    if isinstance(node, ast.Name):
        return [node.id]
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add) and isinstance(node.right, ast.Name):
        left = _joined(node.left)
        return [*left, node.right.id] if left else []
    return []


def _has_option(node: ast.FunctionDef, *names: str) -> bool:
    return any(
        word.arg in names and isinstance(word.value, ast.Constant) and word.value.value is True
        for decorator in node.decorator_list
        if isinstance(decorator, ast.Call)
        for word in decorator.keywords
    )


def place_of(space: "Interpreter", sorter: Sorter, item: dict[str, Any]) -> int:
    """Return which of the lists a test goes to.

    Args:
        space: The modules.
        sorter: The hook.
        item: What is known of the test's item, by attribute (`item_facts`).

    Raises:
        Doubt: If text does not tell.
    """
    try:
        lists = space.run_round(
            sorter.func, sorter.before, sorter.loop, SessionObject("Item", None, item), sorter.lists
        )
    except (GiveUp, Doubt):
        raise Doubt(_UNKNOWN) from None
    if sum(lists) != 1:
        raise Doubt(_UNKNOWN)
    return lists.index(1)


def placed(
    space: "Interpreter",
    sorter: Sorter,
    func: Func | None,
    fixtures: list[str],
    marks: list[Any],
    named: tuple[str, ...],
) -> int:
    """Return which list a test goes to; tests of a file that differ in nothing the hook asks for go together.

    Args:
        space: The modules.
        sorter: The hook.
        func: The test's function.
        fixtures: The names of all fixtures it uses.
        marks: Its marks.
        named: The names of further marks, without arguments.

    Raises:
        Doubt: If text does not tell.
    """
    facts = item_facts(space, sorter, func, fixtures, [*marks, *[Mark(name, (), {}) for name in named]])
    code = facts["function"].attributes["__code__"].attributes["co_names"] if "function" in facts else None
    key = ("place", tuple(fixtures), tuple(map(id, marks)), named, code is None)
    known: dict[tuple[str, ...] | None, int] = space.memo.setdefault(key, {})
    if None in known:
        return known[None]  # the hook does not ask for the names in its code
    names = code.names() if known and code is not None else None
    if names is not None and names in known:
        return known[names]
    place = place_of(space, sorter, facts)
    known[code.names() if code is not None and code.asked else None] = place
    return place


_UNKNOWN = "where a hook of a conftest puts its tests is known at run time only"


def item_facts(
    space: "Interpreter", sorter: Sorter, func: Func | None, fixtures: list[str], marks: list[Any]
) -> dict[str, Any]:
    """Return the attributes of a test's item that such hooks ask for."""
    facts: dict[str, Any] = {"fixturenames": space.write(fixtures), "marks": space.write(marks)}
    if func is not None and isinstance(func.node, ast.FunctionDef | ast.AsyncFunctionDef):
        code = SessionObject("Code", None, {"co_names": _Names(space, func, sorter.looked_for)})
        facts["function"] = SessionObject("TestFunction", None, {"__code__": code})
    return facts


class _Names:
    """The names in the code of a test, found out when somebody asks."""

    def __init__(self, space: "Interpreter", func: Func, wanted: frozenset[str] | None) -> None:
        self.space, self.func, self.wanted = space, func, wanted
        self.known: tuple[str, ...] | None = None

    @property
    def asked(self) -> bool:
        """Tell whether somebody asked."""
        return self.known is not None

    def names(self) -> tuple[str, ...]:
        """Return the names."""
        if self.known is None:
            self.known = names_of_code(self.space, self.func, self.wanted)
        return self.known

    def __call__(self) -> Value:
        """Return the names as a value."""
        return self.space.write(self.names())

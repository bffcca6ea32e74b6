"""One parametrisation, read: from a `parametrize` mark, or from the fixture that brings it."""

import ast
from typing import Any

import msgspec

from importgraph.collection.collectors import FoundTest
from importgraph.collection.marks import Marks
from importgraph.collection.parameters.fixtures import SCOPES, Definition
from importgraph.collection.parameters.ids import Set, Undecided
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Doubt, Ext, Func, GiveUp, Lazy, Mark, Param, Ref, Unknown, elements
from importgraph.session.conftests import Conftests

_MOST = 100_000


class Parametrisation(msgspec.Struct, frozen=True):
    """One `parametrize` call, its arguments read."""

    names: tuple[str, ...]
    sets: tuple[Set, ...]
    ids: Any
    scope: str
    frame: Frame
    shared: bool = False
    """It comes from a fixture: all its tests get the same objects."""


def values_given(mark: Mark) -> dict[str, Any]:
    """Return the arguments of a `parametrize` mark by name."""
    names = ("argnames", "argvalues", "indirect", "ids", "scope")
    return dict(zip(names, mark.args, strict=False)) | mark.kwargs


def names_given(mark: Mark) -> tuple[tuple[str, ...], bool]:
    """Return the argument names of a `parametrize` mark, and whether they are one name written as text."""
    names = values_given(mark).get("argnames")
    if isinstance(names, str):
        parts = tuple(name.strip() for name in names.split(",") if name.strip())
        if len(parts) == 1 and names.rstrip().endswith(","):
            raise Undecided  # one name or a tuple of one: versions of pytest differ
        return parts, len(parts) == 1
    listed = elements(names)
    if listed is None or not all(isinstance(name, str) for name in listed):
        raise Undecided
    return tuple(listed), False


def read_mark(frame: Frame, mark: Mark) -> tuple[Parametrisation, Any]:
    """Read a `parametrize` mark."""
    values = values_given(mark)
    parts, single = names_given(mark)
    argvalues = _resolved(frame, values.get("argvalues"))
    if isinstance(argvalues, Lazy) and frame.space.warnings_fail:
        raise Doubt("would fail to collect: parameters from an iterator, and warnings are errors")
    rows = elements(argvalues)
    if rows is None and isinstance(argvalues, Unknown) and _depends_on_files(frame, argvalues.callee):
        raise Doubt(
            f"whether {argvalues.callee}() fails depends on files that are there at run time", argvalues.line
        )
    if rows is None or len(rows) > _MOST:
        raise Undecided
    sets = tuple(_set(frame, row, len(parts), single=single) for row in rows)
    if not sets and frame.space.empty_fails:
        raise Doubt("would fail to collect: an empty set of parameters")
    if not sets:
        sets = (Set((None,) * len(parts), (Mark("skip", (), {}),), "NOTSET"),)
    scope = values.get("scope")
    if scope is not None and scope not in SCOPES:
        raise Undecided
    return Parametrisation(parts, sets, _ids(frame, values.get("ids")), scope or "", frame), values.get(
        "indirect", False
    )


_FILES = {"Path", "open", "listdir", "scandir", "glob", "walk", "exists"}


def _depends_on_files(frame: Frame, callee: str) -> bool:
    """Tell whether a function of somebody else's looks at files and raises errors of its own."""
    func = frame.space.settle(Ext(callee), frame.scope.path) if callee else None
    if not isinstance(func, Func) or func.node is None or isinstance(func.node, ast.Lambda):
        return False
    try:
        nodes = list(ast.walk(frame.space.whole(func.scope.path, func.node)))
    except GiveUp:
        return False
    named = {node.id for node in nodes if isinstance(node, ast.Name)}
    named |= {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    return not named.isdisjoint(_FILES) and any(isinstance(node, ast.Raise) for node in nodes)


def _resolved(frame: Frame, value: Any) -> Any:
    return frame.space.settle(frame.space.resolve(value) if type(value) is Ref else value, frame.scope.path)


def _ids(frame: Frame, ids: Any) -> Any:
    ids = _resolved(frame, ids)
    if ids is None or isinstance(ids, (Func, type)) or callable(ids):
        return ids
    listed = elements(ids)
    if listed is None:
        raise Undecided
    return [_resolved(frame, value) for value in listed]


def _set(frame: Frame, row: Any, count: int, *, single: bool) -> Set:
    row = _resolved(frame, row)
    if isinstance(row, Param):
        values, marks, name = row.values, row.marks, row.id
    elif single:
        values, marks, name = (row,), (), None
    else:
        listed = elements(row)
        if listed is None or isinstance(row, Unknown):
            raise Undecided
        values, marks, name = tuple(listed), (), None
    if len(values) != count:
        raise Undecided
    values = tuple(frame.space.resolve(value) if type(value) is Ref else value for value in values)
    return Set(values, marks, name)


def check_iterators(conftests: Conftests, test: FoundTest, marks: Marks, path: str) -> None:
    """Refuse parameters from an iterator that another test may have used up.

    Only a mark of this test alone is sure.
    """
    for mark in marks.named("parametrize"):
        values = [value for value in (*mark.args, *mark.kwargs.values()) if type(value) is Lazy]
        if not values:
            continue
        own = mark in marks.layers[0] and test.func is not None and test.func.scope.path == path
        user = (path, tuple(name for name, _ in test.classes), test.name)
        if (
            not own
            or any(value.named for value in values)
            or conftests.iterators.setdefault(id(mark), user) != user
        ):
            raise Undecided


def is_indirect(name: str, indirect: Any) -> bool:
    """Tell whether a parameter goes to the fixture of its name.

    Raises:
        Undecided: If text does not tell.
    """
    if isinstance(indirect, bool):
        return indirect
    listed = elements(indirect)
    if listed is None:
        raise Undecided
    return name in listed


def of_fixture(name: str, definitions: list[Definition]) -> Parametrisation | None:
    """Return the parametrisation that a fixture brings.

    The closest definition's, or of one it overrides and requests.
    """
    for definition in reversed(definitions):
        if definition.params is not None:
            rows = elements(_resolved(definition.frame, definition.params))
            if rows is None or definition.scope is None:
                raise Undecided
            sets = tuple(_set(definition.frame, row, 1, single=True) for row in rows)
            if not sets:
                sets = (Set((None,), (Mark("skip", (), {}),), "NOTSET"),)
            return Parametrisation(
                (name,),
                sets,
                _ids(definition.frame, definition.ids),
                definition.scope,
                definition.frame,
                shared=True,
            )
        if name not in (definition.arguments or ()):
            return None
    return None


def scoped(one: Parametrisation, indirect: Any, scopes: dict[str, list[Definition]]) -> Parametrisation:
    """Settle the scope of a mark's parameters (`_infer_parametrize_scope`)."""
    if one.scope:
        return one
    scope = "function"
    if all(is_indirect(name, indirect) for name in one.names):
        used = [scopes[name][-1].scope for name in one.names if scopes.get(name)]
        if None in used:
            raise Undecided
        scope = max((s for s in used if s), key=SCOPES.index, default="function")
    return Parametrisation(one.names, one.sets, one.ids, scope, one.frame)

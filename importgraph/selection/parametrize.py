"""The calls of a test: every combination of its parameters (`_pytest.python.Metafunc`)."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import ast
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from importgraph.selection.collectors import FoundTest
from importgraph.selection.conftests import Conftests
from importgraph.selection.fixtures import SCOPES, Definition, Fixtures, closure, needed
from importgraph.selection.frame import Frame, elements
from importgraph.selection.ids import HIDDEN, IdRules, Set, Undecided, make_ids
from importgraph.selection.marks import Marks
from importgraph.selection.settings import Settings
from importgraph.selection.space import Space
from importgraph.selection.values import (
    Doubt,
    Ext,
    Func,
    GiveUp,
    Inst,
    Later,
    Lazy,
    Mark,
    Param,
    Ref,
    Unknown,
    concrete,
)

_MOST = 100_000


@dataclass(frozen=True, slots=True)
class Call:
    """One combination of parameters."""

    ids: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    unknown_marks: bool = False
    groups: tuple[tuple[int, str, str, str], ...] = ()
    open: bool = False
    """Text does not give the id."""


@dataclass(frozen=True, slots=True)
class Parametrisation:
    """One `parametrize` call, its arguments read."""

    names: tuple[str, ...]
    sets: tuple[Set, ...]
    ids: Any
    scope: str
    frame: Frame
    shared: bool = False
    """It comes from a fixture: all its tests get the same objects."""


@dataclass(frozen=True, slots=True)
class Open:
    """A test whose calls are known at run time only."""

    marks: frozenset[str]
    """Marks that some of them may have."""


def expand(
    frame: Frame, settings: Settings, conftests: Conftests, test: FoundTest, marks: Marks, path: str
) -> Sequence[Call] | Open:
    """Return the calls of a test: one for each combination, none for a test without parameters."""
    if test.unittest:
        return ()
    try:
        return _expand(frame, settings, conftests, test, marks, path)
    except Undecided:
        pass
    try:
        return _expand(frame, settings, conftests, test, marks, path, loose=True)
    except Undecided:
        if _may_be_wide(frame, conftests, test, marks, path):
            raise Doubt(
                f"pytest orders tests by the parameters of `{test.name}`, which are known at run time only"
            ) from None
        return Open(_possible_marks(frame, conftests, path))


def _may_be_wide(frame: Frame, conftests: Conftests, test: FoundTest, marks: Marks, path: str) -> bool:
    """Tell whether a test whose calls are not known may have parameters of more than function scope."""
    for mark in marks.named("parametrize"):
        if (
            mark.kwargs.get("scope", "function") != "function"
            or mark.kwargs.get("indirect", False) is not False
        ):
            return True
    try:
        holders = _fixtures(conftests).in_sight(path, test.classes, frame)
    except Undecided:
        return True
    if any("scope" in text or "indirect" in text for text in _hook_texts(frame, conftests, test, path)):
        return True
    wide = {
        n for h in holders for n, d in h.definitions.items() if d.params is not None and d.scope != "function"
    }
    if not wide:
        return False
    try:
        return any(
            name in wide for name, _ in closure(holders, [*_used(marks), *_arguments(test)], frozenset())
        )
    except Undecided:
        return True


def _possible_marks(frame: Frame, conftests: Conftests, path: str) -> frozenset[str]:
    """Return the marks that parameters which are not wholly known may bring.

    They bring them in `pytest.param` alone, so only marks count that are named in a file which writes that: the test's own,
    the conftests, or one that those use.
    """
    key = ("possible marks", path)
    memo = frame.space.memo
    if key not in memo:
        memo[key] = _marks_beside_param(frame.space, (path, *conftests.chain(os.path.dirname(path))))
    found: frozenset[str] = memo[key]
    return found


def _marks_beside_param(space: Space, roots: tuple[str, ...]) -> frozenset[str]:
    files = {*roots, *[used for known in roots for used in space.uses.get(known, ())]}
    files |= {used for file in tuple(files) for used in space.uses.get(file, ())}
    texts = [text for file in files if b"pytest" in (text := space.source(file) or b"")]
    if not any(_PARAM.search(text) for text in texts):
        return frozenset()
    return frozenset(name.decode() for text in texts for name in _MARK.findall(text))


_PARAM = re.compile(rb"\bparam\b|\bParameterSet\b|\bmarks\s*=")
_MARK = re.compile(rb"\bmark\.(\w+)")


def _expand(
    frame: Frame,
    settings: Settings,
    conftests: Conftests,
    test: FoundTest,
    marks: Marks,
    path: str,
    *,
    loose: bool = False,
) -> Sequence[Call]:
    """Return the calls; where `loose`, also those whose id text does not give.

    Raises:
        Undecided: If their number, scope or order is not known, or, unless `loose`, an id.
    """
    arguments = _arguments(test)
    if marks.unknown:
        raise Undecided
    chain = conftests.chain(os.path.dirname(path))
    if any(conftests.report(conftest).names_ids for conftest in chain):
        raise Undecided
    _check_iterators(conftests, test, marks, path)
    given = [_read(frame, mark) for mark in marks.named("parametrize")]
    direct = frozenset(
        name for one, indirect in given for name in one.names if not _is_indirect(name, indirect)
    )
    holders = _fixtures(conftests).in_sight(path, test.classes, frame)
    initial = [*settings.usefixtures, *_used(marks), *arguments]
    wanted = needed(frame.space, holders, initial, direct)
    _check_generators(frame, conftests, test, chain, {name for name, _ in wanted} | set(arguments))
    named = {name for one, _ in given for name in one.names}
    steps = [
        step for name, definitions in wanted if name not in named and (step := _of_fixture(name, definitions))
    ]
    scopes = dict(wanted)
    steps += [_scoped(one, indirect, scopes) for one, indirect in given]
    rules = IdRules(settings.escape, settings.long_ids, settings.strict_ids)
    calls: list[Call] = []
    for step in steps:
        ids = _made_ids(step, rules, loose=loose)
        if loose and step.scope != "function":
            _check_keys(step)
        calls = _multiply(calls or [Call()], step, ids, test, path)
    return calls


def fixture_names(
    frame: Frame, settings: Settings, conftests: Conftests, test: FoundTest, marks: Marks, path: str
) -> list[str]:
    """Return the `fixturenames` of a test, in no order.

    Raises:
        Undecided: If text does not tell.
    """
    holders = _fixtures(conftests).in_sight(path, test.classes, frame)
    direct = {name for mark in marks.named("parametrize") for name in _names_given(mark)[0]}
    initial = [*settings.usefixtures, *_used(marks), *(() if test.unittest else _arguments(test)), *direct]
    found = dict.fromkeys(name for name, _ in needed(frame.space, holders, initial, frozenset()))
    for name in tuple(found):
        if not any(name in holder.definitions for holder in holders):
            found.update(dict.fromkeys(_PYTEST_FIXTURES.get(name, ())))
    return list(found)


_PYTEST_FIXTURES = {
    "testdir": ("pytester", "monkeypatch", "tmp_path_factory", "request"),
    "pytester": ("monkeypatch", "tmp_path_factory", "request"),
    "tmpdir": ("tmp_path", "tmp_path_factory", "request"),
    "tmp_path": ("tmp_path_factory", "request"),
}
"""The fixtures that fixtures of pytest itself use."""


def _arguments(test: FoundTest) -> tuple[str, ...]:
    func = test.func
    if func is None or func.arguments is None or func.node is None:
        raise Undecided
    names = func.arguments
    if test.classes and not test.static and not func.positional:
        names = names[1:]
    return names[func.patches :] if func.wrapped else names


def _used(marks: Marks) -> list[str]:
    used = []
    for mark in marks.named("usefixtures"):
        for name in mark.args:
            if not isinstance(name, str):
                raise Undecided
            used.append(name)
    return used


def _fixtures(conftests: Conftests) -> Fixtures:
    known: Fixtures | None = conftests.fixtures
    if known is None:
        known = conftests.fixtures = Fixtures(conftests.space, conftests, conftests.plugins)
    return known


def _values_given(mark: Mark) -> dict[str, Any]:
    names = ("argnames", "argvalues", "indirect", "ids", "scope")
    return dict(zip(names, mark.args, strict=False)) | mark.kwargs


def _names_given(mark: Mark) -> tuple[tuple[str, ...], bool]:
    """Return the argument names of a `parametrize` mark, and whether they are one name written as text."""
    names = _values_given(mark).get("argnames")
    if isinstance(names, str):
        parts = tuple(name.strip() for name in names.split(",") if name.strip())
        return parts, len(parts) == 1
    listed = elements(names)
    if listed is None or not all(isinstance(name, str) for name in listed):
        raise Undecided
    return tuple(listed), False


def _read(frame: Frame, mark: Mark) -> tuple[Parametrisation, Any]:
    """Read a `parametrize` mark."""
    values = _values_given(mark)
    parts, single = _names_given(mark)
    argvalues = _resolved(frame, values.get("argvalues"))
    if isinstance(argvalues, Lazy) and frame.space.warnings_fail:
        raise Doubt("would fail to collect: parameters from an iterator, and warnings are errors")
    rows = elements(argvalues)
    if rows is None or len(rows) > _MOST:
        raise Undecided
    sets = tuple(_set(frame, row, len(parts), single=single) for row in rows)
    if not sets:
        sets = (Set((None,) * len(parts), (Mark("skip", (), {}),), "NOTSET"),)
    scope = values.get("scope")
    if scope is not None and scope not in SCOPES:
        raise Undecided
    return Parametrisation(parts, sets, _ids(frame, values.get("ids")), scope or "", frame), values.get(
        "indirect", False
    )


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


def _check_iterators(conftests: Conftests, test: FoundTest, marks: Marks, path: str) -> None:
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


def _is_indirect(name: str, indirect: Any) -> bool:
    if isinstance(indirect, bool):
        return indirect
    listed = elements(indirect)
    if listed is None:
        raise Undecided
    return name in listed


def _of_fixture(name: str, definitions: list[Definition]) -> Parametrisation | None:
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


def _scoped(one: Parametrisation, indirect: Any, scopes: dict[str, list[Definition]]) -> Parametrisation:
    """Settle the scope of a mark's parameters (`_infer_parametrize_scope`)."""
    if one.scope:
        return one
    scope = "function"
    if all(_is_indirect(name, indirect) for name in one.names):
        used = [scopes[name][-1].scope for name in one.names if scopes.get(name)]
        if None in used:
            raise Undecided
        scope = max((s for s in used if s), key=SCOPES.index, default="function")
    return Parametrisation(one.names, one.sets, one.ids, scope, one.frame)


def _made_ids(step: Parametrisation, rules: IdRules, *, loose: bool) -> Sequence[str | None]:
    """Return the ids of a parametrisation; OPEN for each where text does not give one of them."""
    try:
        return make_ids(step.frame, step.names, step.sets, step.ids, rules)
    except Undecided:
        if not loose or HIDDEN.name in {getattr(one.id, "name", "") for one in step.sets}:
            raise
        return [OPEN] * len(step.sets)


OPEN = "\0"
"""Stands for an id that text does not give."""


def _check_keys(step: Parametrisation) -> None:
    """Refuse parameters of which text does not tell whether pytest takes them for the same (`ParamValueKey`).

    One value that is not known differs from lists, classes and constants beside it; two may be equal.
    """
    for values in zip(*[one.values for one in step.sets], strict=True):
        unknown = [value for value in values if isinstance(value, Unknown | Later | Inst | Ext)]
        if len(unknown) > 1 and len({_name_of(value) for value in unknown}) < len(unknown):
            raise Undecided
        if unknown and not step.shared:
            raise Undecided


def _name_of(value: Any) -> str:
    return value.name if isinstance(value, Ext) else ""


def _multiply(
    calls: list[Call], step: Parametrisation, ids: Sequence[str | None], test: FoundTest, path: str
) -> list[Call]:
    if len(calls) * len(ids) > _MOST:
        raise Undecided
    where = _where(step.scope, test, path)
    made = []
    for call in calls:
        for index, (text, one) in enumerate(zip(ids, step.sets, strict=True)):
            names = tuple(mark.name for mark in one.marks or ())
            groups = call.groups
            if step.scope != "function":
                rank = SCOPES.index(step.scope)
                groups = (
                    *groups,
                    *((rank, n, _key(v, index), where) for n, v in zip(step.names, one.values, strict=True)),
                )
            made.append(
                Call(
                    (*call.ids, text) if text is not None else call.ids,
                    (*call.marks, *names),
                    call.unknown_marks or one.marks is None,
                    groups,
                    call.open or text == OPEN,
                )
            )
    return made


def _where(scope: str, test: FoundTest, path: str) -> str:
    if scope == "session":
        return ""
    if scope == "package":
        return os.path.dirname(path)
    return path if scope == "module" else f"{path}::{'::'.join(name for name, _ in test.classes)}"


def _key(value: Any, index: int) -> str:
    """Tell parameters apart as pytest's `ParamValueKey` does.

    By value where it can be hashed, else by index.
    """
    if concrete(value):
        try:
            hash(value)
        except TypeError:
            return f"#{index}"
        return f"{type(value).__name__}:{value!r}"
    return f"#{index}" if isinstance(value, list | dict | set | tuple) else f"@{id(value)}"


def _check_generators(
    frame: Frame, conftests: Conftests, test: FoundTest, chain: tuple[str, ...], names: set[str]
) -> None:
    """Refuse tests that a `pytest_generate_tests` in sight may parametrise."""
    hooks = _hooks(frame, conftests, test, chain)
    for hook in hooks:
        if not _spares(frame, hook, names):
            raise Undecided


def _hooks(frame: Frame, conftests: Conftests, test: FoundTest, chain: tuple[str, ...]) -> list[Any]:
    """Return every `pytest_generate_tests` in sight of a test."""
    hooks = [hook for conftest in chain for hook in conftests.report(conftest).generates]
    hooks.append(frame.scope.names.get("pytest_generate_tests"))
    hooks += [cls.names.get("pytest_generate_tests") for _, cls in test.classes]
    return [hook for hook in hooks if hook is not None]


def _hook_texts(frame: Frame, conftests: Conftests, test: FoundTest, path: str) -> list[str]:
    """Return the text of those hooks; of one that is not in sight, what stands for everything."""
    texts = []
    for hook in _hooks(frame, conftests, test, conftests.chain(os.path.dirname(path))):
        try:
            texts.append(ast.unparse(frame.space.whole(hook.scope.path, hook.node)))
        except (GiveUp, AttributeError):
            texts.append("scope indirect mark")
    return texts


def _spares(frame: Frame, hook: Any, names: set[str]) -> bool:
    """Tell whether a hook does nothing for a test that uses these fixtures: it only asks for other names."""
    if not isinstance(hook, Func) or not isinstance(hook.node, ast.FunctionDef):
        return False
    try:
        body = frame.space.whole(hook.scope.path, hook.node).body
    except GiveUp:
        return False
    for statement in body:
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Constant):
            continue
        match statement:
            case ast.If(
                test=ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.In()], comparators=[right]),
                orelse=[],
            ):
                if name in names or not (isinstance(right, ast.Attribute) and right.attr == "fixturenames"):
                    return False
            case ast.If(
                test=ast.Compare(left=ast.Constant(value=str(name)), ops=[ast.NotIn()], comparators=[right]),
                body=[ast.Return(value=None)],
                orelse=[],
            ) if isinstance(right, ast.Attribute) and right.attr == "fixturenames" and name not in names:
                return True
            case _:
                return False
    return True

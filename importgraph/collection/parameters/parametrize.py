"""The calls of a test: every combination of its parameters (`_pytest.python.Metafunc`)."""

# ruff: noqa: PTH120 -- paths are texts here: there are thousands

import os
from collections.abc import Sequence

import msgspec
from msgspec.structs import replace

from importgraph.collection.collectors import FoundTest
from importgraph.collection.marks import Marks
from importgraph.collection.parameters.fixtures import SCOPES, Fixtures, closure, needed
from importgraph.collection.parameters.generate_tests import check_generators, hook_texts
from importgraph.collection.parameters.ids import HIDDEN, IdRules, Undecided, make_ids
from importgraph.collection.parameters.keys import check_keys, key_of, numbered
from importgraph.collection.parameters.possible_marks import possible_marks
from importgraph.collection.parameters.sets import (
    Parametrisation,
    check_iterators,
    is_indirect,
    names_given,
    of_fixture,
    read_mark,
    scoped,
    values_given,
)
from importgraph.namespaces.protocol import Frame
from importgraph.namespaces.records import Doubt, WouldFail
from importgraph.session.conftests import Conftests
from importgraph.session.settings import Settings

_MOST = 100_000


class Call(msgspec.Struct, frozen=True):
    """One combination of parameters."""

    ids: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    unknown_marks: bool = False
    groups: tuple[tuple[int, str, str, str], ...] = ()
    open: bool = False
    """Text does not give the id."""


class Open(msgspec.Struct, frozen=True):
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
        return Open(possible_marks(frame, conftests, path))


def _may_be_wide(frame: Frame, conftests: Conftests, test: FoundTest, marks: Marks, path: str) -> bool:
    """Tell whether a test whose calls are not known may have parameters of more than function scope."""
    indirect: set[str] = set()
    try:
        holders = _fixtures(conftests).in_sight(path, test.classes, frame)
        for mark in marks.named("parametrize"):
            given = values_given(mark)
            if given.get("scope") not in {None, "function"}:
                return True
            names = names_given(mark)[0]
            indirect |= {name for name in names if is_indirect(name, given.get("indirect", False))}
    except Undecided:
        return True
    for name in indirect:
        defined = [holder.definitions[name] for holder in holders if name in holder.definitions]
        if not defined or defined[-1].scope != "function":
            return True
    if any("scope" in text or "indirect" in text for text in hook_texts(frame, conftests, test, path)):
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
    bare = None
    if not marks.has("parametrize"):
        bare = ("bare", arguments, tuple(_used(marks)), *[id(cls) for _, cls in test.classes])
        if bare in frame.space.memo:
            return ()
    chain = conftests.chain(os.path.dirname(path))
    if any(conftests.report(conftest).names_ids for conftest in chain):
        raise Undecided
    check_iterators(conftests, test, marks, path)
    given = [read_mark(frame, mark) for mark in marks.named("parametrize")]
    direct = frozenset(
        name for one, indirect in given for name in one.names if not is_indirect(name, indirect)
    )
    holders = _fixtures(conftests).in_sight(path, test.classes, frame)
    initial = [*settings.usefixtures, *_used(marks), *arguments]
    wanted = needed(frame.space, holders, initial, direct)
    check_generators(frame, conftests, test, chain, {name for name, _ in wanted} | set(arguments))
    named = {name for one, _ in given for name in one.names}
    _check_used(named, {name for name, _ in wanted} | set(initial), test)
    steps = [
        step for name, definitions in wanted if name not in named and (step := of_fixture(name, definitions))
    ]
    if bare is not None and not steps:
        frame.space.memo[bare] = (
            True  # others of the file with the same classes, arguments and marks have no parameters, too
        )
        return ()
    scopes = dict(wanted)
    steps += [scoped(one, indirect, scopes) for one, indirect in given]
    rules = IdRules(settings.escape, settings.long_ids, settings.strict_ids)
    calls: list[Call] = []
    for step in steps:
        ids = _made_ids(step, rules, loose=loose)
        if loose and step.scope != "function":
            check_keys(step)
        calls = _multiply(calls or [Call()], step, ids, test, path, direct)
    if not any(call.groups for call in calls):
        return calls
    return [replace(call, groups=numbered(call.groups, index)) for index, call in enumerate(calls)]


UNUSED = "uses no argument"
"""Stands in the reason why a test cannot be collected that is given parameters it does not take."""


def _check_used(named: set[str], used: set[str], test: FoundTest) -> None:
    """Refuse parameters that a test does not take, as `Metafunc._validate_if_using_arg_names` does."""
    unused = sorted(named - used)
    if unused:
        line = getattr(test.func.node, "lineno", 0) if test.func is not None else 0
        raise WouldFail(f"`{test.name}` {UNUSED} `{unused[0]}`", line)


def fixture_names(
    frame: Frame, settings: Settings, conftests: Conftests, test: FoundTest, marks: Marks, path: str
) -> list[str]:
    """Return the `fixturenames` of a test, in no order.

    Raises:
        Undecided: If text does not tell.
    """
    holders = _fixtures(conftests).in_sight(path, test.classes, frame)
    direct = {name for mark in marks.named("parametrize") for name in names_given(mark)[0]}
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


def _multiply(
    calls: list[Call],
    step: Parametrisation,
    ids: Sequence[str | None],
    test: FoundTest,
    path: str,
    direct: frozenset[str],
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
                pairs = zip(step.names, one.values, strict=True)
                groups = (
                    *groups,
                    *((rank, n, key_of(v, index, direct=n in direct), where) for n, v in pairs),
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

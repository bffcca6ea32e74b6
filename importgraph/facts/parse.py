"""The bytes of one file to facts: pure, and never an exception."""

import ast
from collections.abc import Iterator

from importgraph import failures
from importgraph.facts.model import (
    Broken,
    Exports,
    LazyEntry,
    ModuleFacts,
    Origin,
    Parsed,
    Scope,
    Step,
    StepKind,
)
from importgraph.facts.path_changes import path_changes
from importgraph.facts.recording.chains import chain, literal
from importgraph.facts.recording.doubts import early_futures
from importgraph.facts.recording.recorder import Context, Recorder
from importgraph.facts.recording.tally import Tally
from importgraph.facts.recording.walk import walk_module
from importgraph.facts.source import host
from importgraph.facts.source.syntax import compile_error, parse_source


def parse_module(source: bytes) -> Parsed:
    """Read facts from the bytes of a Python file.

    Returns:
        The facts; for a file that does not parse, those that could be recovered, with the reason and line.
    """
    try:
        syntax = parse_source(source)
        broken, late = _reported(syntax.broken), _reported(syntax.late)
    except Exception as error:  # noqa: BLE001 -- one file must not take the others down
        return Parsed(NOTHING, Broken(failures.reason(error), None))
    try:
        lines = syntax.text.count("\n") + 1
        facts, is_doubtful = recorded_facts(syntax.tree, syntax.lazy, lines, source)
        if broken is None and (is_doubtful or b"__debug__" in source):
            broken = _reported(compile_error(source))
        return Parsed(facts, broken, late)
    except Exception as error:  # noqa: BLE001 -- the same
        return Parsed(NOTHING, broken or Broken(failures.reason(error), None))


def _reported(broken: host.Broken | None) -> Broken | None:
    if broken is None:
        return None
    return Broken(broken.reason.encode("utf-8", "backslashreplace").decode(), broken.line)


def read_facts(
    tree: ast.Module, lazy_lines: frozenset[int] = frozenset(), lines: int = 0, *, source: bytes = b""
) -> ModuleFacts:
    """Read facts from a syntax tree."""
    return recorded_facts(tree, lazy_lines, lines, source)[0]


def recorded_facts(
    tree: ast.Module, lazy_lines: frozenset[int], lines: int, source: bytes
) -> tuple[ModuleFacts, bool]:
    """Return facts, and whether the tree holds something that may not compile."""
    future = any(
        isinstance(node, ast.ImportFrom)
        and node.module == "__future__"
        and any(alias.name == "annotations" for alias in node.names)
        for node in tree.body
    )
    recorder = Recorder(lazy_lines, future_annotations=future)
    recorder.early_futures = early_futures(tree.body)
    recorder.holds_special = any(mark in source for mark in (b":=", b"yield", b"*")) or not source
    body = walk_module(recorder, tree)
    lazy_modules = _module_strings(tree, "__lazy_modules__")
    _add_pytest_plugins(recorder, tree)
    facts = ModuleFacts(
        imports=tuple(recorder.imports),
        conditions=tuple(recorder.conditions),
        body=body,
        functions=tuple(f for f in recorder.functions if f is not None),
        classes=tuple(recorder.classes),
        definitions=tuple(recorder.definitions),
        strings=tuple(recorder.strings.items()),
        type_only=tuple(sorted(recorder.type_only)),
        exports=_exports(tree),
        dynamic=tuple(recorder.dynamic),
        lazy_table=_lazy_table(recorder, tree, body),
        hazards=tuple(sorted(recorder.hazards | _used_hazards(recorder, body, source))),
        lazy_modules=tuple(_text(element) for element in lazy_modules),
        future_annotations=future,
        lines=lines,
        work=recorder.tally.freeze(len(source)),
        path_changes=path_changes(source, tree),
        closed=recorder.closed,
    )
    return facts, recorder.doubtful


FRAMES = (b"f_globals", b"f_locals")
"""Attributes of a frame: through them a function changes the names of who calls it."""

NOTHING = ModuleFacts(
    *((), (), (), (), (), (), (), (), None, (), (), (), ()),
    future_annotations=False,
    lines=0,
    work=Tally().freeze(0),
)
"""Facts of a file of which nothing could be read."""


def _used_hazards(recorder: Recorder, body: tuple[object, ...], source: bytes) -> set[str]:
    names = {getattr(step, "name", "") for step in body}
    for function in recorder.functions:
        if function is not None:
            names.update(function.uses)
    found = {"sys.modules"} if any(name.startswith("sys.modules") for name in names) else set()
    return found | {mark.decode() for mark in FRAMES if mark in source}


def _lazy_table(recorder: Recorder, tree: ast.Module, body: tuple[Step, ...]) -> tuple[LazyEntry, ...]:
    """Read literal dictionaries of modules and names where the module answers for names lazily."""
    answers = any(step.kind is StepKind.FUNCTION and step.name == "__getattr__" for step in body)
    if not answers and "sys.modules" not in recorder.hazards:
        return ()
    rows: list[LazyEntry] = []
    for statement in tree.body:
        if not isinstance(statement, ast.FunctionDef | ast.ClassDef | ast.AsyncFunctionDef):
            for node in ast.walk(statement):
                if isinstance(node, ast.Dict):
                    rows.extend(_rows(node))
    return tuple(rows)


def _rows(table: ast.Dict) -> Iterator[LazyEntry]:
    """Yield the rows of `{"module": ["name", …]}`, `{"name": "module"}` and `{"name": ("module", …)}`."""
    for key, value in zip(table.keys, table.values, strict=True):
        left = _text(key) if key is not None else ""
        if not left:
            continue
        elements = _elements(value)
        if elements is None:
            if _text(value):
                yield LazyEntry(_text(value), left, value.lineno)
        elif isinstance(value, ast.Tuple) and elements and "." in _text(elements[0]) and "." not in left:
            yield LazyEntry(_text(elements[0]), left, value.lineno)
        else:
            yield from (
                LazyEntry(left, _text(element), element.lineno) for element in elements if _text(element)
            )


def _text(node: ast.expr) -> str:
    return literal(node) or ""


def _elements(node: ast.expr) -> list[ast.expr] | None:
    return node.elts if isinstance(node, ast.List | ast.Tuple | ast.Set) else None


def _module_strings(tree: ast.Module, name: str) -> list[ast.expr]:
    """Return the literal strings of a module-level assignment, as nodes."""
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id=target)], value=value) if target == name:
                elements = _elements(value)
                nodes = [value] if elements is None else elements
                return [node for node in nodes if _text(node)]
    return []


def _add_pytest_plugins(recorder: Recorder, tree: ast.Module) -> None:
    context = Context(scope=Scope.MODULE)
    for node in _module_strings(tree, "pytest_plugins"):
        found = recorder.make_import(
            context,
            node,
            module=_text(node),
            level=0,
            name=None,
            alias=None,
            lazy=False,
            origin=Origin.PYTEST_PLUGINS,
        )
        recorder.imports.append(found)


class _All:
    """Follows the statements that build `__all__`."""

    def __init__(self) -> None:
        self.found = False
        self.names: list[str] = []
        self.modules: list[str] = []
        self.exact = True

    def assign(self, value: ast.expr) -> None:
        self.found, self.names, self.modules, self.exact = True, [], [], True
        self.add(value)

    def add(self, value: ast.expr) -> None:
        elements = _elements(value)
        if elements is not None:
            for element in elements:
                self._element(element)
        elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
            self.add(value.left)
            self.add(value.right)
        elif (
            isinstance(value, ast.Call)
            and chain(value.func) in {"list", "tuple", "sorted"}
            and len(value.args) == 1
        ):
            self.add(value.args[0])
        elif (text := chain(value)).endswith(".__all__"):
            self.modules.append(text.removesuffix(".__all__"))
        elif text != "__all__":
            self.exact = False

    def _element(self, element: ast.expr) -> None:
        if _text(element):
            self.names.append(_text(element))
        elif isinstance(element, ast.Starred):
            self.add(element.value)
        else:
            self.exact = False

    def call(self, method: str, arguments: list[ast.expr]) -> None:
        if method == "extend" and len(arguments) == 1:
            self.add(arguments[0])
        elif method == "append" and len(arguments) == 1:
            self._element(arguments[0])
        elif method == "remove" and len(arguments) == 1 and _text(arguments[0]) in self.names:
            self.names.remove(_text(arguments[0]))
        else:
            self.exact = False


def _exports(tree: ast.Module) -> Exports | None:
    everything = _All()
    for statement in tree.body:
        match statement:
            case ast.Assign(targets=[ast.Name(id="__all__")], value=value):
                everything.assign(value)
            case ast.AnnAssign(target=ast.Name(id="__all__"), value=ast.expr() as value):
                everything.assign(value)
            case ast.AugAssign(target=ast.Name(id="__all__"), value=value):
                everything.found = True
                everything.add(value)
            case ast.Expr(
                value=ast.Call(func=ast.Attribute(value=ast.Name(id="__all__"), attr=method), args=arguments)
            ):
                everything.call(method, arguments)
            case _:
                pass
    if not everything.found:
        return None
    return Exports(tuple(everything.names), tuple(everything.modules), everything.exact)

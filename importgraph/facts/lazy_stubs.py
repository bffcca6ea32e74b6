"""Packages whose names are answered lazily as a stub beside them says (`lazy_loader.attach_stub`, SPEC 1)."""

import ast
from collections.abc import Callable, Collection, Iterator

from msgspec.structs import replace

from importgraph.facts.model import Import, ModuleFacts, Origin, Scope, StepKind
from importgraph.facts.source.syntax import parse_source


def with_stub(
    facts: ModuleFacts, path: str, stubs: Collection[str], read: Callable[[str], bytes]
) -> ModuleFacts:
    """Add to a module's facts the imports that the stub beside it lists, where the module asks for them.

    Args:
        facts: What the text of the module says.
        path: Where it is.
        stubs: The stub files of the tree.
        read: Returns the bytes of a file of the tree.
    """
    stub = f"{path.removesuffix('.py')}.pyi"
    if stub not in stubs:
        return facts
    lines = [step.line for step in facts.body if step.kind is StepKind.CALL and _asks(step.name)]
    if not lines:
        return facts
    try:
        tree = parse_source(read(stub)).tree
    except OSError:
        return facts
    nodes = [node for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)]
    if any(node.level != 1 or any(alias.name == "*" for alias in node.names) for node in nodes):
        return facts  # lazy_loader refuses such a stub
    listed = tuple(item for node in nodes for item in _listed(node, lines[0]))
    return replace(facts, imports=(*facts.imports, *listed), closed=True)


def _asks(name: str) -> bool:
    return name.rpartition(".")[2] == "attach_stub"


def _listed(node: ast.ImportFrom, line: int) -> Iterator[Import]:
    for alias in node.names:
        yield Import(
            module=node.module or "",
            level=1,
            name=alias.name,
            alias=None,
            line=line,
            column=1,
            scope=Scope.MODULE,
            guards=(),
            when=(),
            lazy=True,
            origin=Origin.DYNAMIC,
            function=-1,
            tried=-1,
            handles=-1,
            conditional=False,
        )

"""Names of one module that another changes when it is imported.

What they are depends on which files came before.

pytest imports all test files into one process. Here files are read in any order and in several processes,
so such names count as unknown.
"""

import re
from collections.abc import Iterable, Iterator

from importgraph.facts.source.blanking import skim
from importgraph.namespaces.protocol import Interpreter
from importgraph.namespaces.text.texts import absolute_name
from importgraph.text.module_names import base_and_name

_CHANGE = re.compile(
    rb"\n[ \t]*+(?P<name>\w++)(?:"
    rb"\.(?:append|extend|insert|update|add|setdefault|pop|popitem|remove|discard|clear|sort|reverse)\("
    rb"|\[[^\]\n]*\][ \t]*[-+*/|&]?=(?!=)"
    rb"|[ \t]*[-+*/|&]=(?!=)"
    rb"|\.\w+[ \t]*=(?!=))"
)


def changed_elsewhere(space: Interpreter, files: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Return the names, each with its file, which some of the files import and change at module level."""
    found: set[tuple[str, str]] = set()
    for path in files:
        source = b"\n" + (space.source(path) or b"")
        names = set(_CHANGE.findall(source))
        if not names:
            continue
        entries = space.index(path).entries
        imported = {
            name for name, entry in entries.items() if entry.kind == "import" and name.encode() in names
        }
        if not imported:
            continue
        module = base_and_name(path)[1]
        for changed in set(_CHANGE.findall(skim(source))):
            name = changed.decode()
            if name in imported:
                entry = entries[name]
                found.update(
                    _holders(space, path, absolute_name(module, path, entry.module), entry.name, set())
                )
    return frozenset(found)


def _holders(
    space: Interpreter, importer: str, module: str, name: str, looked_at: set[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """Yield the places that a name passes through, from where it is taken to where it is defined."""
    where = space.find(module, importer) if module else None
    if where is None or not where.readable or not where.first or (where.path, name) in looked_at:
        return
    looked_at.add((where.path, name))
    yield where.path, name
    entry = space.index(where.path).entries.get(name)
    if entry is not None and entry.kind == "import":
        yield from _holders(
            space, where.path, absolute_name(module, where.path, entry.module), entry.name, looked_at
        )
    elif entry is None:
        for star in space.index(where.path).stars:
            yield from _holders(space, where.path, absolute_name(module, where.path, star), name, looked_at)

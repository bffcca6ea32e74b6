"""What compiled modules import: as their Cython source says, else as far as the names in them tell.

Cython runs the imports of a source as Python would when the extension is loaded; for a `cimport` of a type it
imports the module that has it (`__Pyx_ImportType`), for one of a declaration it imports nothing.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from msgspec.structs import replace

from importgraph.graph.edges import make_edge
from importgraph.graph.model import AtImport, ImportEdge, Kind, Module
from importgraph.graph.resolve import Resolver
from importgraph.names import ancestors, resolve_relative, top_level

_LARGEST = 64_000_000
"""Bytes of an extension that are worth looking through."""
_TEXTS = re.compile(r"\"\"\"(?:\\.|[^\\])*?\"\"\"|'''(?:\\.|[^\\])*?'''", re.DOTALL)
_STATEMENT = re.compile(
    r"""^(?:from[ \t]+(?P<source>\.*[ \t]*[\w.]*)[ \t]+)?(?P<kind>c?import)\b
    (?P<names>[ \t]*\([^)]*\)|(?:\\\n|[^\n\#])*)""",
    re.MULTILINE | re.VERBOSE,
)
_COMMENT = re.compile(r"#[^\n]*")
_NAME = re.compile(r"[\w.]+|\*")


class _Stated(NamedTuple):
    """An import in a Cython source."""

    module: str
    level: int
    name: str
    """What is taken from the module; empty for the module itself."""
    line: int
    is_type_only: bool
    """It is a `cimport`."""


def compiled_edges(
    resolver: Resolver, compiled: Iterable[str], read: Callable[[str], bytes]
) -> Iterator[ImportEdge]:
    """Yield the imports of the modules that have no Python source.

    Args:
        resolver: What knows the modules.
        compiled: The paths of extensions and their sources, relative to the root.
        read: Returns the bytes of a file.
    """
    sources = {path.removesuffix(".pyx"): path for path in compiled if path.endswith(".pyx")}
    for module in resolver.modules.values():
        if module.kind is Kind.EXTENSION:
            stem = _without_tag(module.path)
            if stem in sources:
                yield from _of_source(resolver, module, sources[stem], read(sources[stem]))
            else:
                yield from _of_names(resolver, module, read(module.path))


def _without_tag(path: str) -> str:
    folder, slash, last = path.rpartition("/")
    return f"{folder}{slash}{last.partition('.')[0]}"


def _of_source(resolver: Resolver, module: Module, path: str, text: bytes) -> Iterator[ImportEdge]:
    seen: set[str] = set()
    for item in _stated(text.decode("utf-8", "replace")):
        absolute = resolve_relative(module.package, item.level, item.module) if item.level else item.module
        source = resolver.finder.find(absolute, module) if absolute else None
        inner = resolver.finder.find(f"{absolute}.{item.name}", module) if absolute and item.name else None
        for target in (source, inner):
            if target is not None and target not in seen and target != module.name:
                seen.add(target)
                may = item.is_type_only
                edge = make_edge(resolver, module.name, -1, target, item.line)
                yield replace(edge, path=path, at_import=AtImport.MAY if may else AtImport.RUNS)


def _stated(text: str) -> Iterator[_Stated]:
    """Yield the imports of a source that stand outside of any block."""
    plain = _TEXTS.sub(lambda found: "\n" * found.group().count("\n"), text)
    for found in _STATEMENT.finditer(plain):
        line = plain.count("\n", 0, found.start()) + 1
        is_type_only = found["kind"] == "cimport"
        listed = _COMMENT.sub("", found["names"]).replace("\\\n", " ").strip(" \t()").split(",")
        names = [name.group() for one in listed if (name := _NAME.search(one))]
        if found["source"] is None:
            yield from (_Stated(name, 0, "", line, is_type_only) for name in names)
        else:
            source = found["source"].replace(" ", "")
            module = source.lstrip(".")
            level = len(source) - len(module)
            yield from (_Stated(module, level, name, line, is_type_only) for name in names)


def _of_names(resolver: Resolver, module: Module, binary: bytes) -> Iterator[ImportEdge]:
    """Yield what an extension may import: modules whose whole names stand in it as texts."""
    if len(binary) > _LARGEST:
        return
    top = top_level(module.name)
    is_cython = b"__pyx" in binary
    own = {module.name, *ancestors(module.name)}
    texts = re.findall(rb"\x00(" + re.escape(top.encode()) + rb"(?:\.[A-Za-z_]\w*)+)(?=\x00)", binary)
    for name in sorted({text.decode() for text in texts} - own):
        target = resolver.finder.find(name, module)
        if target is not None:
            edge = make_edge(resolver, module.name, -1, target, 1)
            yield replace(edge, at_import=AtImport.MAY, fallback=not is_cython)

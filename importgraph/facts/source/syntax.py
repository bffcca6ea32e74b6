"""Bytes of a Python file to a syntax tree, whatever the host's version and the state of the file."""

import ast
import re
import sys

import msgspec

from importgraph import failures
from importgraph.facts.source import host
from importgraph.facts.source.decoding import Decoded, declared_encoding, decode
from importgraph.facts.source.host import Broken
from importgraph.facts.source.thinning import thinned

__all__ = ["Broken", "Syntax", "parse_source"]

_HOST_IS_OLD = sys.version_info < (3, 12)
"""It rejects every `type` statement: there is no need to try."""
_HOST_IS_LAZY = sys.version_info >= (3, 15)


class Syntax(msgspec.Struct, frozen=True):
    """What parsing a file gave."""

    tree: ast.Module
    """The whole tree or, for a broken file, what could be recovered of it."""
    text: str
    """The source as it was, decoded; empty where it could not be decoded."""
    lazy: frozenset[int]
    """The lines of the statements that begin with ``lazy``."""
    broken: Broken | None
    """None when the file is valid in some Python 3 up to 3.15."""
    late: Broken | None = None
    """Why Python rejects it from 3.14 on, where earlier ones do not."""


def parse_source(source: bytes) -> Syntax:
    """Parse the bytes of a file; never raises.

    Trees have the lines and columns of the original text. Newer syntax has the nodes of newer interpreters,
    with ``is_lazy`` on lazy imports, also where the host's own ast lacks them.
    """
    try:
        if _HOST_IS_OLD and b"\ntype " in source and (quick := _parse_quickly(source)):
            return quick
        tree = host.parse(thinned(source))
        if isinstance(tree, ast.Module) and (decoded := _text(source)).broken is None:
            lazy = lazy_lines(tree) if _HOST_IS_LAZY and b"lazy" in source else frozenset[int]()
            return Syntax(tree, decoded.text, lazy, None, decoded.late)
        return _parse_rejected(source)
    except Exception as error:  # noqa: BLE001 -- one file must not take the others down
        return Syntax(ast.Module([], []), "", frozenset(), Broken(failures.reason(error), None))


def compile_error(source: bytes) -> Broken | None:
    """Return why Python does not compile a file that it parses, such as `return` outside a function.

    Nothing is executed. Newer syntax is compiled as what it is patched into for the host's grammar.
    """
    thin = thinned(source)
    found = host.compile_error(thin)
    if found is None or isinstance(host.parse(thin), ast.Module):
        return found
    from importgraph.facts.source.newer_syntax import levelled

    return host.compile_error(levelled(thinned(_readable(decode(source)))).source)


def lazy_lines(tree: ast.Module) -> frozenset[int]:
    """Give the lines of the lazy imports in a tree."""
    imports = (node for node in ast.walk(tree) if isinstance(node, ast.Import | ast.ImportFrom))
    return frozenset(node.lineno for node in imports if getattr(node, "is_lazy", 0))


def _text(source: bytes) -> Decoded:
    """Decode, the common case fast: UTF-8 that says nothing else about itself."""
    if declared_encoding(source) is None:
        try:
            return Decoded(source.decode("utf-8-sig"), None)
        except UnicodeDecodeError:
            pass
    return decode(source)


def _parse_quickly(source: bytes) -> Syntax | None:
    """Parse a file with the commonest kinds of newer syntax; None where it has others, or is none."""
    from importgraph.facts.source.newer_syntax import quickly_parsed

    decoded = _text(source)
    tree = quickly_parsed(thinned(_readable(decoded))) if decoded.broken is None else None
    if tree is None:
        return None
    lazy = lazy_lines(tree) if b"lazy" in source else frozenset[int]()
    return Syntax(tree, decoded.text, lazy, None, decoded.late)


def _readable(decoded: Decoded) -> bytes:
    text = decoded.text
    if "\r" in text:
        text = re.sub("\r\n?", "\n", text)
    return text.replace("\0", " ").encode("utf-8", "replace")


def _parse_rejected(source: bytes) -> Syntax:
    """Parse what the host rejects: newer syntax first, then whatever can be recovered."""
    from importgraph.facts.source.newer_syntax import levelled
    from importgraph.facts.source.recovery import recovered

    quick = _parse_quickly(source)
    if quick is not None:
        return quick
    decoded = decode(source)
    level = levelled(thinned(_readable(decoded)))
    tree = host.parse(level.source.decode())
    broken = decoded.broken
    if isinstance(tree, Broken):
        broken = broken or tree
        tree = recovered(level.source)
    tree = level.graft(tree)
    text = "" if decoded.broken and "NUL" not in decoded.broken.reason else decoded.text
    lazy = lazy_lines(tree) if b"lazy" in source else frozenset[int]()
    return Syntax(tree, text, lazy, broken, decoded.late)

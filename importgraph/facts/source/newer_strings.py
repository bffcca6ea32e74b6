"""Find f-strings as PEP 701 has them, t-strings (PEP 750) and unpacking in comprehensions (PEP 798).

tree-sitter tells where they are; only those that the host rejects are patched.
"""

import ast
import functools
import itertools
import re
from collections.abc import Iterator

import tree_sitter
import tree_sitter_python
from tree_sitter import Node

from importgraph.facts.source import grafts, host, newer_nodes
from importgraph.facts.source.grafts import Original, Patch
from importgraph.facts.source.string_nodes import string_node

_PREFIX = re.compile(rb"([A-Za-z]*)[\"']")
_TELLTALE = re.compile(rb"[\\#'\"\n]|\{[^{]*\{[^{]*\{|![a-z]\s")
"""What an older grammar may not allow in an interpolation."""
_WORTH_A_LOOK = re.compile(rb"[fFtT][rR]?[\"']|\*")
_STEPS = 20_000
_STEPS_PER_BYTE = 0.2
"""Four times what the densest ordinary text takes (long lists of digits), thirty times what most does."""
_CHUNK = 1 << 16
_QUERY = """
(string) @string
(list_comprehension body: (list_splat) @unpack)
(set_comprehension body: (list_splat) @unpack)
(generator_expression body: (list_splat) @unpack)
(dictionary . (dictionary_splat) @unpack_items)
"""


def string_patches(original: Original) -> tuple[Patch, ...]:
    """Find the strings and comprehensions that the host cannot read, and patch each."""
    if not _WORTH_A_LOOK.search(original.source):
        return ()
    found = _captures(original.source)
    patches = [
        *_string_patches(found.get("string", []), original),
        *(_unpack_patch(node) for node in found.get("unpack", [])),
        *(_unpack_items_patch(node) for node in found.get("unpack_items", []) if _is_comprehension(node)),
    ]
    return tuple(grafts.apart(patches))


def _captures(source: bytes) -> dict[str, list[Node]]:
    """Query the tree of the source; give up on the rare text for which tree-sitter takes for ever.

    It reports each hundred of its operations, so what it gives up on is the same on every machine.
    """
    parser, query = _tools()
    steps = itertools.count()
    most = _STEPS + int(len(source) * _STEPS_PER_BYTE)
    try:
        tree = parser.parse(
            lambda offset, _: source[offset : offset + _CHUNK],
            progress_callback=lambda *_: next(steps) > most,
        )
    except ValueError:
        parser.reset()
        return {}
    return tree_sitter.QueryCursor(query).captures(tree.root_node)


@functools.cache
def _tools() -> tuple[tree_sitter.Parser, tree_sitter.Query]:
    language = tree_sitter.Language(tree_sitter_python.language())
    return tree_sitter.Parser(language), tree_sitter.Query(language, _QUERY)


def _string_patches(nodes: list[Node], original: Original) -> Iterator[Patch]:
    """Patch strings, each concatenation as one; parsing an interpolation reaches the strings in it."""
    end = -1
    for node in sorted(nodes, key=lambda node: node.start_byte):
        if node.start_byte >= end:
            end = node.end_byte
            if _may_be_newer(node, original.source):
                whole = _whole(node)
                end = whole.end_byte
                yield from _string_patch(whole, original)


def _may_be_newer(node: Node, source: bytes) -> bool:
    """Say, fast and erring towards yes, whether an older grammar may reject a string."""
    found = _PREFIX.match(source, node.start_byte)
    prefix = found[1].lower() if found else b""
    if b"f" not in prefix:
        return b"t" in prefix
    fields = [each for each in node.children if each.type == "interpolation"]
    return any(_TELLTALE.search(source, each.start_byte, each.end_byte) for each in fields)


def _whole(node: Node) -> Node:
    """Give the implicit concatenation that a string is a part of, else the string."""
    parent = node.parent
    return parent if parent is not None and parent.type == "concatenated_string" else node


def _string_patch(node: Node, original: Original) -> Iterator[Patch]:
    """Give a patch for a string that the host rejects and the newest grammar allows."""
    start, end = node.start_byte, node.end_byte
    text = original.text(start, end)
    if isinstance(host.parse(f"({text})"), host.Broken) and (value := string_node(node, original)):
        yield grafts.placeholder(start, end, original.source, value)


def _unpack_patch(node: Node) -> Patch:
    """Blank the star of ``[*x for x in y]``."""
    return Patch(node.start_byte, b" ", node.children[-1].start_byte, ast.expr, _starred)


def _starred(value: ast.expr) -> ast.AST:
    made = ast.Starred(value=value, ctx=ast.Load())
    end = value.end_lineno or value.lineno, value.end_col_offset or 0
    placed: ast.expr = grafts.placed(made, (value.lineno, value.col_offset - 1), end)
    return placed


def _is_comprehension(splat: Node) -> bool:
    """Say whether ``{**x ...`` goes on with ``for``: tree-sitter has no rule for it and reports an error."""
    return splat.parent is not None and splat.parent.has_error


def _unpack_items_patch(node: Node) -> Patch:
    """Blank the stars of ``{**x for x in y}``."""
    brace = node.parent.start_byte if node.parent is not None else node.start_byte
    return Patch(node.start_byte, b"  ", brace, ast.SetComp, _items)


def _items(comprehension: ast.SetComp) -> ast.AST:
    """Make the node that Python 3.15 has: a dict comprehension without a value."""
    made = newer_nodes.unpacking_dict(comprehension.elt, comprehension.generators)
    copied: ast.AST = ast.copy_location(made, comprehension)
    return copied

"""Texts in code that name a module or what is in it by its dotted path: targets of patches, settings."""

import ast
from collections.abc import Iterator

from importgraph.fixes.model import ReplaceText
from importgraph.fixes.texts.source_text import Text
from importgraph.snapshot import Snapshot


def texts_naming(
    snapshot: Snapshot, path: str, tree: ast.Module, old: str, new: str
) -> Iterator[ReplaceText]:
    """Yield an edit for each text that is a dotted name, or begins with it and a dot.

    Only a text that stands whole on one line is changed, and no docstring, which is prose.
    """
    source = snapshot.read_text(path).removeprefix("\ufeff")
    if old not in source:
        return
    text = Text(source)
    prose = {id(n.value) for n in ast.walk(tree) if isinstance(n, ast.Expr)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Constant) or not isinstance(node.value, str) or id(node) in prose:
            continue
        if node.value != old and not node.value.startswith(f"{old}."):
            continue
        written = text.source[slice(*text.span(node))]
        if written.count(old) == 1 and "\n" not in written and written[:1] in {'"', "'"}:
            after = written.replace(old, new)
            yield ReplaceText(path, node.lineno, node.col_offset, written, after)

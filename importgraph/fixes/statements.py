"""Import statements as text."""

from importgraph.facts.model import Import
from importgraph.graph.model import ImportEdge


def statement_of(item: Import, edge: ImportEdge) -> tuple[str, int]:
    """Return the statement that imports one name alone, and the line it stands on."""
    alias = f" as {item.alias}" if item.alias else ""
    if item.name is None:
        return f"import {item.module}{alias}", edge.line
    return f"from {'.' * item.level}{item.module} import {item.name}{alias}", edge.line

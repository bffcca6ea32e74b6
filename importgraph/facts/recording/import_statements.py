"""The imports in statements."""

import ast
from collections.abc import Callable
from typing import Any

from importgraph.facts.model import Origin
from importgraph.facts.recording.doubts import (
    is_doubtful_import,
)
from importgraph.facts.recording.recorder import Context, Recorder


def _import(recorder: Recorder, node: ast.Import, context: Context) -> None:
    lazy = node.lineno in recorder.lazy_lines or bool(getattr(node, "is_lazy", False))
    for alias in node.names:
        if alias.name == "typing" and alias.asname:
            recorder.names.type_checking.add(f"{alias.asname}.TYPE_CHECKING")
        made = recorder.make_import(
            context,
            alias,
            module=alias.name,
            level=0,
            name=None,
            alias=alias.asname,
            lazy=lazy,
            origin=Origin.STATEMENT,
        )
        recorder.add_import(made, context)


def _import_from(recorder: Recorder, node: ast.ImportFrom, context: Context) -> None:
    recorder.doubtful |= is_doubtful_import(recorder, node, context)
    lazy = node.lineno in recorder.lazy_lines or bool(getattr(node, "is_lazy", False))
    for alias in node.names:
        if alias.name == "TYPE_CHECKING" and alias.asname:
            recorder.names.type_checking.add(alias.asname)
        made = recorder.make_import(
            context,
            alias,
            module=node.module or "",
            level=node.level,
            name=alias.name,
            alias=alias.asname,
            lazy=lazy,
            origin=Origin.STATEMENT,
        )
        recorder.add_import(made, context)


IMPORTS: dict[type[ast.stmt], Callable[[Recorder, Any, Context], None]] = {
    ast.Import: _import,
    ast.ImportFrom: _import_from,
}
"""By kind of statement, what records it."""

"""What `warnings.warn` does at import where `filterwarnings` makes errors of warnings."""

import builtins
import re
from collections.abc import Iterator

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.objects import Class, External
from importgraph.evaluation.values.value import Arguments, Raised, Result, settled
from importgraph.evaluation.values.values import NONE, NOT_PLAIN, Constant, unwrap
from importgraph.simulation.warning_filters import fits
from importgraph.simulation.world import Model, World

_USUAL = External("builtins.UserWarning")
_DEPRECATIONS = ("PytestDeprecationWarning", "DeprecationWarning")
_AT_IMPORT = (b"\nwarnings.warn(", b"\nwarn(")


def warns_at_import(text: bytes) -> bool:
    """Tell whether the text of a module warns at its left margin."""
    return any(call in text for call in _AT_IMPORT) or text.startswith((b"warnings.warn(", b"warn("))


def warning_model(world: World) -> Model:
    """Return what calling `warnings.warn` does in a session."""

    def warn(interpreter: Interpreter, given: Arguments) -> Result:
        message = settled(given.get(0, "message") or NONE)
        is_made = isinstance(message, External) and message.name.endswith("Warning()")
        made = External(message.name[:-2]) if is_made and isinstance(message, External) else None
        kind = made or settled(given.get(1, "category") or _USUAL)
        names = tuple(_names(interpreter, kind))
        text = unwrap(message)
        level = unwrap(given.get(2, "stacklevel") or Constant(1))
        module = interpreter.frame.module.name if level == 1 else ""
        verdict = _is_error(world.marks.filters, text if isinstance(text, str) else "", module, names)
        raised = Raised(names[0] if names else "Warning", str(text) if text is not NOT_PLAIN else "")
        if verdict:
            return raised
        if verdict is None:
            interpreter.may_raise(raised)
        return NONE

    return warn


def _names(interpreter: Interpreter, kind: object) -> Iterator[str]:
    """Yield the names of a category and those above it, as far as they are known."""
    line = interpreter.lineage(kind) if isinstance(kind, Class) else (kind,)
    for one in line:
        if isinstance(one, Class):
            yield one.qualname
        elif isinstance(one, External):
            name = one.name.rpartition(".")[2]
            known = getattr(builtins, name, None) if one.name == f"builtins.{name}" else None
            yield from (above.__name__ for above in known.__mro__) if isinstance(known, type) else (name,)
            if one.name.startswith("pytest.Pytest"):
                yield from ("PytestWarning", "UserWarning", "Warning")
                yield from _DEPRECATIONS if re.search("Deprecation|RemovedIn", name) else ()


def _is_error(filters: tuple[str, ...], text: str, module: str, names: tuple[str, ...]) -> bool | None:
    """Tell whether a warning is an error: the last filter that fits decides; None where that is not known."""
    for line in reversed(filters):
        action, pattern, category, where, *_ = [*(part.strip() for part in line.split(":")), "", "", "", ""]
        is_kind = category.rpartition(".")[2] in {"", *names} if "Warning" in names or not category else None
        is_text = fits(pattern, text) if text or not pattern else None
        is_module = (fits(where, module) if module else None) if where else True
        parts = (is_kind, is_text, is_module)
        if False in parts:
            continue
        if None in parts:
            return None
        return action == "error"
    return False

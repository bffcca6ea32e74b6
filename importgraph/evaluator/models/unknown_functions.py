"""Calls of other people's functions of which only the name is known."""

from typing import Any

from importgraph.evaluator.frame import touch
from importgraph.evaluator.protocol import Frame
from importgraph.evaluator.values import (
    ITEMS,
    Cls,
    Doubt,
    Ext,
    Inst,
    Unknown,
    copy_of_items,
)

_HARMLESS_TOPS = {
    "pytest",
    "unittest",
    "warnings",
    "typing",
    "logging",
    "collections",
    "hypothesis",
    "copy",
    "pathlib",
}
_GIVE_DATA = {
    "os", "pathlib", "json", "time", "random", "uuid", "socket", "subprocess", "tempfile", "platform", "io",
    "shutil",
    "logging", "locale", "threading", "zoneinfo", "array",
}  # fmt: skip
"""Modules of the standard library whose functions and methods give neither functions nor classes."""
_SHUFFLERS = {"shuffle", "heapify", "insort", "heappush", "heappop"}


def unknown_external(frame: Frame, name: str, args: list[Any], kwargs: dict[str, Any], line: int) -> Any:
    """Call something of which only the name is known.

    Classes among its arguments may change, containers do not.
    """
    last = name.rpartition(".")[2]
    if last == "shuffle" and args and name.startswith("random.") and copy_of_items(args[0]) is not None:
        if args[0].cls.name == ITEMS:
            args[0].kwargs["session"].reorders.append(f"shuffle() on line {line}")
        return None
    if name == "pytest.exit":
        raise Doubt("ends the session with pytest.exit()", line)
    if name.partition(".")[0] not in _HARMLESS_TOPS:
        for value in (*args, *kwargs.values()):
            if isinstance(value, Cls | Inst) or value is frame.scope.names or last in _SHUFFLERS:
                touch(frame, value, f"{name}()", line)
    if last[:1].isupper() and "()" not in name:
        return Inst(Ext(name), tuple(args), kwargs)
    return Unknown(
        f"the result of {name}()", line, instance=name.partition(".")[0] in _GIVE_DATA, callee=name
    )

"""What an answer depends on besides files: variables, user, this program.

Built-in modules alone are imported here.
"""

# ruff: noqa: PTH109, PTH120 -- pathlib takes longer to load than the rest to run

import os
import sys
from _blake2 import blake2b

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from collections.abc import Iterable

_PASSING = frozenset({"_", "SHLVL", "OLDPWD", "PWD", "WINDOWID", "PPID", "RANDOM", "PYTEST_CURRENT_TEST"})
"""Variables that differ from shell to shell and say nothing."""
_PASSING_PREFIXES = (
    "SSH_",
    "TMUX",
    "STY",
    "KITTY_",
    "ITERM",
    "TERM_SESSION",
    "GNOME_",
    "DBUS_",
    "XDG_SESSION",
)
_stamps: "list[str]" = []


def digest_of(parts: "Iterable[object]") -> str:
    """Return a digest of a question: it may hold the values of variables, which are secrets."""
    return blake2b(repr(list(parts)).encode("utf-8", "surrogateescape"), digest_size=16).hexdigest()


def surroundings() -> "list[object]":
    """Return the current folder, variables, user and program of this run."""
    variables = sorted(
        (name, value)
        for name, value in os.environ.items()
        if name not in _PASSING and not name.startswith(_PASSING_PREFIXES)
    )
    user = (os.geteuid(), os.getegid(), os.getgroups())
    return [os.getcwd(), variables, user, sys.executable, program_stamp()]


def program_stamp() -> str:
    """Return what changes when this program does; it is looked at once in a run."""
    if not _stamps:
        _stamps.append(_program_stamp())
    return _stamps[0]


def _program_stamp() -> str:
    package = os.path.dirname(os.path.dirname(__file__))
    parts, folders = [sys.version], [package]
    while folders:
        with os.scandir(folders.pop()) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    parts.append(f"{entry.path[len(package) :]}@{entry.stat().st_mtime_ns}")
                elif entry.name != "__pycache__" and entry.is_dir():
                    folders.append(entry.path)
    return "\n".join(sorted(parts))

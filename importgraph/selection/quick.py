"""The unchanged answer to `collect`, before the command line is even loaded: that takes longer than checking the answer."""

import os
import sys
from collections.abc import Sequence
from pathlib import Path

from importgraph.selection.command import Options, recalled

_VALUED = {"--pattern", "--format", "--shard", "--python", "--durations", "--workers", "--timeout"}


def answer(argv: Sequence[str]) -> bool:
    """Print the stored answer to `importgraph ARGV` if there is one that still holds.

    Args:
        argv: The words after the program's name.

    Returns:
        False where the command line has to do it: another command, an option that is not simple, or no answer.
    """
    if not argv or argv[0] != "collect":
        return False
    options = _options(argv[1:])
    found = recalled(options) if options is not None else None
    if found is None:
        return False
    sys.stdout.write(found.output)
    sys.stderr.write(found.messages)
    return True


def _options(words: Sequence[str]) -> Options | None:
    """Read options as the command line does; None for all that is not plainly read."""
    given: dict[str, str] = {}
    left: list[str] = []
    expressions: dict[str, str] = {}
    count = False
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=")
        if word in {"-k", "-m"} and rest:
            expressions[word] = rest.pop(0)
        elif name in _VALUED and (equals or rest):
            given[name] = value if equals else rest.pop(0)
        elif word == "--count":
            count = True
        elif name in {"--exact", "--dynamic", "--no-cache", "--help", "-h", "--"}:
            return None
        else:
            left.append(word)
    for name in ("-k", "-m"):
        left += [name, expressions[name]] if name in expressions else []
    chosen = os.environ.get("IMPORTGRAPH_CACHE_DIR")
    base = (
        Path(chosen)
        if chosen
        else Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "importgraph"
    )
    return Options(
        Path.cwd(),
        tuple(left),
        Path(given["--python"]) if "--python" in given else None,
        pattern=given.get("--pattern", ""),
        format=given.get("--format", "text"),
        count=count,
        shard=given.get("--shard", ""),
        durations=Path(given["--durations"]) if "--durations" in given else None,
        store=base / "collect",
    )

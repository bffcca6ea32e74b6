"""`importgraph collect` without loading the command line, which takes longer than many suites take to collect."""

import gc
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from importgraph.selection.command import Options, answered, show

_VALUED = {
    "-k",
    "-m",
    "--pattern",
    "--format",
    "--shard",
    "--python",
    "--durations",
    "--workers",
    "--timeout",
    "--dynamic",
}
_FLAGS = {"--count", "--exact", "--no-cache"}


def collect_plainly(argv: Sequence[str]) -> bool:
    """Answer `importgraph ARGV` where it is a plain call of `collect`.

    Args:
        argv: The words after the program's name.

    Returns:
        False where nothing was printed and the command line has to do it: another command, options that it would refuse or
        that are not plainly read, or a failure, which it meets again and reports.
    """
    if not argv or argv[0] != "collect":
        return False
    try:
        options = read_options(argv[1:])
        if options is None:
            return False
        gc.disable()
        answer = answered(options)
    except Exception:
        return False
    try:
        show(answer)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()
    return True


def read_options(words: Sequence[str]) -> Options | None:
    """Read the options of `collect` as the command line does.

    Returns:
        None where they are not plain: help, `--`, a short option with its value attached, a value that is missing.

    Raises:
        ValueError: If a number is none.
    """
    given: dict[str, str] = {}
    left: list[str] = []
    rest = list(words)
    while rest:
        word = rest.pop(0)
        name, equals, value = word.partition("=") if word.startswith("--") else (word, "", "")
        if name in _VALUED:
            if not equals and not rest:
                return None
            given[name] = value if equals else rest.pop(0)
        elif word in _FLAGS:
            given[word] = word
        elif name in _FLAGS or word in {"--", "--help", "-h"} or _is_cluster(word):
            return None
        else:
            left.append(word)
    for name in ("-k", "-m"):
        left += [name, given[name]] if name in given else []
    return Options(
        Path.cwd(),
        tuple(left),
        _path(given, "--python"),
        int(given.get("--workers", "0")),
        float(given.get("--timeout", "0")),
        given.get("--pattern", ""),
        given.get("--format", "text"),
        "--count" in given,
        "--exact" in given,
        _path(given, "--dynamic"),
        given.get("--shard", ""),
        _path(given, "--durations"),
        None if "--no-cache" in given else _store(),
    )


def _is_cluster(word: str) -> bool:
    """Tell whether a word is several short options in one, or one with its value attached, as in `-kEXPR`."""
    return word.startswith("-") and not word.startswith("--") and len(word) > len("-k")


def _path(given: dict[str, str], name: str) -> Path | None:
    return Path(given[name]) if name in given else None


def _store() -> Path:
    chosen = os.environ.get("IMPORTGRAPH_CACHE_DIR")
    if chosen:
        return Path(chosen) / "collect"
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "importgraph" / "collect"

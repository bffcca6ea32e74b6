"""`importgraph collect` without loading the command line, which takes longer than many suites do."""

import sys

from importgraph.memory.records import printed_before, question_of, record
from importgraph.storage import cache_home

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from importgraph.collection.command import Options
    from importgraph.memory.answers import Answer

_VALUED = {
    "-k", "-m", "--pattern", "--format", "--shard", "--python", "--durations", "--workers", "--timeout",
    "--dynamic",
}  # fmt: skip
_FLAGS = {"--count", "--exact", "--no-cache"}
_UNKEPT = {"--exact", "--no-cache", "--dynamic"}
"""Options under which an answer is neither recalled nor kept as it was printed."""


def collect_plainly(argv: "Sequence[str]") -> bool:
    """Answer `importgraph ARGV` where it is a plain call of `collect`.

    Args:
        argv: The words after the program's name.

    Returns:
        False where nothing was printed and the command line has to do it: another command, options that it
        would refuse or that are not plainly read, or a failure, which it meets again and reports.
    """
    if not argv or argv[0] != "collect":
        return False
    home = cache_home()
    folder = f"{home}/collect"
    kept = bool(home) and not any(word.partition("=")[0] in _UNKEPT for word in argv)
    question = question_of(argv)
    printed = printed_before(folder, question) if kept else None
    if printed is None:
        printed = _answered(argv[1:], folder, question if kept else "")
    if printed is None:
        return False
    sys.stdout.write(printed[0])
    sys.stderr.write(printed[1])
    return True


def _answered(words: "Sequence[str]", folder: str, question: str) -> tuple[str, str] | None:
    """Collect; None where the command line has to do it."""
    import gc

    from importgraph.collection.command import answered

    try:
        options = read_options(words)
        if options is None:
            return None
        gc.disable()
        answer = answered(options)
    except Exception:  # noqa: BLE001 -- the command line meets it again, and reports it
        return None
    if question:
        _keep(options, answer, folder, question)
    return answer.output, answer.messages


def _keep(options: "Options", answer: "Answer", folder: str, question: str) -> None:
    """Keep what is printed, unless some file changed too shortly ago to tell by its time."""
    from importgraph.collection.command import depends_on

    depends = depends_on(options)
    if depends is not None:
        record(folder, question, depends, (answer.output, answer.messages))


def read_options(words: "Sequence[str]") -> "Options | None":
    """Read the options of `collect` as the command line does.

    Returns:
        None where they are not plain: help, `--`, a short option with its value attached, a value that is
        missing.

    Raises:
        ValueError: If a number is none.
    """
    from pathlib import Path

    from importgraph.collection.command import Options

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
        elif name in _FLAGS or name == "--dask" or word in {"--", "--help", "-h"} or _is_cluster(word):
            return None
        else:
            left.append(word)
    for name in ("-k", "-m"):
        left += [name, given[name]] if name in given else []

    def path(name: str) -> "Path | None":
        return Path(given[name]) if name in given else None

    home = cache_home()
    return Options(
        Path.cwd(),
        tuple(left),
        path("--python"),
        int(given.get("--workers", "0")),
        float(given.get("--timeout", "0")),
        given.get("--pattern", ""),
        given.get("--format", "text"),
        "--count" in given,
        "--exact" in given,
        path("--dynamic"),
        given.get("--shard", ""),
        path("--durations"),
        Path(home, "collect") if home and "--no-cache" not in given else None,
    )


def _is_cluster(word: str) -> bool:
    """Tell whether a word is several short options in one, or one with its value attached, as in `-kEXPR`."""
    return word.startswith("-") and not word.startswith("--") and len(word) > len("-k")

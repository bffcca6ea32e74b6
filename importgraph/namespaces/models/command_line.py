"""pytest's command line, as far as collection depends on it."""

# ruff: noqa: PTH110, PTH118 -- paths are texts here: there are thousands

from collections.abc import Sequence

import msgspec

_VALUED = {
    "-k": "keyword", "-m": "markers", "-c": "config", "--config-file": "config", "--rootdir": "rootdir",
    "--ignore": "ignore", "--ignore-glob": "ignore_glob", "--deselect": "deselect", "-p": "plugins",
    "--import-mode": "import_mode", "--confcutdir": "confcutdir", "-o": "override", "--override-ini":
    "override", "--doctest-glob": "doctest_glob",
}  # fmt: skip
_FLAGS = {
    "--doctest-modules": "doctest_modules", "--noconftest": "noconftest", "--pyargs": "pyargs",
    "--keep-duplicates": "keep_duplicates", "--collect-in-virtualenv": "collect_in_virtualenv",
    "--continue-on-collection-errors": "", "--strict-markers": "strict_markers", "--strict":
    "strict_markers", "--lf": "last_failed", "--last-failed": "last_failed", "--ff": "failed_first",
    "--failed-first": "failed_first", "--nf": "failed_first", "--new-first": "failed_first", "--sw":
    "stepwise", "--stepwise": "stepwise", "--disable-plugin-autoload": "no_autoload",
}  # fmt: skip
_OTHER_VALUED = {
    "-n", "--dist", "--tb", "--color", "--durations", "--maxfail", "--basetemp", "-W", "--junitxml",
    "--junit-xml", "-r", "--cov-report", "--cov-config", "--log-level", "--log-cli-level", "--capture",
    "--show-capture", "--assert", "--timeout", "--reruns", "--code-highlight", "--verbosity",
    "--durations-min", "--randomly-seed", "--log-file", "--junit-prefix", "--pastebin", "--cache-show",
    "--numprocesses", "--maxprocesses", "--benchmark-columns", "--hypothesis-profile", "--doctest-report",
    "--asyncio-mode",
}  # fmt: skip


KNOWN_OPTIONS = frozenset(
    (*_VALUED, *_FLAGS, *_OTHER_VALUED, "--collect-only", "--co", "--quiet", "--verbose")
)
"""Options of pytest and its plugins that say nothing about a project."""


class Arguments(msgspec.Struct):
    """A parsed command line. Later options win; lists add up."""

    paths: list[str] = msgspec.field(default_factory=list)
    keyword: str = ""
    markers: str = ""
    config: str = ""
    rootdir: str = ""
    import_mode: str = ""
    confcutdir: str = ""
    ignore: list[str] = msgspec.field(default_factory=list)
    ignore_glob: list[str] = msgspec.field(default_factory=list)
    deselect: list[str] = msgspec.field(default_factory=list)
    plugins: list[str] = msgspec.field(default_factory=list)
    override: list[str] = msgspec.field(default_factory=list)
    doctest_glob: list[str] = msgspec.field(default_factory=list)
    flags: set[str] = msgspec.field(default_factory=set)
    others: list[str] = msgspec.field(default_factory=list)
    """Options we do not know: of plugins, or without a say in collection."""


def _short(word: str) -> tuple[str, str, str]:
    """Split an option of one letter from its value, before which `argparse` takes an equals sign away."""
    return word[:2], "", word[2:].removeprefix("=")


def parse_arguments(words: Sequence[str], into: Arguments, *, exists: "Exists") -> Arguments:
    """Read command-line words.

    Args:
        words: The words after `pytest`.
        into: What they are added to.
        exists: Tells whether a word is a path; decides whether it is the value of an option we do not know.
    """
    index = 0
    while index < len(words):
        word = words[index]
        index += 1
        if not word.startswith("-") or word == "-":
            into.paths.append(word)
            continue
        name, equals, value = word.partition("=") if word.startswith("--") else _short(word)
        given = bool(equals) or (not word.startswith("--") and bool(value))
        if name in _FLAGS:
            into.flags.add(_FLAGS[name])
        elif name in _VALUED:
            if not given:
                value, index = (words[index] if index < len(words) else ""), index + 1
            _put(into, _VALUED[name], value)
        else:
            into.others.append(word)
            takes = name in _OTHER_VALUED or (
                word.startswith("--") and index < len(words) and not exists(words[index])
            )
            if not given and takes and index < len(words) and not words[index].startswith("-"):
                into.others.append(words[index])
                index += 1
    return into


def _put(into: Arguments, name: str, value: str) -> None:
    current = getattr(into, name)
    if isinstance(current, list):
        current.append(value)
    else:
        setattr(into, name, value)


class Exists:
    """Tells whether a word names something on disk."""

    def __init__(self, folder: str) -> None:
        self.folder = folder

    def __call__(self, word: str) -> bool:
        """Return whether a path of that name is there, node ids included."""
        import os

        return os.path.exists(os.path.join(self.folder, word.partition("::")[0]))

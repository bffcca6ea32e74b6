"""What git ignores, by the `.gitignore` files of a tree (gitignore(5))."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from pathspec import GitIgnoreSpec

from importgraph.facts.found import IgnoreLines
from importgraph.facts.ignore_patterns import ignore_spec
from importgraph.files import read_text_file

Rules = tuple[tuple[str, GitIgnoreSpec], ...]
"""The files that apply, outermost first, each with the prefix of the paths it decides."""


def read_lines(path: Path) -> tuple[str, ...]:
    """Return the lines of an ignore file.

    Raises:
        OSError: If it cannot be read.
    """
    return tuple(read_text_file(path, "replace").splitlines())


def compiled(lines: IgnoreLines) -> tuple[str, GitIgnoreSpec]:
    """Return the rules of one ignore file."""
    prefix, texts = lines
    return prefix, ignore_spec(texts)


def is_ignored(path: str, rules: Rules) -> bool:
    """Tell whether git would ignore a path, where no folder above it is: the innermost rule decides."""
    for prefix, spec in reversed(rules):
        verdict = spec.check_file(path.removeprefix(prefix)).include
        if verdict is not None:
            return verdict
    return False


def would_be_ignored(path: str, files: Sequence[IgnoreLines]) -> bool:
    """Tell whether git would ignore a file at a path, which may not exist, for itself or a folder above."""
    rules = tuple(compiled(lines) for lines in files if path.startswith(lines[0]))
    parts = path.split("/")
    above = ("/".join(parts[:count]) + "/" for count in range(1, len(parts)))
    return any(is_ignored(place, rules) for place in (*above, path))


def outer_lines(root: Path) -> Iterator[IgnoreLines]:
    """Yield the `.gitignore` files above a root, outermost first, as if they stood in it.

    A file by which the root itself is ignored says nothing: the user asked for the root by name.
    """
    if (root / ".git").exists():
        return
    for path in _outer_files(root):
        inside = root.relative_to(path.parent).as_posix()
        try:
            lines = read_lines(path)
        except OSError:
            continue  # outside of what was asked for
        if not ignore_spec(lines).match_file(f"{inside}/"):
            yield "", tuple(_rebased(lines, inside))


def _outer_files(root: Path) -> Iterator[Path]:
    """Yield the `.gitignore` files above the root, outermost first, up to the top of the git work tree."""
    found = []
    for folder in root.parents:
        if not any((inner / ".git").exists() for inner in (folder, *folder.parents)):
            break
        if (folder / ".gitignore").is_file():
            found.append(folder / ".gitignore")
        if (folder / ".git").exists():
            break
    yield from reversed(found)


def _rebased(lines: Sequence[str], inside: str) -> Iterator[str]:
    """Keep the patterns that can match below the root; anchored ones lose the root's path."""
    for line in lines:
        pattern = line.strip()
        body = pattern.removeprefix("!")
        sign = pattern[: len(pattern) - len(body)]
        anchored = "/" in body.rstrip("/")
        if not anchored:
            yield pattern
        elif body.lstrip("/").startswith(f"{inside}/"):
            yield f"{sign}/{body.lstrip('/').removeprefix(inside + '/')}"
        elif body.startswith("**/"):
            yield pattern

"""Dotted module names: parents, membership, relative resolution."""

from collections.abc import Iterator


def parent(name: str) -> str:
    """Return the enclosing package of a dotted name, or `""` for a top-level name."""
    return name.rpartition(".")[0]


def ancestors(name: str) -> Iterator[str]:
    """Yield the enclosing packages of a dotted name, outermost first, without the name itself."""
    end = name.find(".")
    while end != -1:
        yield name[:end]
        end = name.find(".", end + 1)


def top_level(name: str) -> str:
    """Return the first component of a dotted name."""
    return name.partition(".")[0]


def is_within(name: str, package: str) -> bool:
    """Tell whether a dotted name is the package or one of its descendants."""
    return name == package or name.startswith(package + ".")


def resolve_relative(package: str, level: int, target: str) -> str | None:
    """Make a relative import absolute, as `importlib._bootstrap._resolve_name` does.

    Args:
        package: The `__package__` of the importer: itself when it is a package, else its parent.
        level: The number of leading dots; 0 leaves the target as it is.
        target: What follows the dots; may be empty.

    Returns:
        The absolute name, or None when the dots go past the top-level package.
    """
    if level == 0:
        return target
    parts = package.split(".") if package else []
    if level > len(parts):
        return None
    base = ".".join(parts[: len(parts) - level + 1])
    return f"{base}.{target}" if target else base


def near_matches(word: str, possibilities: list[str], limit: int = 3) -> list[str]:
    """Return up to `limit` known words that look like the given one, best first."""
    import difflib

    return difflib.get_close_matches(word, possibilities, n=limit, cutoff=0.6)

"""Choose for each folder of packages and modules the source root it is named from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from importgraph.graph.layout.roots import SourceRoot
from importgraph.graph.layout.votes import Count, Votes, tops_of

_PLAIN_FOLDERS = {
    "apps", "bench", "benchmarks", "bin", "ci", "demo", "demos", "doc", "docs", "example", "examples", "lib",
    "libs", "packages", "python", "samples", "script", "scripts", "src", "test", "testing", "tests", "tool",
    "tools",
}  # fmt: skip
"""Folder names that by convention are not packages, used only where the imports of the tree do not decide."""

PLAIN, AMONG_THEMSELVES = "folder without __init__.py", "how its modules import each other"
"""Reasons of a root from which nobody outside of it is seen to import."""


def choose_roots(
    votes: Votes, bases: Mapping[str, str], configured: Sequence[SourceRoot]
) -> dict[str, tuple[str, str]]:
    """Choose for every base folder the source root it is named from, with the reason."""
    items: dict[str, set[str]] = defaultdict(set)
    for path, base in bases.items():
        inside = path.removeprefix(f"{base}/") if base else path
        items[base].add(inside.partition("/")[0].removesuffix(".py"))
    chosen: dict[str, tuple[str, str]] = {}
    for base in sorted(items, key=lambda folder: (folder.count("/") + bool(folder), folder)):
        chosen[base] = _choose_root(base, items[base], votes, configured, chosen)
    return chosen


def _choose_root(
    base: str,
    items: set[str],
    votes: Votes,
    configured: Sequence[SourceRoot],
    chosen: Mapping[str, tuple[str, str]],
) -> tuple[str, str]:
    """Choose the root of one base folder: what is settled, else what imports say, else by convention.

    Under pytest a folder of tests is on `sys.path` itself, so what is settled around it does not bind it.
    """
    if not base:
        return "", next((root.reason for root in configured if not root.folder), "top folder")
    inside = _around(base, configured)
    is_settled = inside is not None and inside.settled
    if inside is not None and is_settled and (inside.folder == base or not _has_tests(items)):
        return inside.folder, inside.reason
    preferred = inside.folder if inside is not None else None
    candidates = _candidates(base, preferred if is_settled else None)
    counts = {root: votes.count(base, root, _voting(items)) for root in candidates}
    found = any(near + far for near, far in counts.values())
    root = max(counts, key=lambda folder: (sum(counts[folder]), folder == preferred, len(folder)))
    tops = {top for candidate in candidates for top in tops_of(base, candidate, _voting(items))}
    is_told = bool(root) and (inside is None or root != preferred)
    numbers = tuple((folder, *count) for folder, count in counts.items())
    votes.counted[base] = Count(numbers, root, is_told, tuple(sorted(tops)))
    if found:
        if inside is not None and root == preferred:
            return root, inside.reason
        return root, _reason(root, counts[root][1])
    return _root_without_votes(base, items, inside, chosen)


def _reason(root: str, far: int) -> str:
    if not root:
        return "top folder"
    return "how its modules are imported" if far else AMONG_THEMSELVES


def _around(base: str, configured: Sequence[SourceRoot]) -> SourceRoot | None:
    """Return the innermost known root that holds a folder; the top folder only where it is settled."""
    around = (r for r in configured if _holds(r.folder, base) and (r.folder or r.settled))
    return max(around, key=lambda root: len(root.folder), default=None)


def _holds(folder: str, base: str) -> bool:
    return not folder or base == folder or base.startswith(f"{folder}/")


def _voting(items: set[str]) -> set[str]:
    return items - {"__init__", "conftest", "setup"}


def _has_tests(items: set[str]) -> bool:
    return any(is_test_name(item) or item == "conftest" for item in items)


def _root_without_votes(
    base: str, items: set[str], inside: SourceRoot | None, chosen: Mapping[str, tuple[str, str]]
) -> tuple[str, str]:
    enclosing = folder_of(base)
    while enclosing and enclosing not in chosen:
        enclosing = folder_of(enclosing)
    if enclosing and chosen[enclosing][0] != enclosing:
        return chosen[enclosing]
    plain = any(part in _PLAIN_FOLDERS or not part.isidentifier() for part in base.split("/"))
    tests = all(is_test_name(item) or item == "conftest" for item in items)
    if inside is not None and not tests:
        return inside.folder, inside.reason
    if plain or tests:
        return base, PLAIN
    return "", "top folder"


def _candidates(base: str, top: str | None) -> list[str]:
    """Return the folders that may be the root of a base, itself first, up to a settled root."""
    found = [base]
    folder = base
    while folder and folder != top and last_of(folder).isidentifier():
        folder = folder_of(folder)
        found.append(folder)
    return found


def folder_of(path: str) -> str:
    """Return the folder of a path, empty for the top."""
    return path.rpartition("/")[0]


def last_of(path: str) -> str:
    """Return the last part of a path."""
    return path.rpartition("/")[2]


def is_test_name(stem: str) -> bool:
    """Tell whether a module is called as pytest expects of test files."""
    return stem.startswith("test_") or stem.endswith("_test")

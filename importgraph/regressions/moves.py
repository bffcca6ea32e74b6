"""Recognise modules that only changed their name, so that a move is no news."""

from collections import defaultdict
from collections.abc import Callable, Mapping

from msgspec.structs import replace

from importgraph.graph.views import is_function
from importgraph.regressions.loading import EXTERNAL
from importgraph.regressions.model import CycleMark, Digest, EntryLoad, FragmentMark, Mark


def renamed_modules(before: Mapping[str, str], after: Mapping[str, str]) -> dict[str, str]:
    """Match modules that went with modules that came and define the same.

    Args:
        before: Fingerprints by module name.
        after: The same, later.

    Returns:
        New names by old name. Among several candidates the one of the same last name wins; where that
        does not decide, none does.
    """
    came: dict[str, list[str]] = defaultdict(list)
    for name, print_ in after.items():
        if print_ and name not in before:
            came[print_].append(name)
    gone: dict[str, list[str]] = defaultdict(list)
    for name, print_ in before.items():
        if print_ and name not in after:
            gone[print_].append(name)
    found: dict[str, str] = {}
    for print_, olds in gone.items():
        found.update(_match(olds, came.get(print_, [])))
    return {**found, **_moved_packages(found, before, after)}


def _match(olds: list[str], news: list[str]) -> dict[str, str]:
    if len(olds) == len(news) == 1:
        return {olds[0]: news[0]}
    found = {}
    for old in olds:
        same = [new for new in news if _last(new) == _last(old)]
        rivals = [other for other in olds if _last(other) == _last(old)]
        if len(same) == 1 and len(rivals) == 1:
            found[old] = same[0]
    return found


def _moved_packages(
    found: Mapping[str, str], before: Mapping[str, str], after: Mapping[str, str]
) -> dict[str, str]:
    """Follow the modules of a moved package that define nothing, such as an empty `__init__`."""
    prefixes: dict[str, str] = {}
    for old, new in found.items():
        one, two = old.split("."), new.split(".")
        while one and two and one[-1] == two[-1]:
            one, two = one[:-1], two[:-1]
            prefixes.setdefault(".".join(one), ".".join(two))
    moved = {}
    for old in before:
        if old in after or old in found:
            continue
        around = old
        while around and around not in prefixes:
            around = around.rpartition(".")[0]
        new = prefixes.get(around, "") + old.removeprefix(around)
        if around and new in after and new not in before:
            moved[old] = new
    return moved


def _last(name: str) -> str:
    return name.rpartition(".")[2]


def rename(digest: Digest, names: Mapping[str, str]) -> Digest:
    """Return a digest in which modules go by other names."""
    if not names:
        return digest

    def of(node: str) -> str:
        if node.startswith(EXTERNAL):
            return node
        module, colon, rest = node.partition(":")
        return names.get(module, module) + colon + rest if is_function(node) else names.get(node, node)

    return replace(
        digest,
        modules={of(name): print_ for name, print_ in digest.modules.items()},
        entry_points=tuple(_entry(entry, of) for entry in digest.entry_points),
        edges={
            of(importer): {of(imported): found for imported, found in imports.items()}
            for importer, imports in digest.edges.items()
        },
        loading={of(node): tuple(sorted(map(of, targets))) for node, targets in digest.loading.items()},
        cycles=tuple(CycleMark(c.kind, tuple(sorted(map(of, c.modules)))) for c in digest.cycles),
        fragmentation=replace(
            digest.fragmentation,
            definitions=tuple(_fragment(one, of) for one in digest.fragmentation.definitions),
        ),
        findings=tuple(sorted(_mark(mark, of) for mark in digest.findings)),
    )


_Names = Callable[[str], str]


def _entry(entry: EntryLoad, of: _Names) -> EntryLoad:
    return EntryLoad(of(entry.name), entry.reason, tuple(sorted(map(of, entry.modules))), entry.external)


def _fragment(one: FragmentMark, of: _Names) -> FragmentMark:
    module, _, name = one.definition.rpartition(".")
    paths = {of(path): count for path, count in one.paths.items()}
    return FragmentMark(f"{of(module)}.{name}", of(one.canonical), paths, one.stray)


def _mark(mark: Mark, of: _Names) -> Mark:
    subject = of(mark.subject)
    if subject == mark.subject:
        module, dot, name = subject.rpartition(".")
        subject = of(module) + dot + name
    return Mark(mark.code, subject, tuple(sorted(map(of, mark.importers))))

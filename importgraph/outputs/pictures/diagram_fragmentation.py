"""One definition and the modules it is imported through."""

from collections.abc import Mapping

from importgraph.outputs.pictures.drawing import (
    FAINT,
    GOOD,
    GREEN,
    STRONG,
    counted,
    edge,
    node,
    one_line,
    picture,
    thickness,
)

MOST_PATHS = 16
OTHERS = "(other paths)"
IMPORTERS = "(importers)"


def fragmentation(name: str, definition: str, paths: Mapping[str, int], canonical: str) -> str:
    """Draw the paths one name is imported through, thick where many imports take them.

    Args:
        name: The class, function or constant.
        definition: The module where it is born.
        paths: Imports by the module they take it from.
        canonical: The module they should take it from.
    """
    ranked = sorted(paths, key=lambda path: (-paths[path], path))
    total = sum(paths.values())
    kept = ranked[:MOST_PATHS]
    if canonical in ranked and canonical not in kept:
        kept[-1] = canonical
    born = f"{definition}.{name}"
    statements = [
        node(IMPORTERS, counted(total, "import") + f"\nof {one_line(name)}", {}),
        node(born, f"{one_line(name)}\ndefined in {one_line(definition)}", STRONG),
    ]
    for path in kept:
        statements += _path(path, paths[path], total, born, canonical=path == canonical)
    left_out = ranked if not kept else [path for path in ranked if path not in kept]
    if left_out:
        statements += _others(len(left_out), sum(paths[path] for path in left_out), born)
    usage = f"{paths.get(canonical, 0) / total:.0%}" if total else "none"
    notes = [
        f"{counted(total, 'import')} through {counted(len(paths), 'module')}; canonical usage {usage}.",
        f"Green, “canonical”: {one_line(canonical)}, which every import should use. Thicker: more imports.",
    ]
    if canonical not in paths:
        notes.append("No import takes the canonical path yet.")
    return picture(
        f"How {one_line(name)} is imported", notes, statements, rankdir="LR", ranksep="0.9", ordering="out"
    )


def _path(path: str, count: int, total: int, born: str, *, canonical: bool) -> list[str]:
    looks = GOOD if canonical else {}
    color = {"color": GREEN} if canonical else {}
    label = f"{one_line(path)}\ncanonical" if canonical else one_line(path)
    return [
        # A module and a name defined in it can be spelled alike, so paths have keys of their own.
        node(f"from {path}", label, looks, tooltip=f"{counted(count, 'import')} from {path}"),
        edge(IMPORTERS, f"from {path}", label=f"{count:,}", penwidth=thickness(count, total), **color),
        edge(f"from {path}", born, style="solid" if canonical else "dashed", **color),
    ]


def _others(paths: int, imports: int, born: str) -> list[str]:
    return [
        node(OTHERS, f"{counted(paths, 'other module')}", FAINT),
        edge(IMPORTERS, OTHERS, label=f"{imports:,}", style="dashed"),
        edge(OTHERS, born, style="dashed"),
    ]

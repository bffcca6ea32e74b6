"""Which items `-k` and `-m` expressions select, as far as text tells."""

from collections.abc import Callable

from importgraph.collection.model import Item
from importgraph.session.expressions import Expression, Verdict, Word


def matches_keyword(item: Item, added: frozenset[str] = frozenset()) -> Callable[[Word], Verdict]:
    """Return the matcher of `-k` for an item: part of any of its names, without regard to case.

    Args:
        item: The item.
        added: Marks that hooks may add to it; `*` for any.
    """
    path, *rest = item.id.split("[", 1)[0].split("::")
    last = item.id.removeprefix("::".join([path, *rest[:-1]]) + "::")
    names = [*path.split("/"), *rest[:-1], last, *item.keywords, *item.marks]
    lowered = [name.lower() for name in names]
    perhaps = [name.lower() for name in (*added, *(item.perhaps or ()))]
    open_end = item.expands or (item.uncertain and item.perhaps is None) or "*" in added

    def match(word: Word) -> Verdict:
        wanted = word.name.lower()
        if any(wanted in name for name in lowered):
            return True
        return None if open_end or any(wanted in name for name in perhaps) else False

    return match


def matches_mark(item: Item, added: frozenset[str] = frozenset()) -> Callable[[Word], Verdict]:
    """Return the matcher of `-m` for an item: the names of its marks; arguments are left open."""
    marks = set(item.marks)

    def match(word: Word) -> Verdict:
        if word.name in marks:
            return True if not word.arguments else None
        missing = item.uncertain and (item.perhaps is None or word.name in item.perhaps)
        return None if missing or word.name in added or "*" in added else False

    return match


def select(
    item: Item, keyword: Expression | None, markers: Expression | None, added: frozenset[str] = frozenset()
) -> Verdict:
    """Tell whether `-k` and `-m` select an item."""
    verdicts: list[Verdict] = []
    if keyword is not None:
        verdicts.append(keyword.evaluate(matches_keyword(item, added)))
    if markers is not None:
        verdicts.append(markers.evaluate(matches_mark(item, added)))
    if False in verdicts:
        return False
    return None if None in verdicts else True

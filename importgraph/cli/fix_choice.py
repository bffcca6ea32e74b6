"""Which fixes a command line asks for."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from importgraph.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from importgraph.edits.identity import NamedFix


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which fixes are asked for."""

    names: tuple[str, ...]
    select: tuple[str, ...]
    budget: int
    applies: bool
    """Whether something is done with them: then, with none named, the safe ones are meant."""

    @property
    def is_open(self) -> bool:
        """Whether nothing was chosen."""
        return not (self.names or self.select or self.budget)


def choose_fixes(fixes: "Sequence[NamedFix]", wanted: Wanted) -> "tuple[NamedFix, ...]":
    """Return the fixes that are asked for, in their order.

    Raises:
        UsageError: If a name fits none or several, or nothing is of the code or kind asked for.
    """
    from importgraph.edits.identity import choose
    from importgraph.fixes.model import Applicability

    if wanted.names:
        return choose(fixes, wanted.names)
    found = tuple(fixes)
    if wanted.select:
        found = tuple(one for one in fixes if any(_is_of(one, word) for word in wanted.select))
        if not found:
            raise UsageError(
                f"Nothing to fix is of {', '.join(wanted.select)}.", "`importgraph fix` lists the fixes."
            )
    elif wanted.applies:
        found = tuple(one for one in fixes if one.fix.applicability is Applicability.SAFE)
    return _within(found, wanted.budget) if wanted.budget else found


def _is_of(one: "NamedFix", word: str) -> bool:
    from importgraph.fixes.model import DeferImport

    forms = {edit.form.value.replace("_", "-") for edit in one.fix.edits if isinstance(edit, DeferImport)}
    return (
        one.fix.kind == word or word in forms or any(finding.startswith(word) for finding in one.fix.findings)
    )


def _within(fixes: "Sequence[NamedFix]", budget: int) -> "tuple[NamedFix, ...]":
    """Take fixes in their order as long as their statements fit a budget."""
    taken, left = [], budget
    for one in fixes:
        if 0 < one.fix.statements <= left:
            taken.append(one)
            left -= one.fix.statements
    return tuple(taken)

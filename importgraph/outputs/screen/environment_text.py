"""What was read of the installed packages, and which libraries are not installed, in words."""

from collections.abc import Iterator, Sequence

from importgraph.findings.environment_use import EnvironmentUse
from importgraph.findings.unknown_libraries import UnknownLibrary
from importgraph.graph.open_imports import Place
from importgraph.outputs.screen.text_layout import WIDE, Line, clipped, padded, width_of

_LIBRARIES = 3
_NAMES = 3
_ABSENT = "? not installed"
_COMPUTED = "? computed"


def unknown_lines(libraries: Sequence[UnknownLibrary], width: int) -> Iterator[Line]:
    """Name the libraries of unknown cost that an entry point loads, with the statement that loads each."""
    for one in libraries[:_LIBRARIES]:
        last = one.chain[-1] if one.chain else None
        place = f"{last.path}:{last.line}" if last is not None and last.line is not None else ""
        brought = f" ({one.distribution})" if one.distribution and one.distribution != one.name else ""
        column = 24 if width < WIDE else 36
        head = f"   {padded(_ABSENT, 16, right=True)}  {padded(clipped(one.name + brought, column), column)} "
        yield Line(f"{head}{clipped(place, width - width_of(head))}".rstrip())
    left = len(libraries) - _LIBRARIES
    if left > 0:
        yield Line(f"{'':21}and {left} more that are not installed here", "dim")


def computed_lines(places: Sequence[Place], width: int) -> Iterator[Line]:
    """Name where an entry point imports names that are computed: what they load is not in its cost."""
    if not places:
        return
    path, line = places[0]
    more = f" and {len(places) - 1} more" if len(places) > 1 else ""
    column = 24 if width < WIDE else 36
    head = f"   {padded(_COMPUTED, 16, right=True)}  {padded('imports of any name', column)} "
    yield Line(f"{head}{clipped(f'{path}:{line}', width - width_of(head) - len(more))}{more}")


def environment_lines(use: EnvironmentUse | None, undecided: int) -> Iterator[str]:
    """Say what was read of the environment and what could not be, or how to name one."""
    if undecided and (use is None or not use.is_known):
        count = f"{undecided:,} import{'s' if undecided != 1 else ''}"
        yield f"Undecided: {count} that a `try` guards; whether they are taken is not known."
    if use is None:
        return
    if not use.is_known:
        what = f"{use.standard:,} standard modules, those of Python {use.python}, which runs importgraph."
        yield f"From outside: {what} Name the project's environment with --python."
        return
    modules = f"{use.third_party:,} modules of {len(use.distributions):,} distributions"
    yield f"From Python {use.python} and its environment: {modules}; {use.standard:,} standard modules."
    if use.compiled:
        named = ", ".join(use.compiled[:_NAMES])
        more = f" and {len(use.compiled) - _NAMES:,} more" if len(use.compiled) > _NAMES else ""
        yield f"What compiled modules import is not known: {named}{more}."
    if use.unread:
        yield f"{use.unread:,} modules from outside were left unread: there are too many."
    if use.broken:
        yield f"{use.broken:,} files from outside could not be read whole."
    yield from (f"Not read: {gap}." for gap in use.gaps)

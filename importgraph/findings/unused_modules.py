"""Modules that nothing imports."""

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from itertools import chain
from typing import NamedTuple

from importgraph.findings.entry_points import entry_points
from importgraph.findings.model import Evidence, Finding, Location, Severity
from importgraph.findings.test_code import is_test_code
from importgraph.graph.edited.since import of_modules
from importgraph.graph.model import Graph, Kind, Module
from importgraph.names import ancestors, parent, top_level
from importgraph.snapshot import Snapshot

_ENTRY_NAMES = {
    "__main__",
    "conftest",
    "setup",
    "manage",
    "wsgi",
    "asgi",
    "conf",
    "noxfile",
    "tasks",
    "version",
    "_version",
}
_DJANGO = {
    *("admin", "apps", "commands", "context_processors", "formats", "management", "migrations", "models"),
    *("serializers", "templatetags", "urls"),
}
"""Modules and packages that Django loads because of their names."""
_QUOTED = re.compile(r"""["']([A-Za-z_]\w*(?:\.\w+)+)(\.[{%"'])?""")
_SOUGHT = 12
"""Up to so many names that candidates begin with are sought one by one."""
_PLUGINS = 4
_NAMED = 3
"""How many modules a message names."""
_AllComputed = Mapping[str, Sequence["_Computed"]]
"""By module, the imports of computed names in it."""


class UnusedModules(Evidence, frozen=True):
    """Modules of one package that no import names."""

    package: str
    modules: tuple[str, ...]
    computed: tuple[Location, ...]
    """Computed imports of the tree, any of which may load them."""


def find_unused_modules(snapshot: Snapshot) -> tuple[UnusedModules, ...]:
    """Find the modules that no import of any view names, by package; most first.

    Left out are tests, scripts, entry points, packages with used modules below them, what the pattern of a
    computed import fits, what a text in quotes names, what Django finds by its name, and plug-in folders,
    where most modules are loaded by no import.
    """
    graph = snapshot.graph
    unasked = _unasked(snapshot)
    candidates = {
        name: graph.modules[name]
        for name in unasked.modules
        if _is_candidate(graph.modules[name], graph)
        and not (unasked.by_django and _is_named_for_django(graph.modules[name]))
    }
    for used in {
        *(edge.imported for edge in graph.notebook_imports),
        *(entry.module for entry in entry_points(snapshot)),
    }:
        _remove(candidates, used)
    computed = of_modules(
        snapshot.since, "dynamic", tuple[_Computed, ...], graph.facts, partial(_computed, graph)
    )
    patterns = _computed_patterns(computed)
    for name in list(candidates):
        if any(pattern.fullmatch(name) for pattern in patterns):
            _remove(candidates, name)
    for name in _quoted(snapshot, candidates) if candidates else ():
        _remove(candidates, name)
    by_package: dict[str, list[str]] = defaultdict(list)
    for name in candidates:
        by_package[parent(name)].append(name)
    places = _computed_imports(graph, computed)
    children = Counter(map(parent, graph.modules))
    found = [
        UnusedModules(package, tuple(names), places)
        for package, names in by_package.items()
        if not _is_plugin_folder(children, package, names)
    ]
    return tuple(sorted(found, key=lambda one: (-len(one.modules), one.package)))


class _Unasked(NamedTuple):
    """What no import names."""

    modules: tuple[str, ...]
    """In the order of the graph."""
    by_django: bool
    """Whether some import names Django."""


def _unasked(snapshot: Snapshot) -> _Unasked:
    graph, since = snapshot.graph, snapshot.since
    kept = since.load("unasked", _Unasked) if since is not None else None
    if since is not None and kept is not None:
        old = {edge.imported for name in since.changed for edge in since.before.imports_of(name)}
        new = {edge.imported for name in since.changed for edge in graph.imports_of(name)}
        tops = {"django", *map(top_level, graph.modules)}
        if new >= {name for name in old if top_level(name) in tops}:
            return _without(kept, new)
    found = _without(_Unasked(tuple(graph.modules), by_django=False), {one.imported for one in graph.imports})
    if since is not None:
        since.keep("unasked", found)
    return found


def _without(unasked: _Unasked, asked: Collection[str]) -> _Unasked:
    """Return what is left where some more names are asked for."""
    named = {*asked, *(above for name in asked for above in ancestors(name))}
    by_django = unasked.by_django or any(top_level(name) == "django" for name in asked)
    return _Unasked(tuple(name for name in unasked.modules if name not in named), by_django)


def _is_candidate(module: Module, graph: Graph) -> bool:
    if module.kind not in {Kind.MODULE, Kind.PACKAGE, Kind.ORPHAN} or "." not in module.name:
        return False
    parts = module.name.split(".")
    if parts[-1] in _ENTRY_NAMES or is_test_code(module.path):
        return False
    return not _is_below_main(module.name, graph)


def _is_below_main(name: str, graph: Graph) -> bool:
    """Tell whether a package is there to be run with `python -m`."""
    return f"{name}.__main__" in graph.modules


def _is_named_for_django(module: Module) -> bool:
    return not _DJANGO.isdisjoint(module.name.split(".")[1:])


def _remove(candidates: dict[str, Module], used: str) -> None:
    candidates.pop(used, None)
    for above in ancestors(used):
        candidates.pop(above, None)


class _Computed(NamedTuple):
    """An import of a computed name."""

    pattern: str
    line: int


def _computed(graph: Graph, name: str) -> tuple[_Computed, ...]:
    return tuple(_Computed(one.pattern, one.line) for one in graph.facts[name].dynamic)


def _computed_patterns(computed: _AllComputed) -> tuple[re.Pattern[str], ...]:
    """Return what computed imports may load, where their text says more than that it is some module."""
    found = {one.pattern for some in computed.values() for one in some}
    told = sorted(pattern for pattern in found if re.search(r"[A-Za-z]\w", pattern.replace("{}", "")))
    return tuple(re.compile(r"[\w.]*".join(map(re.escape, text.lstrip(".").split("{}")))) for text in told)


def _quoted(snapshot: Snapshot, candidates: Mapping[str, Module]) -> set[str]:
    """Return the candidates that some file names between quotes, as settings and registries do."""
    below: dict[str, list[str]] = defaultdict(list)
    for name in candidates:
        for above in ancestors(name):
            below[above].append(name)
    starts = sorted({top_level(name) for name in candidates})
    modules = snapshot.graph.modules

    def quoted(name: str) -> tuple[tuple[str, str], ...]:
        path = modules[name].path
        return tuple(_dotted_texts(snapshot.read_text(path), starts)) if path.endswith(".py") else ()

    sought = hashlib.blake2b("\n".join(starts).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    kept = of_modules(snapshot.since, f"quoted-{sought}", tuple[tuple[str, str], ...], modules, quoted)
    said: dict[str, bool] = {}
    for text, is_prefix in chain.from_iterable(kept.values()):
        said[text] = said.get(text, False) or bool(is_prefix)
    found: set[str] = set()
    for text, is_open in said.items():
        found.update(name for name in (text, *ancestors(text)) if name in candidates)
        if is_open:
            found.update(below.get(text, ()))
    return found


def _dotted_texts(text: str, starts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield the dotted names between quotes that begin with one of some names, and what follows a dot.

    A search for a few fixed words takes a tenth of the time of one for every quotation mark.
    """
    if len(starts) > _SOUGHT:
        yield from _QUOTED.findall(text)
        return
    for start in starts:
        for opening in (f'"{start}.', f"'{start}."):
            place = text.find(opening)
            while place >= 0:
                match = _QUOTED.match(text, place)
                if match is not None:
                    yield match[1], match[2] or ""
                place = text.find(opening, place + len(opening))


def _is_plugin_folder(children: Mapping[str, int], package: str, unused: Sequence[str]) -> bool:
    """Tell whether most modules of a package are found by listing it, not by imports."""
    return len(unused) >= _PLUGINS and len(unused) > children[package] / 2


def _computed_imports(graph: Graph, computed: _AllComputed) -> tuple[Location, ...]:
    places = []
    for name, some in computed.items():
        if graph.modules[name].kind not in {Kind.TEST, Kind.CONFTEST}:
            places += [Location(graph.modules[name].path, one.line) for one in some]
    return tuple(sorted(set(places)))


def check_unused_modules(snapshot: Snapshot) -> Iterator[Finding]:
    """Report unused modules, one finding for each package."""
    for one in find_unused_modules(snapshot):
        count = len(one.modules)
        caution = ""
        if one.computed:
            place = one.computed[0]
            more = f" and {len(one.computed) - 1} more" if len(one.computed) > 1 else ""
            caution = (
                f" Computed imports ({place.path}:{place.line}{more}) may load them: check before deleting."
            )
        names = ", ".join(f"`{name}`" for name in one.modules[:_NAMED]) + (
            f" and {count - _NAMED} more" if count > _NAMED else ""
        )
        yield Finding(
            code="IG601",
            subject=one.package,
            message=f"No import names {names}.{caution}",
            severity=Severity.NOTE,
            locations=tuple(Location(snapshot.graph.modules[name].path, 1) for name in one.modules),
            evidence=one,
            weight=count,
        )

"""Names that a module merely passes on, by an import or star import: followed without evaluating it.

Most of what a test names it takes from a package whose `__init__` takes it from elsewhere. Where the text
of such a module surely tells, the answer is the one that evaluating it would give; in all other cases there
is none, and it is evaluated.
"""

from typing import Any

from importgraph.namespaces.records import Mod, Ref
from importgraph.namespaces.text.texts import Star, Texts, absolute_name
from importgraph.text.bindings import read_exported

_KNOWN_STARS = {"pytest", "_pytest", "unittest", "math", "typing", "hypothesis"}
"""Packages of which evaluation binds names of its own choice (`imports.py`)."""


def passed_on(texts: Texts, module: str, path: str, name: str) -> Any:
    """Return what a module binds a name to where it only passes it on: a reference, a module, or None."""
    bindings = texts.bindings(path)
    if bindings is None or bindings.hidden:
        return None
    entry = bindings.index.entries.get(name)
    place = 0
    if entry is not None:
        place = bindings.only_binding(name) if entry.kind in {"import", "module"} else -1
    if place < 0 or (entry is None and bindings.mentions(name)):
        return None
    for star in _stars(texts, module, path):
        if star.offset >= place:
            verdict = _brings(texts, star, name)
            if verdict is None:
                return None
            if verdict:
                return Ref(star.module, name, path, bindings.line_of(star.offset))
    if entry is not None and entry.kind == "import":
        target = absolute_name(module, path, entry.module)
        if target == module and _is_submodule(texts, module, path, entry.name, place):
            return Mod(f"{module}.{entry.name}")
        return Ref(target, entry.name, path, bindings.line_of(place)) if target else None
    if entry is not None:
        return Mod(entry.module)
    is_submodule = not bindings.answers and texts.find(f"{module}.{name}", path) is not None
    return Mod(f"{module}.{name}") if is_submodule else None


def _is_submodule(texts: Texts, module: str, path: str, name: str, place: int) -> bool:
    """Tell whether a package that imports a name from itself means a submodule: nothing binds the name."""
    bindings = texts.bindings(path)
    if bindings is None or any(one != place for one in bindings.bound_at(name)):
        return False
    brought = (_brings(texts, star, name) for star in _stars(texts, module, path))
    return not any(one is not False for one in brought) and texts.find(f"{module}.{name}", path) is not None


def _stars(texts: Texts, module: str, path: str) -> tuple[Star, ...]:
    """Return the star imports of a module, the last one first."""
    if path not in texts.stars:
        bindings = texts.bindings(path)
        imports = bindings.index.imports if bindings is not None else ()
        texts.stars[path] = tuple(
            _resolved(texts, absolute_name(module, path, target), path, offset)
            for target, wanted, offset in reversed(imports)
            if wanted == "*"
        )
    return texts.stars[path]


def _resolved(texts: Texts, target: str, path: str, offset: int) -> Star:
    found = texts.find(target, path) if target else None
    if found is None or not found.readable or target.partition(".")[0] in _KNOWN_STARS:
        return Star(offset, target, "", None, open=True)
    texts.use(path, found.path)
    texts.bases.setdefault(found.path, texts.bases.get(path, "") if found.first else "")
    exported = read_exported(texts.source(found.path) or b"")
    if exported is not None:
        return Star(offset, target, found.path, exported, open=False)
    bindings = texts.bindings(found.path)
    is_open = bindings is None or bindings.hidden or bindings.answers or b"__all__" in bindings.bare
    return Star(offset, target, found.path, None, open=is_open)


def _brings(texts: Texts, star: Star, name: str) -> bool | None:
    """Tell whether a star import brings a name; None where text does not tell."""
    if star.exported is not None:
        return name in star.exported
    if star.open:
        return None
    if name.startswith("_"):
        return False
    verdict = binds(texts, star.module, star.path, name)
    is_submodule = verdict is False and texts.find(f"{star.module}.{name}", star.path) is not None
    return None if is_submodule else verdict  # it is there once somebody has imported it


def binds(texts: Texts, module: str, path: str, name: str) -> bool | None:
    """Tell whether a module binds a name, submodules aside; None where text does not tell."""
    key = (path, name)
    if key not in texts.binding:
        texts.binding[key] = None  # what modules say of each other in a circle is no answer
        texts.binding[key] = _binds(texts, module, path, name)
    return texts.binding[key]


def _binds(texts: Texts, module: str, path: str, name: str) -> bool | None:
    bindings = texts.bindings(path)
    if bindings is None or bindings.hidden:
        return None
    if name in bindings.index.entries:
        return None if bindings.deletes(name) else True
    if bindings.mentions(name):
        return None
    for star in _stars(texts, module, path):
        verdict = _brings(texts, star, name)
        if verdict is not False:
            return verdict
    return None if bindings.answers else False

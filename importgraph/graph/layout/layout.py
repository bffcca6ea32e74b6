"""Give every file its module name.

Text alone does not say whether `ns/foo/__init__.py` is `ns.foo` or `foo`: that depends on which folders are
on `sys.path`. We take the folders that configuration names, then ask the imports of the tree itself how
they call it.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from importgraph.facts.found import OtherFiles, ScannedFile
from importgraph.graph.layout.build_backends import PYTHONPATH
from importgraph.graph.layout.root_choice import choose_roots, folder_of, is_test_name, last_of
from importgraph.graph.layout.roots import ImportPath
from importgraph.graph.layout.votes import Votes
from importgraph.graph.model import Kind, Module
from importgraph.names import ancestors, parent


@dataclass(frozen=True, slots=True)
class Layout:
    """All modules by name, and the roots they were named from."""

    modules: Mapping[str, Module]
    roots: tuple[tuple[str, str], ...]
    votes: Votes
    """What the imports of the tree said."""


def lay_out(files: Sequence[ScannedFile], path: ImportPath, other: OtherFiles) -> Layout:
    """Name every file.

    Args:
        files: The scanned files, sorted by path.
        path: What is known of where imports look.
        other: What stands beside the files.

    Returns:
        The modules, sorted by name, namespace packages included. Every file gets exactly one module; where
        two files claim one name, the one nearest to the top keeps it and the others are named by their
        path.
    """
    paths = [file.path for file in files]
    packages = {folder_of(place) for place in paths if place.endswith("/__init__.py")}
    settled = {root.folder for root in path.roots if root.settled}
    bases = {place: _base(place, packages, settled) for place in paths}
    votes = Votes(files, bases, path.requirements)
    roots = choose_roots(votes, bases, path.roots)
    claims: dict[str, list[Module]] = defaultdict(list)
    for file in files:
        base = bases[file.path]
        module = _name(file, roots[base][0], packages, tests_by_path=path.tests_by_path)
        claims[module.name].append(module)
    modules = _settle(claims)
    known = frozenset(root.folder for root in path.roots)
    named = {name: _with_kind(module, votes.imported, known) for name, module in modules.items()}
    named.update(_opaque(other, named))
    named.update(_namespaces(named))
    used = {root.folder: root.reason for root in path.roots if root.reason == PYTHONPATH and root.folder}
    used |= dict(roots.values())
    return Layout(dict(sorted(named.items())), tuple(sorted(used.items())), votes)


def _stem(path: str) -> str:
    return last_of(path).removesuffix(".py")


def _base(path: str, packages: set[str], settled: set[str]) -> str:
    """Return the folder that holds the outermost package around a file, below the roots that are settled."""
    folder = folder_of(path)
    outermost = folder
    base = folder
    while outermost and outermost not in settled:
        if outermost in packages:
            base = folder_of(outermost)
        outermost = folder_of(outermost)
    return base


def _name(file: ScannedFile, root: str, packages: set[str], *, tests_by_path: bool) -> Module:
    folder, stem = folder_of(file.path), _stem(file.path)
    if folder not in packages and (is_test_name(stem) or stem == "conftest"):
        root = "" if tests_by_path else folder  # as pytest names it in this import mode
    inside = file.path.removeprefix(f"{root}/") if root else file.path
    stem = _without_colons(inside.removesuffix(".py"))
    is_package = last_of(stem) == "__init__" and "/" in stem
    dotted = stem.removesuffix("/__init__") if is_package else stem
    if "." in dotted:
        return _not_importable(file, dotted, packages)
    name = dotted.replace("/", ".")
    kind = Kind.PACKAGE if is_package else Kind.MODULE
    if _is_orphan(file.path, packages, root):
        kind = Kind.ORPHAN
    package = name if is_package else parent(name)
    return Module(name, file.path, kind, root, name, package, broken=file.broken is not None)


def _not_importable(file: ScannedFile, dotted: str, packages: set[str]) -> Module:
    """Name a file that no statement can import, because its path has a dot in it."""
    folder = folder_of(dotted)
    package = folder.replace("/", ".") if folder_of(file.path) in packages and "." not in folder else ""
    name = _path_name(file.path)
    return Module(
        name, file.path, Kind.SCRIPT, folder_of(file.path), name, package, broken=file.broken is not None
    )


def _path_name(path: str) -> str:
    """Return the name of a module that goes by its path; the slash tells it from a dotted name."""
    return _without_colons(path if "/" in path else f"./{path}")


def _without_colons(name: str) -> str:
    """Write colons as `%3A`: in the name of a node, a colon parts module and function."""
    return name.replace(":", "%3A")


def _is_orphan(path: str, packages: set[str], root: str) -> bool:
    """Tell whether a file stands in a package, but below a folder that is none."""
    folder = folder_of(path)
    gap = False
    while folder and folder != root:
        if folder in packages:
            if gap:
                return True
        else:
            gap = True
        folder = folder_of(folder)
    return False


def _settle(claims: Mapping[str, list[Module]]) -> dict[str, Module]:
    """Give each file a name of its own; what stands in a package that lost its name loses its name too."""
    settled: dict[str, Module] = {}
    losers: list[Module] = []
    lost: set[tuple[str, str]] = set()
    for name in sorted(claims, key=lambda claimed: (claimed.count("."), claimed)):
        for module in sorted(claims[name], key=_claim_order):
            if name not in settled and not any((module.root, above) in lost for above in ancestors(name)):
                settled[name] = module
                continue
            losers.append(module)
            if module.kind is Kind.PACKAGE:
                lost.add((module.root, name))
    for module in sorted(losers, key=lambda loser: loser.path):
        own = _other_name(module, settled)
        settled[own] = Module(
            own, module.path, module.kind, module.root, module.importable_as, module.package, module.broken
        )
    return settled


def _other_name(module: Module, settled: Mapping[str, Module]) -> str:
    """Return a name for a module whose own is taken: its whole path, dotted where that is free."""
    plain = _without_colons(module.path.removesuffix(".py").removesuffix("/__init__"))
    dotted = plain.replace("/", ".")
    winner = settled.get(module.name)
    same_root = winner is not None and winner.root == module.root
    return _path_name(module.path) if same_root or "." in plain or dotted in settled else dotted


def _claim_order(module: Module) -> tuple[bool, int, str]:
    """Order the claims on one name: CPython takes a package before a module; the nearest root first."""
    return (module.kind is not Kind.PACKAGE, module.root.count("/") + bool(module.root), module.path)


def _with_kind(module: Module, imported: frozenset[str], roots: frozenset[str]) -> Module:
    stem = _stem(module.path)
    kind = module.kind
    if stem == "conftest":
        kind = Kind.CONFTEST
    elif is_test_name(stem):
        kind = Kind.TEST
    elif not all(part.isidentifier() for part in module.importable_as.split(".")):
        kind = Kind.SCRIPT
    elif kind is Kind.MODULE and not module.package:
        known = module.importable_as in imported or module.root in roots
        kind = Kind.MODULE if known else Kind.SCRIPT
    if kind is module.kind:
        return module
    return Module(
        module.name, module.path, kind, module.root, module.importable_as, module.package, module.broken
    )


def _opaque(other: OtherFiles, modules: Mapping[str, Module]) -> dict[str, Module]:
    """Name what stands beside our modules and is not read; Python source of the same name wins.

    These are built extensions and Cython sources in packages, and what git ignores.
    """
    packages = {folder_of(m.path): (m.name, m.root) for m in modules.values() if m.kind is Kind.PACKAGE}
    beside = {folder_of(m.path): (m.package, m.root) for m in modules.values() if m.kind is Kind.MODULE}
    found: dict[str, Module] = {}
    for path, kind in (
        *((path, Kind.EXTENSION) for path in other.compiled if path.endswith((".so", ".pyd", ".pyx"))),
        *((path, Kind.UNREAD) for path in other.unread),
    ):
        places = packages if kind is Kind.EXTENSION else beside | packages
        stem = last_of(path.rstrip("/")).partition(".")[0]
        place = places.get(folder_of(path.rstrip("/")))
        if place is None or not stem.isidentifier() or stem == "__init__":
            continue
        package, root = place
        name = f"{package}.{stem}" if package else stem
        if name not in modules:
            found.setdefault(name, Module(name, path, kind, root, name, package, broken=False))
    return found


def _namespaces(modules: Mapping[str, Module]) -> dict[str, Module]:
    found: dict[str, Module] = {}
    for module in modules.values():
        depth = module.importable_as.count(".") if "/" not in module.name else 0
        for name in list(ancestors(module.name))[-depth:] if depth else ():
            if name not in modules:
                found[name] = Module(name, "", Kind.NAMESPACE, module.root, name, name, broken=False)
    return found

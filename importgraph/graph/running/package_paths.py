"""Packages that set their own `__path__`: in which folders of the tree modules below them are looked for."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from importgraph.evaluation.interpreter import Machine
from importgraph.evaluation.models.files import inside_tree
from importgraph.evaluation.module_attributes import folder_of
from importgraph.evaluation.protocol import Policy
from importgraph.evaluation.values.limits import Budget
from importgraph.evaluation.values.value import Value, settled
from importgraph.evaluation.values.values import Sequence, unwrap, wrap
from importgraph.facts.model import ModuleFacts
from importgraph.graph.model import Kind, Module
from importgraph.names import parent

_OWN = "__path__"
_STEPS = 3_000
"""Statements and expressions that finding out one path may take."""


def packages_with_paths(modules: Mapping[str, Module], facts: Mapping[str, ModuleFacts]) -> tuple[str, ...]:
    """Return the packages whose own text changes where modules below them are looked for."""
    return tuple(
        name
        for name, found in facts.items()
        if _OWN in found.path_changes and modules[name].kind is Kind.PACKAGE
    )


def package_folders(
    packages: Iterable[str], policy: Policy, files_in: Callable[[str], tuple[str, ...] | None]
) -> Iterator[tuple[str, str]]:
    """Yield packages with the further folders of the tree in which their text makes Python look.

    Args:
        packages: The packages to run.
        policy: How they are evaluated.
        files_in: Lists a folder of the tree; None for what is none.
    """
    machine = Machine(policy, Budget(steps=_STEPS))
    for name in packages:
        module, own = machine.module(name), folder_of(machine, name)
        machine.budget.start()
        module.namespace[_OWN] = wrap([own])
        machine.run_module(name)
        found = module.namespace.get(_OWN)
        path = settled(found) if isinstance(found, Value) else None
        for item in path.items if isinstance(path, Sequence) else ():
            folder = inside_tree(unwrap(item))
            if folder and unwrap(item) != own and files_in(folder) is not None:
                yield name, folder


def renamed(
    modules: Mapping[str, Module], folders: Iterable[tuple[str, str]], imported: Collection[str]
) -> dict[str, Module]:
    """Return the modules, those in further folders by the names that imports find them under.

    A file that some import asks for by the name of its place keeps that.
    """
    found = dict(modules)
    for package, folder in folders:
        for name, module in modules.items():
            inside = module.path.removeprefix(f"{folder}/").removesuffix(".py").removesuffix("/__init__")
            own = f"{package}.{inside.replace('/', '.')}"
            is_free = own not in found and parent(own) in found and name in found and name not in imported
            if module.path.startswith(f"{folder}/") and is_free and "/" not in name:
                del found[name]
                around = own if module.kind is Kind.PACKAGE else parent(own)
                found[own] = replace(module, name=own, importable_as=own, package=around)
    return dict(sorted(found.items()))

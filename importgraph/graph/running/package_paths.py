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
from importgraph.graph.model import Kind, Module
from importgraph.names import parent

OWN_PATH = "__path__"
"""What a package binds, and what its facts call it where the text changes it."""
_STEPS = 3_000
"""Statements and expressions that finding out one path may take."""


def package_folders(
    packages: Iterable[str], policy: Policy, files_in: Callable[[str], tuple[str, ...] | None]
) -> Iterator[tuple[str, str]]:
    """Yield packages with the further folders of the tree in which their text makes Python look.

    One without a folder stands for a package whose path other modules decide, which names none today.

    Args:
        packages: The packages to run.
        policy: How they are evaluated.
        files_in: Lists a folder of the tree; None for what is none.
    """
    machine = Machine(policy, Budget(steps=_STEPS))
    for name in packages:
        module, own = machine.module(name), folder_of(machine, name)
        machine.budget.start()
        module.namespace[OWN_PATH] = wrap([own])
        machine.run_module(name)
        found = module.namespace.get(OWN_PATH)
        path = settled(found) if isinstance(found, Value) else None
        places = [unwrap(item) for item in path.items] if isinstance(path, Sequence) else []
        inside = [inside_tree(place) or "" for place in places if place != own]
        folders = [folder for folder in inside if folder and files_in(folder) is not None]
        if machine.modules.keys() - {name} and not folders:
            yield name, ""
        yield from ((name, folder) for folder in folders)


def renamed(
    modules: Mapping[str, Module], folders: Iterable[tuple[str, str]], imported: Collection[str]
) -> dict[str, Module]:
    """Return the modules, those in further folders by the names that imports find them under.

    A file that some import asks for by the name of its place keeps that.
    """
    found = dict(modules)
    for package, folder in folders:
        for name, module in modules.items() if folder else ():
            inside = module.path.removeprefix(f"{folder}/").removesuffix(".py").removesuffix("/__init__")
            own = f"{package}.{inside.replace('/', '.')}"
            is_free = own not in found and parent(own) in found and name in found and name not in imported
            if module.path.startswith(f"{folder}/") and is_free and "/" not in name:
                del found[name]
                around = own if module.kind is Kind.PACKAGE else parent(own)
                found[own] = replace(module, name=own, importable_as=own, package=around)
    return dict(sorted(found.items()))

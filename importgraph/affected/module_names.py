"""The nodes of one module: its body, functions and classes, and what its names are bound to in it."""

from collections import defaultdict
from dataclasses import dataclass, field

from msgspec.structs import replace

from importgraph.affected.records import Record
from importgraph.affected.units import ClassText

UNKNOWN = "?"


def function_node(module: str, qualname: str) -> str:
    """Return the node of a function."""
    return f"{module}:{qualname}()"


def class_node(module: str, qualname: str) -> str:
    """Return the node of a class."""
    return f"{module}:{qualname}"


@dataclass(slots=True)
class ModuleNames:
    """The nodes of one module."""

    units: dict[str, list[int]] = field(default_factory=dict)
    """By node the places of its units; a name that is defined twice has several."""
    classes: dict[str, ClassText] = field(default_factory=dict)
    """By node."""
    methods: dict[str, dict[str, str]] = field(default_factory=dict)
    """By class and name, the nodes of functions."""
    own: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    """By name that the body binds, what it may be."""
    members: tuple[str, ...] = ()
    """The nodes of the classes and plain functions."""


def module_names(module: str, record: Record) -> ModuleNames:
    """Return the nodes of a module from the record of its text."""
    names = ModuleNames()
    names.units[module] = [0]
    for name in record.stored:
        names.own[name].add(UNKNOWN)
    for one in record.classes:
        node = class_node(module, one.qualname)
        known = names.classes.get(node)
        if known is not None:
            registered = known.registered or one.registered
            names.classes[node] = replace(known, bases=(*known.bases, *one.bases), registered=registered)
        else:
            names.classes[node] = one
        if "." not in one.qualname:
            names.own[one.qualname].add(node)
    plain = []
    for number, header in enumerate(record.functions, 1):
        node = function_node(module, header.qualname)
        names.units.setdefault(node, []).append(number)
        if header.owner:
            names.methods.setdefault(class_node(module, header.owner), {})[header.name] = node
        else:
            names.own[header.qualname].add(node)
            plain.append(node)
    names.members = (*names.classes, *dict.fromkeys(plain))
    return names

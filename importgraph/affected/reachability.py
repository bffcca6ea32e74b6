"""What the units of a tree use, with all names resolved, and what runs without being named.

What is called from outside the tree counts as called: special methods, methods of classes with a base from
outside, registered functions, names that nothing in the tree uses, and those of Python's usual protocols.
"""

import collections.abc
import io
import logging
import re
import threading
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from importgraph.affected.arcs import Arcs, Named
from importgraph.affected.groups import Group, Place
from importgraph.affected.links import Link, ModuleLinks
from importgraph.affected.module_names import UNKNOWN, class_node
from importgraph.affected.name_lookup import Lookup
from importgraph.affected.records import Header
from importgraph.affected.texts import Texts
from importgraph.affected.units import Unit
from importgraph.graph.model import Graph, Kind

_PROTOCOLS = frozenset(
    name
    for kind in (
        io.TextIOWrapper, io.BytesIO, dict, list, set, collections.abc.Generator, logging.Handler,
        logging.Formatter, threading.Thread,
    )
    for name in dir(kind)
) | {"find_spec", "exec_module", "create_module", "default", "utcoffset", "tzname", "dst"}  # fmt: skip
_SPECIAL = frozenset({"__init_subclass__", "__set_name__"})
_ANSWERING = frozenset({"__getattr__", "__getattribute__"})
_OF_PYTEST = re.compile(r"pytest_|test|setup|teardown|setUp|tearDown|runTest|asyncSetUp|asyncTearDown")


Why = tuple[str, int | None, str]
"""What led to a node: the node before it, the line there, and the reason."""
Step = tuple[str, str, Why]
"""The module of what a link leads to, that itself, and what is said of it."""


@dataclass(slots=True)
class Uses:
    """What a unit uses, resolved, each with the first line."""

    nodes: dict[str, int] = field(default_factory=dict)
    names: dict[str, int] = field(default_factory=dict)
    patterns: dict[str, int] = field(default_factory=dict)
    lists: list[tuple[str, int]] = field(default_factory=list)
    computed: int | None = None
    """A line that asks for an attribute by a computed name."""
    reads_source: bool = False


class Reach:
    """Answers what tests can run in one tree.

    Args:
        graph: The tree.
        texts: The units of its modules.
        links: The ways from the body and the functions of a module to other modules.
        named: Returns the modules that the text of a module names to be run.
        entries: Functions that the project's settings hand to others, as `module:function`.
    """

    def __init__(
        self,
        graph: Graph,
        texts: Texts,
        links: ModuleLinks,
        named: Named = lambda _: (),
        entries: frozenset[str] = frozenset(),
    ) -> None:
        self.graph = graph
        self.texts = texts
        self.entries = entries
        self.module_links = links
        self.lookup = Lookup(graph, self.texts, links)
        self._given = (links.of, named)
        self.arcs = Arcs(texts, links, self.lookup, named)
        self._links: dict[str, dict[str, tuple[Step, ...]]] = {}
        self._uses: dict[str, Uses] = {}
        self._always: dict[str, bool] = {}
        self._groups: dict[str, Group] = {}
        self._always_in: dict[str, frozenset[int]] = {}
        self._unsaid_in: dict[str, tuple[int, ...]] = {}
        self._in_order: list[Group] = []
        self.by_name: dict[str, list[Place]] = defaultdict(list)
        """By name what has it, here and below of the groups that were asked for."""
        self._fitting: dict[str, tuple[int, list[Place]]] = {}

    def links(self, node: str) -> "tuple[Step, ...]":
        """Return the ways from a body or function, in order, each target once."""
        module = node.partition(":")[0]
        if module not in self._links:
            self._links[module] = self._steps(module)
        return self._links[module].get(node, ())

    def _steps(self, module: str) -> dict[str, tuple[Step, ...]]:
        sources: dict[str, list[Link]] = defaultdict(list)
        for link in (one for given in self._given for one in given(module)):
            sources[link.source].append(link)
        found: dict[str, dict[str, Step]] = defaultdict(dict)
        for source, some in sources.items():
            node = (
                source if self.lookup.has(source) else module
            )  # in text that was not split: its module runs it
            for link in some:
                step = (link.target.partition(":")[0], link.target, (node, link.line, link.reason))
                found[node].setdefault(link.target, step)
        steps = {node: tuple(some.values()) for node, some in found.items()}
        self.texts.load(target for some in steps.values() for target, _, _ in some)  # many at once
        return steps

    # -- what is there together ---------------------------------------------------------------------

    def group(self, home: str) -> Group:
        """Return the classes and plain functions of a module, or the methods of a class."""
        found = self._groups.get(home)
        if found is None:
            lookup = self.lookup
            nodes = lookup.methods(home).values() if ":" in home else lookup.names_of(home).members
            found = self._groups[home] = Group(home, nodes)
            self._in_order.append(found)
            for name, numbers in found.by_name.items():
                self.by_name[name] += [(found, number) for number in numbers]
        return found

    def home(self, node: str) -> str:
        """Return the module that a class or plain function comes with, or the class of a method."""
        module, _, qualname = node.partition(":")
        owner = qualname.rpartition(".")[0] if qualname.endswith("()") else ""
        return class_node(module, owner) if owner else module

    def always_in(self, group: Group) -> frozenset[int]:
        """Return the places of those that run, or are used, as soon as they are there."""
        found = self._always_in.get(group.home)
        if found is None:
            found = frozenset(number for number, node in enumerate(group.nodes) if self.always(node))
            self._always_in[group.home] = found
        return found

    def unsaid_in(self, group: Group) -> tuple[int, ...]:
        """Return the places of those whose names no text of the tree uses."""
        found = self._unsaid_in.get(group.home)
        if found is None:
            unsaid = (numbers for name, numbers in group.by_name.items() if not self.texts.uses_word(name))
            found = self._unsaid_in[group.home] = tuple(number for numbers in unsaid for number in numbers)
        return found

    def fitting(self, pattern: str) -> list[Place]:
        """Return what has a name of a pattern."""
        count, found = self._fitting.get(pattern, (0, []))
        for group in self._in_order[count:]:
            found += [(group, number) for number in group.fitting(pattern)]
        self._fitting[pattern] = (len(self._in_order), found)
        return found

    @property
    def everything(self) -> Iterator[Place]:
        """All of them."""
        return ((group, number) for group in self._in_order for number in range(len(group.nodes)))

    @property
    def unsaid(self) -> Iterator[Place]:
        """What has a name that no text of the tree uses."""
        return ((group, number) for group in self._in_order for number in self.unsaid_in(group))

    # -- what runs without being named ------------------------------------------------------------

    def always(self, node: str) -> bool:
        """Tell whether a function runs, or a class is used, as soon as its module (its class) is there."""
        if node not in self._always:
            self._always[node] = self._is_always(node)
        return self._always[node]

    def _is_always(self, node: str) -> bool:
        lookup = self.lookup
        if lookup.class_text(node) is not None:
            ancestors = lookup.ancestors(node)
            return UNKNOWN in ancestors or any(map(self._is_met, ancestors))
        module = node.partition(":")[0]
        return node.removesuffix("()") in self.entries or any(
            self._runs_alone(module, header) for header in lookup.headers(node)
        )

    def _is_met(self, node: str) -> bool:
        """Tell whether a subclass of a class is handed to somebody, or runs a method of it, as it is made."""
        text = self.lookup.class_text(node)
        is_registered = text is not None and text.registered
        return is_registered or not _SPECIAL.isdisjoint(self.lookup.methods(node))

    def _runs_alone(self, module: str, header: Header) -> bool:
        name = header.name
        if header.registered or (name.startswith("_") and name.endswith("_")) or _OF_PYTEST.match(name):
            return True
        if not header.owner:
            return False
        return (
            name in _PROTOCOLS
            or not self.texts.uses_word(name)
            or UNKNOWN in self.lookup.ancestors(class_node(module, header.owner))
        )

    # -- what a unit uses ---------------------------------------------------------------------------

    def uses(self, node: str) -> Uses:
        """Return what the text of a node uses, resolved."""
        if node not in self._uses:
            found = Uses()
            for unit in self.lookup.units(node):
                self._resolve(node.partition(":")[0], unit, found)
            self._uses[node] = found
        return self._uses[node]

    def _resolve(self, module: str, unit: Unit, found: Uses) -> None:
        lookup = self.lookup
        for word, line in unit.attributes.items():
            found.names.setdefault(word, line)
        for name, line in unit.names.items():
            for node in lookup.name(module, name):
                if node != UNKNOWN:
                    found.nodes.setdefault(node, line)
                elif name not in unit.stored and name not in self.texts.record(module).stored:
                    found.names.setdefault(name, line)
        if not unit.qualname:  # class bodies see their methods: `__next__ = next`
            functions = self.texts.record(module).functions
            for name in unit.names.keys() & {one.name for one in functions if one.owner}:
                found.names.setdefault(name, unit.names[name])
        for chain, line in unit.chains.items():
            self._resolve_chain(module, unit, chain, line, found)
        for name, line in unit.own.items():
            family = lookup.family(class_node(module, unit.owner)) if unit.owner else frozenset({UNKNOWN})
            nodes = {one for member in family if (one := lookup.methods(member).get(name))}
            nested = (f"{member}.{name}" for member in family)
            nodes |= {one for one in nested if lookup.class_text(one) is not None}
            answers = not nodes and any(not _ANSWERING.isdisjoint(lookup.methods(one)) for one in family)
            found.nodes.update((node, line) for node in nodes if node not in found.nodes)
            if UNKNOWN in family or answers:
                found.names.setdefault(name, line)
        if (
            unit.is_fixture
            or self.graph.modules[module].kind in {Kind.TEST, Kind.CONFTEST}
            or _OF_PYTEST.match(unit.name)
        ):
            for name in unit.parameters:
                found.names.setdefault(name, unit.line)
        found.patterns.update(unit.patterns)
        found.computed = found.computed or next(iter(unit.computed), None)
        found.lists.extend(unit.lists)
        found.reads_source = found.reads_source or unit.reads_source

    def _resolve_chain(self, module: str, unit: Unit, chain: tuple[str, ...], line: int, found: Uses) -> None:
        lookup = self.lookup
        root, *attributes = chain
        nodes = lookup.name(module, root)
        if root in unit.stored:
            nodes |= {UNKNOWN}
        if not nodes and lookup.is_outside(module, root):
            attributes = attributes[1:]
        for attribute in attributes:
            if not nodes or UNKNOWN in nodes:
                found.names.setdefault(attribute, line)
            nodes = frozenset(
                one for node in nodes - {UNKNOWN} for one in lookup.attribute(node, attribute)
            ) | (nodes & {UNKNOWN})
            if UNKNOWN in nodes:
                found.names.setdefault(attribute, line)
            for node in nodes - {UNKNOWN}:
                found.nodes.setdefault(node, line)

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
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from importgraph.affected.lazy_names import with_answers
from importgraph.affected.links import Link
from importgraph.affected.name_lookup import UNKNOWN, Lookup, class_node, function_node
from importgraph.affected.units import ModuleText, Unit, words_of
from importgraph.graph.model import Graph, Kind

_PROTOCOLS = frozenset(
    name
    for kind in (
        io.TextIOWrapper, io.BytesIO, dict, list, set, collections.abc.Generator, logging.Handler,
        logging.Formatter, threading.Thread,
    )
    for name in dir(kind)
) | {"find_spec", "exec_module", "create_module", "default", "utcoffset", "tzname", "dst"}  # fmt: skip
_OF_PYTEST = re.compile(r"pytest_|test|setup|teardown|setUp|tearDown|runTest|asyncSetUp|asyncTearDown")


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
        texts: By module, the units of its text.
        links: Ways from one module or function to a module, by source.
        entries: Functions that the project's settings hand to others, as `module:function`.
    """

    def __init__(
        self,
        graph: Graph,
        texts: Mapping[str, ModuleText],
        links: Mapping[str, Iterable[Link]],
        entries: frozenset[str] = frozenset(),
    ) -> None:
        self.graph = graph
        self.texts = with_answers(graph, texts)
        self.entries = entries
        self.lookup = Lookup(graph, self.texts)
        self.links: dict[str, list[Link]] = defaultdict(list)
        for source, found in links.items():
            known = source if source in self.lookup.units else source.partition(":")[0]
            self.links[known].extend(found)  # a function in text that was not split: its module runs it
        self._uses: dict[str, Uses] = {}
        self._members: dict[str, tuple[str, ...]] = {}
        self._always: dict[str, bool] = {}

    @cached_property
    def words(self) -> frozenset[str]:
        """All names that the text of the tree uses anywhere."""
        return frozenset(word for text in self.texts.values() for word in words_of(text))

    def members(self, module: str) -> tuple[str, ...]:
        """Return the nodes of the classes and plain functions of a module."""
        if module not in self._members:
            text = self.texts[module]
            classes = (class_node(module, one.qualname) for one in text.classes)
            functions = (function_node(module, unit.qualname) for unit in text.functions if not unit.owner)
            self._members[module] = (*dict.fromkeys(classes), *dict.fromkeys(functions))
        return self._members[module]

    # -- what runs without being named ------------------------------------------------------------

    def always(self, node: str) -> bool:
        """Tell whether a function runs, or a class is used, as soon as its module (its class) is there."""
        if node not in self._always:
            self._always[node] = self._is_always(node)
        return self._always[node]

    def _is_always(self, node: str) -> bool:
        lookup = self.lookup
        if node in lookup.classes:
            ancestors = lookup.ancestors(node)
            special = ("__init_subclass__", "__set_name__")
            return UNKNOWN in ancestors or any(
                lookup.classes[one].registered or any(name in lookup.methods[one] for name in special)
                for one in ancestors
            )
        module = node.partition(":")[0]
        return node.removesuffix("()") in self.entries or any(
            self._runs_alone(module, unit) for unit in lookup.units[node]
        )

    def _runs_alone(self, module: str, unit: Unit) -> bool:
        name = unit.name
        if unit.registered or (name.startswith("_") and name.endswith("_")) or _OF_PYTEST.match(name):
            return True
        if not unit.owner:
            return False
        return (
            name not in self.words
            or name in _PROTOCOLS
            or UNKNOWN in self.lookup.ancestors(class_node(module, unit.owner))
        )

    # -- what a unit uses ---------------------------------------------------------------------------

    def uses(self, node: str) -> Uses:
        """Return what the text of a node uses, resolved."""
        if node not in self._uses:
            found = Uses()
            for unit in self.lookup.units.get(node, ()):
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
                elif name not in unit.stored and name not in self.texts[module].body.stored:
                    found.names.setdefault(name, line)
        if not unit.qualname:  # class bodies see their methods: `__next__ = next`
            for name in unit.names.keys() & {one.name for one in self.texts[module].functions if one.owner}:
                found.names.setdefault(name, unit.names[name])
        for chain, line in unit.chains.items():
            self._resolve_chain(module, unit, chain, line, found)
        for name, line in unit.own.items():
            family = lookup.family(class_node(module, unit.owner)) if unit.owner else frozenset({UNKNOWN})
            nodes = {one for member in family for one in lookup.methods[member].get(name, ())}
            nodes |= {f"{member}.{name}" for member in family} & lookup.classes.keys()
            answers = any(
                m in lookup.methods[one] for one in family for m in ("__getattr__", "__getattribute__")
            )
            found.nodes.update((node, line) for node in nodes if node not in found.nodes)
            if UNKNOWN in family or (not nodes and answers):
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

"""What must hold of every fuzzed input; each check returns what is wrong, or nothing."""

import ast
import re
import warnings
from collections.abc import Mapping
from pathlib import Path

from importgraph.config import from_options
from importgraph.errors import ImportgraphError
from importgraph.facts.model import Origin
from importgraph.facts.parse import parse_module
from importgraph.facts.source.host import compile_error
from importgraph.graph.cycle_breaking import cycle_breakers, is_acyclic, shortest_cycle
from importgraph.project import open_project

NEWER = "newer syntax"
"""The host rejects it and we do not: right if a newer Python takes it."""


def check_source(source: bytes) -> str:
    """Compare with the host: what it compiles is not broken, what it rejects is; its tree has our imports."""
    parsed = parse_module(source)
    reason = parsed.broken.reason if parsed.broken else ""
    if "please report" in reason:
        return reason
    tree = _host_tree(source)
    if tree is None:
        return "" if reason else NEWER
    refused = compile_error(source)
    if bool(reason) != (refused is not None):
        return f"Python says {refused}, we say: {reason}"
    ours = {
        (one.line, one.module, one.level, one.name)
        for one in parsed.facts.imports
        if one.origin is Origin.STATEMENT
    }
    return "" if ours == set(_imports(tree)) else f"imports differ: {ours ^ set(_imports(tree))}"


def _host_tree(source: bytes) -> ast.Module | None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return ast.parse(source)
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            return None


def _imports(tree: ast.Module):
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((alias.lineno, alias.name, 0, None) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield from ((alias.lineno, node.module or "", node.level, alias.name) for alias in node.names)


def check_graph(arcs: Mapping[str, list[str]]) -> str:
    """Break every cycle, with no edge too many; a shortest cycle is one."""
    import networkx as nx

    graph = nx.DiGraph([(source, target) for source, targets in arcs.items() for target in targets])
    for component in nx.strongly_connected_components(graph):
        if len(component) < 2:
            continue
        inside = {node: [t for t in arcs[node] if t in component] for node in sorted(component)}
        found = cycle_breakers(inside, lambda *_: 1, steps=20_000)
        if not is_acyclic(inside, found.edges):
            return f"a cycle is left without {found.edges}"
        if any(is_acyclic(inside, set(found.edges) - {edge}) for edge in found.edges):
            return f"an edge too many in {found.edges}"
        ring = shortest_cycle(inside, sorted(component)).nodes
        if any(after not in inside[before] for before, after in zip(ring, ring[1:] + ring[:1], strict=True)):
            return f"{ring} is no cycle"
        girth = min(_girth_through(graph.subgraph(component), node) for node in component)
        if len(ring) != girth:
            return f"{ring} is not shortest: {girth}"
    return ""


def _girth_through(graph, node: str) -> int:
    import networkx as nx

    lengths = nx.single_source_shortest_path_length(graph, node)
    return min(lengths[before] + 1 for before in graph.predecessors(node))


def check_tree(root: Path) -> str:
    """Open a tree: the ledger adds up, every rule finishes; or the user is told what to mend."""
    try:
        project = open_project(root, from_options(workers=1))
        ledger = project.graph.ledger
    except ImportgraphError as error:
        return "" if str(error) else "an error without a message"
    if ledger.found != ledger.analysed + len(ledger.broken) + len(ledger.excluded):
        return "the ledger does not add up"
    broken = [one.reason for one in ledger.broken if "please report" in one.reason]
    unfinished = [one.message for one in project.findings if one.code == "IG003"]
    skipped = [one.reason for one in project.proposals.skipped if "please report" in one.reason]
    return "; ".join(broken + unfinished + skipped)


_ERROR = re.compile(r"^ERROR (\S+)", re.MULTILINE)


def collected_by_pytest(output: str) -> tuple[dict[str, list[str]], set[str]]:
    """Read the output of `pytest --collect-only -q`: node ids by file, and the files that fail."""
    ids: dict[str, list[str]] = {}
    for line in output.split("\n\n", maxsplit=1)[0].splitlines():
        if "::" in line and not line.startswith(("ERROR", "FAILED", " ")):
            ids.setdefault(line.partition("::")[0], []).append(line)
    return ids, set(_ERROR.findall(output))

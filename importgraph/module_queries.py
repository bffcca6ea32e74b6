"""Questions about modules that a user names: whether they are there, and through what one loads another."""

from itertools import pairwise
from typing import TYPE_CHECKING

from importgraph.errors import UsageError
from importgraph.findings.heavy_imports import Link, link
from importgraph.graph.algorithms import shortest_chain
from importgraph.graph.outside.library_views import with_externals
from importgraph.graph.views import View
from importgraph.names import near_matches

if TYPE_CHECKING:
    from importgraph.project import Project


def known_module(project: "Project", name: str) -> str:
    """Return the name if the tree has such a module.

    Raises:
        UsageError: If not; near matches are named.
    """
    if name in project.graph.modules:
        return name
    near = near_matches(name, list(project.graph.modules))
    hint = f"Did you mean {', '.join(near)}?" if near else "`importgraph graph` lists the modules."
    raise UsageError(f"There is no module {name} in {project.root.name}.", hint)


def known_node(project: "Project", name: str, view: View) -> str:
    """Return the name if the tree, its environment or a view has such a module.

    Raises:
        UsageError: If not; near matches are named.
    """
    if name in view.known or name in project.graph.modules:
        return name
    outside = project.outside.outside
    found = outside.find(name)
    if found is not None:
        return found
    if near_matches(name, list(project.graph.modules)):
        return known_module(project, name)
    where = "in it" if project.environment is None else f"in it or in {outside.environment.prefix}"
    raise UsageError(
        f"{project.root.name} loads no module {name}, and there is none {where}.",
        "Name the environment that has it with --python.",
    )


def loading_from(project: "Project", name: str) -> View:
    """View what importing a module loads, of the tree or from outside.

    Without an environment each library is one node, those that are tried among them.
    """
    if project.environment is None:
        return with_externals(project.graph, project.runtime)
    found = project.outside.outside.find(name) if name not in project.graph.modules else None
    if found is not None:
        project.outside.reach((found,))
    return project.snapshot_from(name).loading


def chain(project: "Project", importer: str, imported: str) -> tuple[Link, ...]:
    """Return a shortest chain at run time.

    Raises:
        UsageError: If a module is unknown, or importing the first does not load the second.
    """
    view = loading_from(project, importer)
    ends = known_node(project, importer, view), known_node(project, imported, view)
    found = shortest_chain(view, *ends)
    if not found:
        raise UsageError(f"Importing {importer} does not load {imported}.", "Choose two others.")
    return tuple(link(view, one, two) for one, two in pairwise(found))

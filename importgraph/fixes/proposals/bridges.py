"""A module at a path that moved, so that code outside of the tree finds the same objects, and is told."""

from collections.abc import Iterator

from importgraph.findings.missing.unresolved import find_failing
from importgraph.findings.own_rules.check import own_rules
from importgraph.fixes.model import Applicability, CreateModule, Fix
from importgraph.names import parent
from importgraph.snapshot import Snapshot

KIND = "bridge-module"
_TEMPLATE = '''"""Moved to `NEW`: this module keeps the old path working."""

import sys
import warnings
from typing import TYPE_CHECKING

import NEW

warnings.warn("OLD has moved to NEW", DeprecationWarning, stacklevel=2)

if TYPE_CHECKING:
    from NEW import *  # noqa: F403
else:
    sys.modules[__name__] = sys.modules["NEW"]
'''


def propose_bridges(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose a bridge for each module that is gone, and moved as git or a rule of the project has it."""
    graph = snapshot.graph
    moved = {
        (one.asked, one.suggestion, f"{one.code} {one.asked}"): one.evidence
        for one in find_failing(snapshot).imports
        if one.code == "IG401" and one.suggestion in graph.modules and "commit" in one.evidence
    }
    for rule in own_rules(snapshot):
        if rule.kind == "deprecated-import" and rule.replacement in graph.modules:
            moved[rule.name, rule.replacement, ""] = f"the rule {rule.code} of the project says so"
    for (old, new, finding), evidence in moved.items():
        path = _path_of(snapshot, old)
        if path and new:
            yield _fix(old, new, path, finding, evidence)


def _path_of(snapshot: Snapshot, old: str) -> str:
    """Return where a module of a name would stand; empty where there is one, or no package around it."""
    graph = snapshot.graph
    package = graph.modules.get(parent(old)) if parent(old) else None
    if old in graph.modules or package is None or not package.path.endswith("__init__.py"):
        return ""
    folder = package.path.rpartition("/")[0]
    return f"{folder}/{old.rpartition('.')[2]}.py"


def _fix(old: str, new: str, path: str, finding: str, evidence: str) -> Fix:
    return Fix(
        id="",
        kind=KIND,
        title=f"Keep the old path `{old}` working: a module there that is `{new}`, with a DeprecationWarning",
        gains=(),
        resolves=1,
        statements=1,
        applicability=Applicability.UNSAFE,
        reasons=(evidence, "whoever imports the old path is warned, which tests may turn into an error"),
        findings=(finding,) if finding else (),
        edits=(CreateModule(path, _TEMPLATE.replace("OLD", old).replace("NEW", new)),),
    )

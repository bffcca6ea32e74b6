"""Point an import that fails at the module or name that is there."""

from collections import defaultdict
from collections.abc import Iterator

from importgraph.findings.unresolved import Unresolved, find_unresolved
from importgraph.fixes.model import Applicability, Fix, RewriteImport
from importgraph.snapshot import Snapshot

MISSING = "missing-import"
MISSING_TYPE = "missing-type-import"
"""The same where only type checkers see the import."""


def propose_missing_imports(snapshot: Snapshot) -> Iterator[Fix]:
    """Propose one rewrite for each missing module or name for which something like it exists."""
    groups: dict[tuple[str, str, str, bool], list[Unresolved]] = defaultdict(list)
    for one in find_unresolved(snapshot):
        if one.suggestion and one.code in {"IG401", "IG402", "IG403"}:
            target = f"{one.target}.{one.name}" if one.name else one.target
            groups[one.code, target, one.suggestion, one.type_only].append(one)
    for (code, target, suggestion, type_only), found in groups.items():
        edits = tuple(RewriteImport(one.path, one.line, target, suggestion) for one in found)
        yield Fix(
            id="",
            kind=MISSING_TYPE if type_only else MISSING,
            title=f"Import `{suggestion}` where `{target}` is asked for ({found[0].path}:{found[0].line})",
            gains=(),
            resolves=len(found),
            statements=len(found),
            applicability=Applicability.MANUAL,
            reasons=("the nearest name is a guess from the text: see that it is the one meant",),
            findings=(f"{code} {target}",),
            edits=edits,
        )

"""All rules: code, name, what it means, and the function that checks it."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from importgraph.errors import UsageError
from importgraph.findings.cycles import check_cycles
from importgraph.findings.duplicates import check_duplicates
from importgraph.findings.fragmentation import check_fragmentation
from importgraph.findings.heavy_imports import check_heavy_imports
from importgraph.findings.ignores import NO_IGNORES, Ignores, means
from importgraph.findings.missing.broken_files import check_broken_files
from importgraph.findings.missing.failing_imports import check_unresolved
from importgraph.findings.model import Finding, Severity
from importgraph.findings.side_effects import check_side_effects
from importgraph.findings.unfinished import finished
from importgraph.findings.unused_modules import check_unused_modules
from importgraph.names import near_matches
from importgraph.snapshot import Snapshot

Check = Callable[[Snapshot], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule and its documentation, as `importgraph explain` prints it."""

    code: str
    name: str
    summary: str
    """One sentence: what is found."""
    why: str
    """One or two sentences: what it costs."""
    bad: str
    good: str


RULES: tuple[Rule, ...] = (
    Rule(
        "IG001",
        "broken-file",
        "A file that Python cannot read: syntax, encoding or NUL bytes.",
        "Whatever imports it fails. Its imports are still recovered, so the rest of the graph stays whole.",
        "def f(:\n    ...",
        "def f():\n    ...",
    ),
    Rule(
        "IG002",
        "ignore-comment",
        "A comment `importgraph: ignore[CODE]` that gives no reason, has expired, or accepts nothing.",
        "What was accepted once should not hide what comes later, and a reader should learn why it was.",
        "from app.modles import User  # importgraph: ignore[IG401]",
        "from app.modles import User  # importgraph: ignore[IG401] made by the build (until 2027-03-31)",
    ),
    Rule(
        "IG003",
        "unfinished-rule",
        "A rule that importgraph itself failed on; please report it.",
        "What that rule would have found is missing from the report. All other rules stand.",
        "# something in this tree that importgraph does not expect",
        "# nothing to change: please report the message",
    ),
    Rule(
        "IG101",
        "heavy-import",
        "A module that holds a large part of what an entry point loads.",
        "Its retained weight is what would not be loaded without it: the size of its subtree "
        "in the dominator tree of the "
        "runtime graph. Weights are counts of modules until a profile gives times.",
        "import app.reports            # 212 modules, used in one command",
        "def report():\n    import app.reports        # loaded when it is used",
    ),
    Rule(
        "IG201",
        "crashing-cycle",
        "Modules that import each other, some of which fail when imported first.",
        "Whether the program starts depends on what is imported before. The order of "
        "statements and the names bound so far "
        "are simulated to tell this from harmless cycles.",
        "# a.py\nfrom b import g\ndef f(): ...\n# b.py\n"
        "from a import f             # f is not bound yet\ndef g(): ...",
        "# b.py\ndef g():\n    from a import f         # taken when it is used",
    ),
    Rule(
        "IG202",
        "latent-cycle",
        "Modules that import each other at module level, and happen not to fail.",
        "Moving one line, or importing another module first, can make it crash. None of them "
        "can be loaded or tested alone.",
        "# a.py\nimport b\n# b.py\nimport a",
        "# move what both need into c.py, or import inside the function that uses it",
    ),
    Rule(
        "IG203",
        "deferred-cycle",
        "A cycle that only imports in functions, or lazy imports, close.",
        "It cannot crash at import, but the modules still cannot be understood or moved alone.",
        "# a.py\nimport b\n# b.py\ndef f():\n    import a",
        "# move what both need into a third module",
    ),
    Rule(
        "IG204",
        "type-only-cycle",
        "A cycle that only imports under TYPE_CHECKING close.",
        "Harmless at run time; it slows type checkers and shows where two modules know each other's types.",
        "if TYPE_CHECKING:\n    import a",
        "# a protocol in a third module, if it matters",
    ),
    Rule(
        "IG301",
        "fragmented-definition",
        "One definition that statements import through several paths.",
        "Every path is a name that must keep working. Patching it in tests works for one path "
        "and not for the other. The "
        "canonical path follows the `policy` setting: definition, public or majority.",
        "from app.models import User\nfrom app.models.user import User",
        "from app.models.user import User",
    ),
    Rule(
        "IG302",
        "duplicate-definition",
        "Different definitions that share a name and much of their text.",
        "A change to one is forgotten in the others.",
        "# app/ws.py and app/chat/ws.py\nclass WebSocketManager: ...",
        "from app.ws import WebSocketManager",
    ),
    Rule(
        "IG401",
        "missing-module",
        "An import of a first-party module that is not there.",
        "It raises ModuleNotFoundError when it runs. What is suggested has evidence: a rename in the "
        "history of git, or the one definition of the name elsewhere.",
        "from app.utills import slug",
        "from app.utils import slug",
    ),
    Rule(
        "IG402",
        "missing-name",
        "An import of a name that its module does not bind.",
        "It raises ImportError when it runs. Star imports, `__getattr__` and computed names "
        "are taken into account.",
        "from app.models import Usr",
        "from app.models import User",
    ),
    Rule(
        "IG403",
        "beyond-top-level",
        "A relative import with more dots than there are packages.",
        "It raises ImportError when it runs.",
        "from .....x import y",
        "from ..x import y",
    ),
    Rule(
        "IG404",
        "missing-optional",
        "A first-party import that is missing, where the ImportError is caught.",
        "The fallback always runs: the branch that tries is dead.",
        "try:\n    from app import _speedups\nexcept ImportError:\n    _speedups = None",
        "_speedups = None",
    ),
    Rule(
        "IG501",
        "import-side-effect",
        "A module that does work when it is imported: files, network, processes, threads, "
        "settings of the interpreter.",
        "It costs every importer, in every process, and it cannot be deferred without changing behaviour.",
        "client = redis.Redis()",
        "@cache\ndef client():\n    return redis.Redis()",
    ),
    Rule(
        "IG601",
        "unused-module",
        "Modules that no import names.",
        "Dead code is read, checked and migrated like living code. Computed imports of the "
        "tree are named as a caution.",
        "# app/old_export.py, which nothing imports",
        "# deleted",
    ),
)

CHECKS: tuple[Check, ...] = (
    check_broken_files,
    check_heavy_imports,
    check_cycles,
    check_unresolved,
    check_fragmentation,
    check_duplicates,
    check_side_effects,
    check_unused_modules,
)

COMPARED_CHECKS: tuple[Check, ...] = tuple(check for check in CHECKS if check is not check_heavy_imports)
"""All but what comparisons hold in a form of their own: what entry points load."""

_SEVERITIES = list(Severity)


def find_rule(code: str) -> Rule:
    """Return a rule by its code or name.

    Raises:
        UsageError: If there is none; near matches are named.
    """
    for rule in RULES:
        if code.upper() == rule.code or code.lower() == rule.name:
            return rule
    known = [rule.code for rule in RULES] + [rule.name for rule in RULES]
    near = near_matches(code.upper(), known) or near_matches(code.lower(), known)
    hint = (
        f"Did you mean {' or '.join(near)}?"
        if near
        else f"Known codes: {', '.join(rule.code for rule in RULES)}."
    )
    raise UsageError(f"There is no rule {code}.", hint)


def matches(code: str, patterns: Sequence[str]) -> bool:
    """Tell whether a code begins with one of the patterns (`IG2` stands for all of IG2xx)."""
    return any(code.startswith(pattern.upper()) for pattern in patterns)


def check_patterns(patterns: Sequence[str]) -> None:
    """Check that each pattern stands for some rule.

    Raises:
        UsageError: If one does not.
    """
    for pattern in patterns:
        if not any(rule.code.startswith(pattern.upper()) for rule in RULES):
            find_rule(pattern)


def checks_compared(ignores: Ignores) -> tuple[Check, ...]:
    """Return the rules whose findings a comparison needs: heavy imports where a comment names them."""
    is_named = any(comment.names("IG101") for comment in ignores.comments.values())
    return CHECKS if is_named else COMPARED_CHECKS


def run_checks(
    snapshot: Snapshot,
    ignores: Ignores = NO_IGNORES,
    checks: Sequence[Check] = CHECKS,
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> tuple[Finding, ...]:
    """Run all rules that are selected.

    Args:
        snapshot: What to check.
        ignores: The comments of the tree that accept findings.
        checks: The rules; comments that accept nothing are reported only where all of them run, or all that a
            comment of the tree can be about.
        progress: Called with the number of rules that are done, and their total.

    Returns:
        The findings: errors first, then by weight within severity, then by code and subject.
    """
    select, ignore = snapshot.config.select, snapshot.config.ignore
    check_patterns([*select, *ignore])

    def is_selected(code: str) -> bool:
        return (not select or matches(code, select)) and not matches(code, ignore)

    def is_known(pattern: str) -> bool | None:
        if not pattern.startswith("IG"):
            return None  # a rule of the project's own
        codes = [rule.code for rule in RULES if means(pattern, rule.code)]
        return None if codes and not all(map(is_selected, codes)) else bool(codes)

    raw: list[Finding] = []
    for done, check in enumerate(checks):
        progress(done, len(checks))
        raw += finished(check, snapshot)
    progress(len(checks), len(checks))
    found = list(ignores.apply(raw))
    if checks is CHECKS or checks is COMPARED_CHECKS:
        found += ignores.report(raw, is_known)
    found = [finding for finding in found if is_selected(finding.code)]
    found.sort(key=lambda f: (_SEVERITIES.index(f.severity), -f.weight, f.code, f.subject))
    return tuple(found)

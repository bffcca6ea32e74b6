"""The report as markdown. Text from the analysed code is data: it stands in code spans that it cannot end."""

from collections.abc import Iterator

from importgraph.findings.model import Finding, amount
from importgraph.findings.rules import RULES
from importgraph.fixes.model import (
    AddImport,
    CreateModule,
    CutImport,
    DeferImport,
    DropImport,
    Edit,
    Fix,
    Form,
    ReplaceText,
    RewriteImport,
)
from importgraph.outputs.report import EntryLoad, Report, ledger_line
from importgraph.quoting import code, escape, fenced, prose

_FIXES = 25
_FINDINGS = 15
_PLACES = 4
_EDITS = 12
_GAINS = {
    "modules": "static counts of modules, not times",
    "us": "measured times",
    "estimated": "estimated times",
}


def render(report: Report, diagrams: tuple[tuple[str, str], ...] = ()) -> str:
    """Render the whole report.

    Args:
        report: What to show.
        diagrams: (title, file name beside the report) of the pictures that were drawn.
    """
    return (
        "\n".join(
            [*_head(report), *_fixes(report), *_entries(report), *_findings(report), *_pictures(diagrams)]
        )
        + "\n"
    )


def _head(report: Report) -> Iterator[str]:
    yield f"# Imports of {code(report.name)}"
    yield ""
    yield f"{ledger_line(report.ledger)}. {report.modules:,} modules,"
    yield f"{report.imports:,} imported names between them, {report.external:,} from outside."
    yield f"Version tests are decided for Python {report.python_version}."
    yield ""
    usage = ", ".join(f"{f.share} under {f.policy}" for f in report.fragmentation)
    yield f"Imports that use the canonical path: {usage}."
    yield ""


def _fixes(report: Report) -> Iterator[str]:
    yield "## What to change first"
    yield ""
    how = "estimated" if report.estimated else report.unit
    yield (report.order + f" Gains are {_GAINS[how]}, each the difference of two closures. {report.weights}")
    yield ""
    if not report.fixes:
        yield "Nothing to propose."
        yield ""
    for fix in report.fixes[:_FIXES]:
        yield from _fix(fix)
    if len(report.fixes) > _FIXES:
        yield f"… and {len(report.fixes) - _FIXES:,} more in `report.json`."
        yield ""


def _fix(fix: Fix) -> Iterator[str]:
    yield f"### {fix.id}. {prose(fix.title)}"
    yield ""
    statements = f"{fix.statements:,} statement{'s' if fix.statements != 1 else ''}"
    reasons = prose("; ".join(fix.reasons))
    yield f"{fix.applicability.value}, {statements}, {fix.verification}. Why: {reasons}."
    yield ""
    for gain in [gain for gain in fix.gains if gain.before > gain.after][:_PLACES]:
        yield f"- {code(gain.title)}: {gain.change}"
    for edit in fix.edits[:_EDITS]:
        yield f"- {words(edit)}"
    if len(fix.edits) > _EDITS:
        yield f"- … and {len(fix.edits) - _EDITS:,} more edits in `report.json`"
    yield ""
    if fix.diff:
        yield from (fenced(fix.diff, "diff"), "")
    for edit in fix.edits:
        if isinstance(edit, CreateModule):
            yield from (fenced(edit.text, "python"), "")


def words(edit: Edit) -> str:
    """Say in words what an edit does."""
    place = f"{code(f'{edit.path}:{edit.line}')}" if not isinstance(edit, CreateModule) else code(edit.path)
    match edit:
        case DeferImport():
            return f"{place}: {_deferral(edit)}"
        case RewriteImport():
            return f"{place}: {code(edit.before)} → {code(edit.after)}"
        case CreateModule():
            return f"create {place}"
        case CutImport():
            ways = " or ".join(edit.ways)
            return f"{place}: end the import of {code(edit.imported)} by {code(edit.importer)}: {ways}"
        case ReplaceText():
            return f"{place}: {code(edit.before)} → {code(edit.after)}"
        case AddImport():
            return f"{code(edit.path)}: add {code(edit.statement)}"
        case DropImport():
            return f"{place}: delete {code(edit.statement)} where nothing uses it any more"


def _deferral(edit: DeferImport) -> str:
    statement = code(" ".join(edit.statement.split()))
    match edit.form:
        case Form.FUNCTIONS:
            users = ", ".join(code(name) for name in edit.functions[:_PLACES])
            more = f" and {len(edit.functions) - _PLACES} more" if len(edit.functions) > _PLACES else ""
            return f"move {statement} into {users}{more}"
        case Form.EXPORT:
            return f"answer for {code(edit.bound)} in `__getattr__` instead of {statement}"
        case Form.ATTACH:
            return f"answer for {code(edit.bound)} by `lazy_loader.attach` instead of {statement}"
        case Form.TYPE_CHECKING:
            return f"move {statement} under `if TYPE_CHECKING:`"
        case Form.LAZY:
            return f"write {code('lazy ' + ' '.join(edit.statement.split()))}"
        case Form.LAZY_LIST:
            return f"list {code(edit.module)} in `__lazy_modules__`, for {statement}"
        case Form.DELETE:
            return f"delete {statement}, whose name nothing uses"


def _entries(report: Report) -> Iterator[str]:
    yield "## What entry points load"
    yield ""
    how = "estimated" if report.estimated else "measured"
    measured = f" {how} |" if report.unit == "us" else ""
    yield f"| entry point | why | modules of ours |{measured} with all lazy-import fixes |"
    yield f"| --- | --- | ---: |{' ---: |' if measured else ''} ---: |"
    for entry in report.entries:
        _, after = report.joint.get(entry.entry, (entry.cost, entry.cost))
        least, more = "at least " if entry.open else "", " + ?" if entry.is_open else ""
        cost = f" {amount(entry.cost, report.unit, estimated=report.estimated)}{more} |" if measured else ""
        then = amount(after, report.unit, estimated=report.estimated) if measured else f"{after:,}"
        why = prose(entry.reason)
        loaded = f"{least}{entry.modules:,} ({entry.surely:,} surely)"
        yield f"| {code(entry.title)} | {why} | {loaded} |{cost} {then}{more} |"
    yield ""
    for entry in report.entries:
        yield from _heaviest(entry, report)
    yield from _waits(report)


def _heaviest(entry: EntryLoad, report: Report) -> Iterator[str]:
    """Name the heaviest parts of what an entry point loads, and the libraries of unknown cost."""
    if not entry.heavy and not entry.is_open:
        return
    yield f"{code(entry.title)}, {report.cost_of(entry)}:"
    yield ""
    for heavy in entry.heavy:
        whose = f" ({code(heavy.distribution)})" if heavy.distribution else ""
        place = f", {code(heavy.place)}" if heavy.place else ""
        yield f"- {report.costs.text(heavy.cost)} ({heavy.share:.0%}) {code(heavy.name)}{whose}{place}"
    for one in entry.unknown[:_FINDINGS]:
        last = one.chain[-1] if one.chain else None
        place = f", {code(f'{last.path}:{last.line}')}" if last is not None and last.line is not None else ""
        yield f"- of unknown cost, not installed here: {code(one.name)}{place}"
    yield from (
        f"- more, by a computed name: {code(f'{path}:{line}')}" for path, line in entry.open[:_PLACES]
    )
    if len(entry.open) > _PLACES:
        yield f"- … and {len(entry.open) - _PLACES:,} more such lines"
    yield ""


def _waits(report: Report) -> Iterator[str]:
    if not report.waits:
        return
    yield "### What waits while it is imported"
    yield ""
    for one in report.waits[:_FINDINGS]:
        wait = one.wait
        called = f", called at {code(wait.called_from)}" if wait.called_from else ""
        maybe = "" if wait.certain else " (below a condition, or where something failed)"
        entries = ", ".join(code(entry.title) for entry in one.entries[:_PLACES])
        yield f"- {code(f'{wait.path}:{wait.line}')}{called}: {code(wait.call)} {wait.kind}{maybe}; {entries}"
    if len(report.waits) > _FINDINGS:
        yield f"- … and {len(report.waits) - _FINDINGS:,} more in `report.json`"
    yield ""


def _findings(report: Report) -> Iterator[str]:
    yield "## Findings"
    yield ""
    names = {rule.code: rule for rule in RULES}
    yield "| code | rule | findings |"
    yield "| --- | --- | ---: |"
    for key, count in report.counts.items():
        yield f"| {key} | {names[key].name} | {count:,} |"
    yield ""
    for key in report.counts:
        found = [finding for finding in report.findings if finding.code == key]
        yield f"### {key} {names[key].name}"
        yield ""
        yield f"{names[key].summary} {names[key].why}"
        yield ""
        for finding in found[:_FINDINGS]:
            yield f"- {_line(finding)}"
        if len(found) > _FINDINGS:
            yield f"- … and {len(found) - _FINDINGS:,} more in `report.json`"
        yield ""
    if report.ledger.broken or report.ledger.excluded:
        yield from _left_out(report)


def _left_out(report: Report) -> Iterator[str]:
    yield "### Files not analysed"
    yield ""
    for broken in report.ledger.broken[:_FINDINGS]:
        line = f":{broken.line}" if broken.line else ""
        yield f"- {code(broken.path + line)}: {prose(broken.reason)} (its imports were recovered)"
    reasons: dict[str, list[str]] = {}
    for excluded in report.ledger.excluded:
        reasons.setdefault(excluded.reason, []).append(excluded.path)
    for reason, paths in sorted(reasons.items()):
        yield f"- {len(paths):,} files: {prose(reason)}, such as {code(paths[0])}"
    yield ""


def _line(finding: Finding) -> str:
    places = [code(f"{place.path}:{place.line}") for place in finding.locations[:_PLACES]]
    more = f" and {len(finding.locations) - _PLACES:,} more" if len(finding.locations) > _PLACES else ""
    return f"**{finding.severity.value}** {prose(finding.message)} {', '.join(places)}{more}"


def _pictures(diagrams: tuple[tuple[str, str], ...]) -> Iterator[str]:
    if diagrams:
        yield "## Diagrams"
        yield ""
        for title, file in diagrams:
            yield f"### {escape(title)}"
            yield ""
            yield f"![{escape(title)}]({file})"
            yield ""

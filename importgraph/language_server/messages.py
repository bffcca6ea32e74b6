"""Our values as messages of the protocol."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from lsprotocol import types
from pygls.lsp.server import LanguageServer
from pygls.workspace import TextDocument
from pygls.workspace.position_codec import ServerTextPosition, ServerTextRange

from importgraph.findings.model import Location, Severity, amount
from importgraph.fixes.model import Applicability, Edit
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.language_server.analysis import Analysis
from importgraph.language_server.deferral import NotDeferred, defer
from importgraph.language_server.diagnostics import Mark
from importgraph.language_server.statements import Found, Span, characters, import_at
from importgraph.language_server.text_edits import protocol_lines, replacements
from importgraph.quoting import visible

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
    Severity.NOTE: types.DiagnosticSeverity.Information,
}


def uri_of(root: Path, path: str) -> str:
    """Return the address of a file of a project."""
    return (root / path).as_uri()


def span(document: TextDocument, found: Span, shift: int = 0) -> types.Range:
    """Return a stretch of the analysed text as one of a document that is some lines longer above it."""
    start = ServerTextPosition(found.line + shift, found.column)
    end = ServerTextPosition(found.end_line + shift, found.end_column)
    return document.position_codec.range_to_client_units(
        protocol_lines(document.source), ServerTextRange(start, end)
    )


def diagnostic(mark: Mark, lines: Sequence[str], root: Path) -> types.Diagnostic:
    """Return a finding as a diagnostic: from its place to the end of the line.

    Columns count UTF-16, as the protocol has it where nothing else was agreed on.
    """
    line = min(mark.line, len(lines)) - 1
    text = lines[line]
    begin = min(characters(text, mark.column - 1), len(text))
    places = types.Range(
        types.Position(line, _units(text[:begin])), types.Position(line, _units(text.rstrip()))
    )
    return types.Diagnostic(
        places,
        mark.message,
        severity=_SEVERITIES[mark.severity],
        code=mark.code,
        source="importgraph",
        related_information=[_related(place, root) for place in mark.related] or None,
    )


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _related(place: Location, root: Path) -> types.DiagnosticRelatedInformation:
    there = types.Position(max(0, place.line - 1), 0)
    return types.DiagnosticRelatedInformation(
        types.Location(uri_of(root, place.path), types.Range(there, there)), "also here"
    )


def actions(
    server: LanguageServer, analysis: Analysis, document: TextDocument, path: str, line: int
) -> list[types.CodeAction]:
    """Return what can be done about the import on a line, from 0; the document reads as it was analysed."""
    text = analysis.project.read_text(path)
    statement = import_at(text, analysis.edges.get(path, ()), line, -1)
    if statement is None:
        return []
    return [
        *_deferral(server, analysis, document, statement),
        *_canonical(server, analysis, document, statement),
    ]


def _deferral(
    server: LanguageServer, analysis: Analysis, document: TextDocument, statement: Found
) -> Iterator[types.CodeAction]:
    kind = types.CodeActionKind.RefactorRewrite
    done = defer(analysis, statement.edges)
    if isinstance(done, NotDeferred):
        if _shows_disabled(server):
            reason = types.CodeActionDisabled(visible(f"Not shown to be safe: {done.reason}."))
            yield types.CodeAction("Defer this import", kind=kind, disabled=reason)
        return
    edit = _workspace_edit(server, document, done.edits)
    if edit is not None:
        saved = amount(done.saves.us, "us", estimated=not done.saves.measured)
        importer = statement.edges[0].importer
        title = visible(f"Defer this import: `import {importer}` costs {saved} less")
        yield types.CodeAction(title, kind=kind, edit=edit)


def _canonical(
    server: LanguageServer, analysis: Analysis, document: TextDocument, statement: Found
) -> Iterator[types.CodeAction]:
    lines = sorted({(edge.path, edge.line) for edge in statement.edges})
    for one in (path for place in lines for path in analysis.canonical_paths.get(place, ())):
        title, kind = visible(f"Canonical path: {one.edit.after}"), types.CodeActionKind.QuickFix
        if one.fix.applicability is Applicability.SAFE:
            edit = _workspace_edit(server, document, [one.edit])
            if edit is not None:
                yield types.CodeAction(title, kind=kind, edit=edit)
        elif _shows_disabled(server):
            reason = types.CodeActionDisabled(visible("; ".join(one.fix.reasons)))
            yield types.CodeAction(title, kind=kind, disabled=reason)


def _workspace_edit(
    server: LanguageServer, document: TextDocument, edits: Sequence[Edit]
) -> types.WorkspaceEdit | None:
    before = document.source
    after = rewrite(before, edits)
    if isinstance(after, Refused):
        return None
    changes = [
        types.TextEdit(types.Range(types.Position(one.line, 0), types.Position(one.end_line, 0)), one.text)
        for one in replacements(before, after)
    ]
    able = server.client_capabilities.workspace
    versioned = able is not None and able.workspace_edit is not None and able.workspace_edit.document_changes
    if not versioned:
        return types.WorkspaceEdit(changes={document.uri: changes})
    named = types.OptionalVersionedTextDocumentIdentifier(document.uri, document.version)
    return types.WorkspaceEdit(document_changes=[types.TextDocumentEdit(named, list(changes))])


def _shows_disabled(server: LanguageServer) -> bool:
    able = server.client_capabilities.text_document
    return bool(able is not None and able.code_action is not None and able.code_action.disabled_support)


def watch(server: LanguageServer, patterns: Sequence[str]) -> None:
    """Ask the editor to tell of files that change outside it, if it can."""
    able = server.client_capabilities.workspace
    watched = able.did_change_watched_files if able is not None else None
    if watched is None or not watched.dynamic_registration:
        return
    watchers = [types.FileSystemWatcher(pattern) for pattern in patterns]
    options = types.DidChangeWatchedFilesRegistrationOptions(watchers)
    asked = types.Registration("importgraph-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
    server.client_register_capability(types.RegistrationParams([asked]))

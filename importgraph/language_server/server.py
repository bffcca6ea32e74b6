"""The protocol: requests of an editor, each as a few lines, to the answers of the other modules."""

import asyncio
import os
import sys
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

from lsprotocol import types

from importgraph.language_server import messages
from importgraph.language_server.definitions import birthplace
from importgraph.language_server.editor import ImportServer
from importgraph.language_server.hover import hover_text
from importgraph.project import Project

_WATCHED = ("**/*.py", "**/pyproject.toml")
_ACTIONS = types.CodeActionOptions([types.CodeActionKind.RefactorRewrite, types.CodeActionKind.QuickFix])


def initialized(server: ImportServer, _: types.InitializedParams) -> None:
    """Begin to follow the folders of the workspace."""
    server.loop = asyncio.get_running_loop()
    for uri in server.workspace.folders or filter(None, [server.workspace.root_uri]):
        server.add_folder(uri)
    messages.watch(server, _WATCHED)


def folders_changed(server: ImportServer, params: types.DidChangeWorkspaceFoldersParams) -> None:
    """Follow other folders."""
    for gone in params.event.removed:
        server.remove_folder(gone.uri)
    for added in params.event.added:
        server.add_folder(added.uri)


def saved(server: ImportServer, _: types.DidSaveTextDocumentParams) -> None:
    """Analyse again what the editor saved."""
    server.refresh()


def files_changed(server: ImportServer, _: types.DidChangeWatchedFilesParams) -> None:
    """Analyse again what others changed."""
    server.refresh()


def hover(server: ImportServer, params: types.HoverParams) -> types.Hover | None:
    """Say what an import costs."""
    place = server.place(params.text_document.uri, params.position)
    if place is None:
        return None
    text = hover_text(place.analysis, place.found.edges)
    content = types.MarkupContent(types.MarkupKind.Markdown, text)
    return types.Hover(content, messages.span(place.document, place.found.span, place.shift))


def definition(server: ImportServer, params: types.DefinitionParams) -> types.Location | None:
    """Go to where an imported name is born."""
    place = server.place(params.text_document.uri, params.position)
    born = birthplace(place.analysis, place.found.edges[0]) if place and place.found.is_name else None
    if place is None or born is None:
        return None
    line = types.Position(born.line - 1, 0)
    return types.Location(messages.uri_of(place.analysis.project.root, born.path), types.Range(line, line))


def actions(server: ImportServer, params: types.CodeActionParams) -> list[types.CodeAction] | None:
    """Say what can be done about the import on a line."""
    place = server.place(params.text_document.uri, params.range.start)
    if place is None or not place.is_current:
        return None
    return messages.actions(server, place.analysis, place.document, place.path, params.range.start.line)


def make_server(open_project: Callable[[Path], Project]) -> ImportServer:
    """Return a server that opens the folders of the editor's workspace."""
    server = ImportServer(open_project)
    server.feature(types.INITIALIZED)(initialized)
    server.feature(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS)(folders_changed)
    server.feature(types.TEXT_DOCUMENT_DID_SAVE)(saved)
    server.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)(files_changed)
    server.feature(types.TEXT_DOCUMENT_HOVER)(hover)
    server.feature(types.TEXT_DOCUMENT_DEFINITION)(definition)
    server.feature(types.TEXT_DOCUMENT_CODE_ACTION, _ACTIONS)(server.thread()(actions))
    return server


def serve(open_project: Callable[[Path], Project]) -> None:
    """Serve an editor on standard input and output until it leaves.

    Nothing else may be written there: what prints is shown by the editor as messages of the server.
    """
    stdin, stdout = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    with redirect_stdout(sys.stderr):
        make_server(open_project).start_io(stdin, stdout)

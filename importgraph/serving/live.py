"""Serve a report until somebody ends it, and make it anew whenever files change."""

import gc
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from importgraph import failures
from importgraph.errors import ImportgraphError
from importgraph.serving.current_page import CurrentPage, Edition
from importgraph.serving.server import PageServer

Render = Callable[[], bytes]


@dataclass(frozen=True, slots=True)
class Hooks:
    """What the command line adds."""

    ready: Callable[[str], None]
    """Called with the address once it answers."""
    note: Callable[[str], None]
    """Called with one line for people."""


def follow(page: CurrentPage, render: Render, changed: Iterable[None], note: Callable[[str], None]) -> None:
    """Make the report anew after each change; what fails is said, and the report stays."""
    try:
        for _ in changed:
            try:
                page.publish(render())
            except ImportgraphError as error:
                page.report(str(error))
            except Exception as error:  # noqa: BLE001 -- the page stays, and says why it is old
                page.report(f"internal error: {failures.reason(error)}")
            gc.collect()  # the collector is off while a command runs, and this one does not end
    except OSError as error:
        note(f"Changes cannot be followed: {error.strerror or error}.")
        page.report(f"Changes are not followed: {error.strerror or error}.")


def serve(folder: Path, first: bytes, render: Render, port: int, hooks: Hooks) -> None:
    """Serve a report until Ctrl-C.

    Args:
        folder: What to watch.
        first: The report as it is now.
        render: Makes the next one.
        port: Where; 0 for any that is free.
        hooks: What the command line adds.

    Raises:
        UsageError: If the port cannot be had.
        ModuleNotFoundError: If watchfiles is not installed.
    """
    from importgraph.serving.watching import changes

    page = CurrentPage(Edition(1, first))
    ended = threading.Event()
    with PageServer(page, port) as server:
        following = (page, render, changes(folder, ended), hooks.note)
        thread = threading.Thread(target=follow, args=following, daemon=True, name="changes")
        thread.start()
        hooks.ready(server.address)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            hooks.note("Ended.")
        finally:
            ended.set()

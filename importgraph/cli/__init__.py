"""The command line: parse, call, print, exit.

Exit codes: 0 clean or report written, 1 findings that a gate fails on, 2 usage or configuration error,
3 internal error.
"""

import gc
import os
import sys
from io import TextIOWrapper
from typing import Annotated

import typer

from importgraph import __version__
from importgraph.cli import analysis, collect, cut, doctor, guard, listing, measure
from importgraph.errors import ImportgraphError

USAGE_ERROR = 2
INTERNAL_ERROR = 3

app = typer.Typer(
    name="importgraph",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"importgraph {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version and exit.", is_eager=True, callback=_show_version),
    ] = False,
) -> None:
    """Find out why importing and collecting tests is slow and tangled, and what to change first."""


for part in (analysis, listing, cut, measure, collect, doctor, guard):
    part.register(app)


def main() -> None:
    """Run the command line; errors a user can mend become one line and exit code 2.

    The garbage collector stays off: graphs and syntax trees live until the end of a run, and looking through
    them for cycles again and again took half of its time.
    """
    gc.disable()
    _write_anything()
    try:
        app()
    except ImportgraphError as error:
        _complain(str(error))
        sys.exit(USAGE_ERROR)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(0)
    except Exception as error:
        if os.environ.get("IMPORTGRAPH_DEBUG"):
            raise
        _complain(f"internal error: {type(error).__name__}: {error}")
        sys.stderr.write("Please report it, with the traceback that IMPORTGRAPH_DEBUG=1 shows.\n")
        sys.exit(INTERNAL_ERROR)


def _complain(message: str) -> None:
    from importgraph.quoting import visible

    sys.stderr.write(f"importgraph: {visible(message)}\n")


def _write_anything() -> None:
    """Let a terminal that cannot show a letter get an escape for it, not an error."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")

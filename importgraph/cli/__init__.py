"""The command line: parse, call, print, exit.

Exit codes: 0 clean or report written, 1 findings that a gate fails on, 2 usage or configuration error,
3 internal error.
"""

import errno
import gc
import os
import sys
from typing import Annotated

import typer

from importgraph import __version__
from importgraph.cli import analysis, collect, cut, diagram, doctor, fix, guard, listing, lsp, measure, serve
from importgraph.cli.plain_values import use_plain_values
from importgraph.cli.usage import Commands
from importgraph.errors import ImportgraphError
from importgraph.streams import OutputError

USAGE_ERROR = 2
INTERNAL_ERROR = 3

app = typer.Typer(
    name="importgraph",
    cls=Commands,
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


for part in (analysis, diagram, listing, cut, fix, measure, collect, doctor, guard, lsp, serve):
    part.register(app)


def main() -> int:
    """Run the command line and return its exit code; errors a user can mend become one line and exit code 2.

    The garbage collector stays off: graphs and syntax trees live until the end of a run, and looking through
    them for cycles again and again took half of its time.

    Raises:
        OutputError: If standard output takes no more.
    """
    gc.disable()
    use_plain_values()
    try:
        app()
    except SystemExit as leaving:
        return leaving.code if isinstance(leaving.code, int) else int(leaving.code is not None)
    except ImportgraphError as error:
        return _failed(str(error), USAGE_ERROR)
    except OutputError:
        raise
    except OSError as error:
        if error.errno in _OF_THE_MACHINE or "temporary directory" in str(error):
            return _failed(_of_the_machine(error), USAGE_ERROR)
        return _internal(error)
    except Exception as error:  # noqa: BLE001 -- whatever it is, the user is told how to report it
        return _internal(error)
    return 0


_OF_THE_MACHINE = {
    getattr(errno, name)
    for name in ("ENOSPC", "EDQUOT", "EROFS", "EACCES", "EPERM", "EMFILE", "EFBIG")
    if hasattr(errno, name)
}
"""Failures of the file system that no code of ours can mend: no space, no right, no more files."""


def _of_the_machine(error: OSError) -> str:
    if error.filename is None and error.errno == errno.ENOENT:
        return "no folder for temporary files can be written. Set TMPDIR to one that can."
    place = f"{os.fsdecode(error.filename)}: " if isinstance(error.filename, str | bytes) else ""
    return f"{place}{error.strerror or error}."


def _internal(error: Exception) -> int:
    if os.environ.get("IMPORTGRAPH_DEBUG"):
        raise error
    code = _failed(f"internal error: {type(error).__name__}: {error}", INTERNAL_ERROR)
    sys.stderr.write("Please report it, with the traceback that IMPORTGRAPH_DEBUG=1 shows.\n")
    return code


def _failed(message: str, code: int) -> int:
    from importgraph.quoting import visible

    sys.stderr.write(f"importgraph: {visible(message)}\n")
    return code

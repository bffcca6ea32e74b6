"""`python -m importgraph` and the console script."""

import os
import sys

if __name__ == "__main__" and sys.path[:1] == [os.getcwd()] and not sys.flags.safe_path:  # noqa: PTH109
    del sys.path[0]  # `-m` puts the current folder first: a checkout's typer.py would be executed

from importgraph.streams import OutputError, end_at_once, end_unwritten, guard_streams


def main() -> None:
    """Run the command line; a plain `collect` is answered before the command line is even loaded."""
    guard_streams()
    try:
        if sys.argv[1:2] == ["collect"]:
            from importgraph.collection.fast_start import collect_plainly

            if collect_plainly(sys.argv[1:]):
                end_at_once(0)
        from importgraph.cli import main as command_line

        code = command_line()
        sys.stdout.flush()
    except OutputError as error:
        end_unwritten(error)
    sys.exit(code)


__all__ = ["main"]

if __name__ == "__main__":
    main()

"""`python -m importgraph` and the console script."""

import os
import sys

TYPE_CHECKING = False  # loading typing would take longer than giving a kept answer
if TYPE_CHECKING:
    from typing import NoReturn


def main() -> None:
    """Run the command line; a plain `collect` is answered before the command line is even loaded."""
    if sys.argv[1:2] == ["collect"]:
        from importgraph.selection.quick import collect_plainly

        if collect_plainly(sys.argv[1:]):
            _leave()
    from importgraph.cli import main as command_line

    command_line()


def _leave() -> "NoReturn":
    """End at once: to free the syntax trees of a suite one by one takes a tenth of the whole run."""
    code = 0
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except (OSError, ValueError):
        code = 1  # nobody reads what was printed
    os._exit(code)


__all__ = ["main"]

if __name__ == "__main__":
    main()

"""`python -m importgraph` and the console script."""

import sys


def main() -> None:
    """Run the command line; a plain `collect` is answered before the command line is even loaded."""
    if sys.argv[1:2] == ["collect"]:
        from importgraph.selection.quick import collect_plainly

        if collect_plainly(sys.argv[1:]):
            return
    from importgraph.cli import main as command_line

    command_line()


__all__ = ["main"]

if __name__ == "__main__":
    main()

"""`python -m importgraph` and the console script."""

from importgraph.cli import main

__all__ = ["main"]

if __name__ == "__main__":
    main()

"""The report of `analyze` on a terminal."""

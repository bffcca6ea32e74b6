"""Snapshot digests to regressions: what got worse, by which edge, and who brought it."""

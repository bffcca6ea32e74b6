"""A syntax tree into the facts of a module."""

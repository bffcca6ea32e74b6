"""Rules that a project writes for itself, in `[[tool.importgraph.rules]]`."""

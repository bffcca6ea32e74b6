"""Rules of the analysed project: `[[tool.importgraph.rules]]` and its import-linter contracts."""

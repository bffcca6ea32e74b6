"""The report and the graph as JSON, Markdown, DOT and GraphML."""

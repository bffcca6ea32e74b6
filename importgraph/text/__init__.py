"""The text of modules: what stands at the left margin, bodies of functions, what differs between two."""

"""Facts to graph: who imports whom, and the named views on it."""

"""Which folders are roots, and which module each file is."""

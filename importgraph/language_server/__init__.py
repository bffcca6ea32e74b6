"""A language server: what imports cost and what is wrong with them, where they are written."""

"""Which functions run at import, surely or perhaps, and what ends an import before its last line."""

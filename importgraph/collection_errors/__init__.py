"""Which test files pytest would fail to collect, and the one line each failure comes from."""

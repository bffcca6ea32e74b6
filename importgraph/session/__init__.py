"""A pytest session: its settings, test files, conftests, hooks and plugins."""

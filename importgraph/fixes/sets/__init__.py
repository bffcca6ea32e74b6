"""Which imports to defer together."""

"""Fixes to source: texts changed, written whole, and proven in a copy."""

"""Findings to fixes, a module for each kind."""

"""Findings to fixes: ranked proposals as data."""

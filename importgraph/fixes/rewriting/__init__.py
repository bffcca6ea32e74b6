"""Statements to other statements, as text."""

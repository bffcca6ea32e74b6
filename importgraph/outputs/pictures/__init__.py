"""Diagrams and charts."""

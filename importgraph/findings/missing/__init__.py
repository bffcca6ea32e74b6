"""Imports that find no module, and why."""

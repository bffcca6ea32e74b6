"""Modules imported in simulation, with `sys.modules` and `sys.path` as they are at each moment."""

"""The parts of the pytest plugin, each loaded only when its option is given.

What runs inside the test session uses the standard library and pytest alone; the analysis of imports, which
needs more, runs in a process of its own when the session ends.
"""

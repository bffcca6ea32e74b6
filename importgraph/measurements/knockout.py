"""Knock single import statements out of a program without an edit, on CPython 3.15 (PEP 810).

`sys.set_lazy_imports("all")` asks a filter about every import at module level; the filter is true for the
statements that are knocked out and for those that are lazy anyway.
"""

from collections.abc import Collection

FIRST_VERSION = (3, 15)

Statement = tuple[str, int, str]
"""The module it stands in, its first line, and the absolute name of the module that it names."""

_SOURCE = """
knocked = {statements!r}
code_seen = bytes_seen = None

def is_lazy(importer, name, names, frame_of=sys._getframe):
    global code_seen, bytes_seen
    frame = frame_of(1)
    if (importer, frame.f_lineno, name) in knocked:
        return True
    if name in (frame.f_globals.get("__lazy_modules__") or ()):
        return True
    if frame.f_code is not code_seen:
        code_seen, bytes_seen = frame.f_code, frame.f_code.co_code
    return bool(bytes_seen[frame.f_lasti + 1] & 1)

sys.set_lazy_imports_filter(is_lazy)
sys.set_lazy_imports("all")
"""


def knock_out(statements: Collection[Statement]) -> str:
    """Return source for `Program.before` that puts statements off; with none, a program that does not change.

    The filter is asked about explicit `lazy` statements too, and about those that `__lazy_modules__` lists
    (the standard library has some): they stay lazy. The lowest bit of the argument of IMPORT_NAME tells the
    explicit ones apart.
    """
    return _SOURCE.format(statements=frozenset(statements) or {("", 0, "")})

"""The compiled reader of facts, where there is one: what `parse_module` says, some ten times faster.

It is built from `native/` by `build_reader`, stands beside this module and is used if it was made from the
sources that are here now. `IMPORTGRAPH_PURE=1` leaves it aside. What it is not sure of it leaves to Python.
"""

import os
from collections.abc import Callable
from functools import cache
from importlib import import_module
from pathlib import Path

import msgspec

from importgraph.facts.native_sources import NAME, is_whole, sources_digest
from importgraph.facts.parse import FRAMES, parse_module
from importgraph.facts.path_changes import MARKS
from importgraph.facts.source.syntax import compile_error
from importgraph.facts.source.thinning import thinned

Reader = Callable[[bytes, int], tuple[bytes, bool] | None]
"""It is given a text and how many bytes it had before it was thinned; it gives the facts, and whether Python
is to be asked if the text compiles.
"""


@cache
def compiled_reader() -> Reader | None:
    """Return the compiled reader; None where there is none that fits, or it is not wanted."""
    found = _found()
    return found if not isinstance(found, str) else None


def refused_reader() -> str:
    """Return why a compiled reader that is there is not used; empty where one is, or there is none."""
    found = _found()
    return found if isinstance(found, str) else ""


def _found() -> Reader | str | None:
    """Return the reader, or why the one that is there is not used; None where none is there or wanted."""
    if os.environ.get("IMPORTGRAPH_PURE"):
        return None
    library = Path(__file__).with_name(NAME)
    is_there = library.exists()
    try:
        if is_there and not is_whole(library):
            return "it is not whole"
        module = import_module("importgraph.facts._reader")
        reader: Reader = module.facts
        is_present = sources_digest() == module.SOURCES
    except (ImportError, OSError, AttributeError) as error:  # the last: a file that is not ours
        return f"it cannot be loaded ({error})" if is_there else None
    return reader if is_present else "it was built from other sources"


def encoded_facts(source: bytes) -> bytes:
    """Return the facts of a file's bytes, encoded: what `parse_module` gives."""
    reader = compiled_reader()
    found = None
    if reader is not None:
        thin = thinned(source)
        found = reader(thin, len(source)) if thin is source or _same_marks(source, thin) else None
    if found is not None and not (found[1] and compile_error(source) is not None):
        return found[0]
    return msgspec.msgpack.encode(parse_module(source))


def _same_marks(source: bytes, thin: bytes) -> bool:
    """Tell whether what facts look for in the text itself stands in what was left of it, too."""
    return all((mark in source) == (mark in thin) for mark in (*FRAMES, *MARKS))

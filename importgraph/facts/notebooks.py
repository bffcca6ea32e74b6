"""The Python source in a Jupyter notebook (nbformat 3 and 4): its code cells as one script."""

import json
import re
from collections.abc import Iterator
from typing import Any

from importgraph.facts.source.host import Broken, parse

_COMMAND = re.compile(r"^\s*(?:[%!?]|[\w.]+\s*=\s*[%!])|\?\s*$")
"""A line for IPython: a magic, a shell command, a question, or an assignment from one of them."""
_PYTHON_MAGIC = ("%%time", "%%timeit", "%%capture", "%%prun", "%%memit")
"""Cell magics below which Python stands; below any other stands something else."""
_AWAITING = re.compile(r"\bawait\b|\basync(?=\s+(?:with|for)\b)")


def notebook_source(document: bytes) -> bytes | None:
    """Return the code of a notebook as the text of one module, or None where it is no notebook of Python.

    Lines for IPython and cells that do not parse are blank. Where each line of code has a line of the file
    for itself, as editors write notebooks, it keeps that line's number; else lines are counted over all code.
    """
    try:
        notebook = json.loads(document)
        text = document.decode()
    except (ValueError, RecursionError):
        return None
    if not isinstance(notebook, dict) or not _is_python(notebook):
        return None
    lines = [line for cell in _code_cells(notebook) for line in _readable(cell)]
    filled = [line for line in lines if line.strip()]
    places = _places(text, filled)
    if len(set(places)) < len(filled):
        return "\n".join(lines).encode()
    numbered = [""] * max(places, default=0)
    for place, line in zip(places, filled, strict=True):
        numbered[place - 1] = line
    return "\n".join(numbered).encode()


def _is_python(notebook: dict[str, Any]) -> bool:
    metadata = notebook.get("metadata")
    kernel = metadata.get("kernelspec") if isinstance(metadata, dict) else None
    language = kernel.get("language", "python") if isinstance(kernel, dict) else "python"
    is_notebook = any(isinstance(notebook.get(key), list) for key in ("cells", "worksheets"))
    return is_notebook and str(language).lower().startswith("python")


def _code_cells(notebook: dict[str, Any]) -> Iterator[list[str]]:
    sheets = [sheet for sheet in notebook.get("worksheets") or () if isinstance(sheet, dict)]
    for cell in [cell for part in (notebook, *sheets) for cell in part.get("cells") or ()]:
        if isinstance(cell, dict) and cell.get("cell_type") == "code":
            source = cell.get("source", cell.get("input"))
            text = source if isinstance(source, str) else "".join(map(str, source or ()))
            yield text.split("\n")


def _readable(lines: list[str]) -> list[str]:
    """Return a cell of as many lines that Python can read, blank where it cannot."""
    first = next((line.strip() for line in lines if line.strip()), "")
    if first.startswith("%%") and not first.startswith(_PYTHON_MAGIC):
        return [""] * len(lines)
    plain = ["" if _COMMAND.search(line) else line for line in lines]
    for candidate in (lines, plain, [_AWAITING.sub(_blank, line) for line in plain]):
        if not isinstance(parse("\n".join(candidate)), Broken):
            return candidate
    return [""] * len(lines)


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _places(text: str, lines: list[str]) -> list[int]:
    """Return the line of the file that each line of code stands on; too few where one is not found."""
    places: list[int] = []
    position, number = 0, 1
    for line in lines:
        starts = [at for code in _written(line) if (at := text.find(code, position)) >= 0]
        if not starts:
            return []
        number += text.count("\n", position, min(starts))
        position = min(starts)
        places.append(number)
        position += 1
    return places


def _written(line: str) -> tuple[str, str]:
    """Return the ways in which JSON writes a line."""
    return json.dumps(line, ensure_ascii=False)[1:-1], json.dumps(line)[1:-1]

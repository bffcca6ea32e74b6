"""The page around the data: one file that asks for nothing, and runs and styles nothing but its own."""

import base64
import hashlib
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from importgraph.quoting import json_bytes, visible, xml_text

SCRIPTS = (
    "dom.js",
    "store.js",
    "algorithms.js",
    "route.js",
    "boxes.js",
    "layout.js",
    "canvas.js",
    "search.js",
    "overview.js",
    "box_drawing.js",
    "focus.js",
    "why.js",
    "panel.js",
    "explorer_tools.js",
    "explorer.js",
    "fixes.js",
    "summary.js",
    "load.js",
    "icicle.js",
    "cost.js",
    "paths.js",
    "cycles.js",
    "collection.js",
    "trend.js",
    "main.js",
)
"""In the order in which they are joined: each uses what stands in those before it."""
_MARK = re.compile(r"@@([a-z]+)@@")


def render(document: Mapping[str, Any], title: str) -> str:
    """Return the page as text.

    The data stand in an element that no browser executes, with `<` escaped, so that nothing in them ends it.
    """
    style, script = asset("page.css"), joined_scripts()
    data = json_bytes(document, 0).decode().replace("<", "\\u003c")
    parts = {
        "policy": policy(script, style),
        "title": xml_text(visible(title)),
        "style": style,
        "script": script,
        "data": data,
    }
    return _MARK.sub(lambda found: parts[found[1]], asset("page.html"))


def policy(script: str, style: str) -> str:
    """Return the Content-Security-Policy: our script and style by their digests, and nothing else.

    Pictures may stand in the file itself: the empty icon, which keeps servers from being asked for one.
    """
    return (
        f"default-src 'none'; script-src '{_digest(script)}'; style-src '{_digest(style)}'; "
        "img-src data:; base-uri 'none'; form-action 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


@cache
def joined_scripts() -> str:
    """Return all scripts as one, in a scope of its own."""
    return "\n".join(['(function () {\n"use strict";', *map(asset, SCRIPTS), "})();"])


@cache
def asset(name: str) -> str:
    """Return a file of the page."""
    return (files("importgraph.report") / "assets" / name).read_text(encoding="utf-8")

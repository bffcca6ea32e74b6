"""The page around the report: it shows it in a frame, and loads it again when there is a newer one.

The report itself asks for nothing, and is served as it would stand on disk.
"""

import base64
import hashlib
from functools import cache
from importlib.resources import files


@cache
def shell_page() -> bytes:
    """Return the page."""
    style, script = _asset("shell.css"), _asset("shell.js")
    page = _asset("shell.html").replace("@@style@@", style).replace("@@script@@", script)
    return page.encode()


@cache
def shell_policy() -> str:
    """Return its Content-Security-Policy: its own script and style, its frame, and news from its server."""
    script, style = _digest(_asset("shell.js")), _digest(_asset("shell.css"))
    return (
        f"default-src 'none'; script-src '{script}'; style-src '{style}'; frame-src 'self'; "
        "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


def _digest(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"


def _asset(name: str) -> str:
    return (files("importgraph.serving") / "assets" / name).read_text(encoding="utf-8")

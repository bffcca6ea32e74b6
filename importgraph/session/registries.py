"""Whether importing a test file may fill a registry that parameters of other tests may read.

A guess by text, for `--exact` alone: it says which files pytest should import beside those it is asked about.
"""

import re

from importgraph.facts.source.blanking import skim

_PLAIN = {
    "fixture", "yield_fixture", "hookimpl", "contextmanager", "asynccontextmanager", "dataclass", "property",
    "wraps", "lru_cache", "cache", "total_ordering", "given", "settings", "overload", "runtime_checkable",
    "define", "frozen", "attrs", "s", "final", "unique", "skip", "skipif", "skipIf", "skipUnless", "xfail",
    "expectedFailure", "patch",
}  # fmt: skip
"""Decorators that keep no record of what they decorate."""
_DECORATOR = re.compile(rb"@([\w.]+)")
_DEFINED = re.compile(rb"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)")
_OWN = re.compile(rb"^(\w+)[ \t]*(?::[^\n=]*)?=(?!=)", re.MULTILINE)
"""Objects of the file itself (`app = FastAPI()`), which others do not see."""
_CALL = re.compile(rb"[\w.]*register\w*\(")


def registers(source: bytes) -> bool:
    """Tell whether a file hands helpers of its own to decorators, or calls something named register."""
    pending = False
    own = set(_OWN.findall(source))
    for line in skim(source).splitlines():
        if line[:1] in {b"", b" ", b"\t", b")", b"]", b"#"}:
            continue
        decorator, defined = _DECORATOR.match(line), _DEFINED.match(line)
        if decorator is not None:
            kept_here = decorator[1].partition(b".")[0] in own
            pending = pending or not (kept_here or _is_plain(decorator[1].decode()))
        elif defined is not None:
            if pending and not defined[1].lower().startswith(b"test"):
                return True
            pending = False
        else:
            pending = False
            if _CALL.match(line) is not None:
                return True
    return False


def _is_plain(name: str) -> bool:
    parts = name.split(".")
    return parts[-1] in _PLAIN or "mark" in parts or parts[0] == "pytest"

"""Code that stands aside: tests, examples, documentation, and what is broken there on purpose."""

import re

_ASIDE = {"tests", "test", "t", "testing", "examples", "example", "docs", "doc"}
_EXAMPLES = {"examples", "example", "samples", "docs", "doc", "demo", "demos"}
_TESTS = {"tests", "test", "t", "testing"}
_ON_PURPOSE = {
    *("bad", "broken", "corrupt", "error", "errors", "fail", "failing", "fails", "faulty", "invalid"),
    *("malformed", "missing", "nonexistent", "syntax", "unparsable", "wrong"),
}
_WORD = re.compile(r"[a-z]+")


def is_test_code(path: str) -> bool:
    """Tell whether a file stands in a folder of tests or examples, where repetition is on purpose."""
    return not _ASIDE.isdisjoint(path.split("/")[:-1])


def is_example(path: str) -> bool:
    """Tell whether a file stands in a folder of examples or documentation."""
    return not _EXAMPLES.isdisjoint(path.split("/")[:-1])


def is_broken_on_purpose(path: str) -> bool:
    """Tell whether a file below a folder of tests says by its path that it is meant to fail."""
    folders = path.split("/")[:-1]
    inside = next((index for index, folder in enumerate(folders) if folder in _TESTS), None)
    if inside is None:
        return False
    below = "/".join(path.split("/")[inside + 1 :]).lower()
    return not _ON_PURPOSE.isdisjoint(_WORD.findall(below.replace("_", " ")))


def is_fixture(path: str) -> bool:
    """Tell whether a file stands below a folder of tests."""
    return not _TESTS.isdisjoint(path.split("/")[:-1])

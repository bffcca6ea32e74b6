"""The public names of a stub."""

import pytest

from importgraph.edits.promised_names import stub_names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def f(): ...\nasync def g(): ...\nclass C: ...\nx: int\ny = z = 1\n", "f g C x y z"),
        ("def _f(): ...\n_x: int\nclass __C: ...\n", ""),
        ("import os\nimport re as re\nfrom a import b, c as c, d as e\nfrom x import *\n", "re c"),
        ("from a import b\n__all__ = ['b', 'not a name', x]\n__all__ += ('_c',)\n", "b _c"),
        ("import sys\nif sys.platform == 'win32':\n    def f(): ...\nelse:\n    x: int\n", "f x"),
        ("try:\n    a: int\nexcept ImportError:\n    b: int\n", "a b"),
        ("class C:\n    inner: int\n", "C"),
        ("def (", ""),
        ("", ""),
    ],
)
def test_public_names(text, names):
    assert stub_names(text) == frozenset(names.split())

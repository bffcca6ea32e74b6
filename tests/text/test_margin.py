"""Imports at the left margin, read alone or with all other bindings."""

import pytest

from importgraph.text.margin import make_index, read_imports

TEXTS = [
    b"",
    b"import a, b.c as d  # why\nfrom . import e\nfrom .f import (g,\n    h as i,  # one\n)\nimport j; k = 1\n",
    b"x = 1\nfrom a import *\nif x:\n    import b\nclass C(a.B): pass\nfrom c import d\nimport e\n",
    b"from a import b \\\n    , c\nimport 1\nfrom a import 1\n",
]


@pytest.mark.parametrize("text", TEXTS)
def test_imports_alone_are_those_of_the_index(text):
    assert read_imports(text) == make_index(text).imports

from dataclasses import replace

import msgspec

from importgraph.fixes.proposals.canonical_imports import KIND
from importgraph.outputs.assemble import make_report

FILES = {
    "lib/__init__.py": "from lib.core import Thing\n__all__ = ['Thing']\n",
    "lib/core.py": "class Thing: ...\n",
    "one.py": "from lib import Thing\n",
    "two.py": "from lib.core import Thing\n",
}


def test_the_screen_is_spared_what_it_does_not_show(open_files):
    whole = make_report(open_files(FILES))
    seen = make_report(open_files(FILES), on_screen=True)
    assert {fix.diff != "" for fix in whole.fixes if fix.kind == KIND} == {True}
    assert len(whole.fragmentation) == 3
    plain = tuple(msgspec.structs.replace(fix, diff="") if fix.kind == KIND else fix for fix in whole.fixes)
    assert seen == replace(whole, fixes=plain, fragmentation=whole.fragmentation[:1], joint={})

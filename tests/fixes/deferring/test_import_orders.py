"""Edits are judged by which module of a ring is entered first once they are made."""

from importgraph.fixes.deferring.import_orders import Edited, import_orders


def failure(project, texts, later):
    return import_orders(project.snapshot).ask(Edited(lambda: texts, tuple(later))).failing


def test_no_ring_no_question(open_files):
    project = open_files(
        {"p/__init__.py": "", "p/a.py": "from p.b import f\ndef g(): f()\n", "p/b.py": "def f(): ...\n"}
    )
    after = {"p/a.py": "def g():\n    from p.b import f\n    f()\n"}
    assert failure(project, after, [("p.a", "p.b")]) == ""


HIDDEN = {
    "p/__init__.py": "",
    "p/cli.py": "from p.first import one\nfrom p.second import two\ndef main():\n    return one(), two()\n",
    "p/first.py": "def one(): ...\nfrom p.second import two\n",
    "p/second.py": "from p.first import one\ndef two(): ...\n",
}
"""With `p.second` first, `p.first` asks it for `two`, which is not bound yet; the cli enters by `p.first`."""


def test_a_module_that_failed_when_first_becomes_first(open_files):
    project = open_files(HIDDEN, entry_points=("p.cli",))
    text = "from p.second import two\ndef main():\n    from p.first import one\n    return one(), two()\n"
    said = failure(project, {"p/cli.py": text}, [("p.cli", "p.first")])
    assert said.startswith("`import p.cli` would fail: ImportError: cannot import name 'two'")
    assert said.endswith("(p/first.py:2)")


def test_a_ring_with_the_entry_in_it(open_files):
    project = open_files({**HIDDEN, "p/second.py": f"{HIDDEN['p/second.py']}import p.cli\n"})
    after = {"p/cli.py": "from p.second import two\ndef main():\n    from p.first import one\n"}
    said = failure(project, after, [("p.cli", "p.first")])
    assert said.startswith("`import p.cli` would fail: ImportError: cannot import name 'two'")


def test_both_deferred_keep_their_order(open_files):
    project = open_files(HIDDEN, entry_points=("p.cli",))
    text = "def main():\n    from p.first import one\n    from p.second import two\n    return one(), two()\n"
    later = [("p.cli", "p.first"), ("p.cli", "p.second")]
    assert failure(project, {"p/cli.py": text}, later).startswith(
        "`import p.cli`, then `p.second`, would fail"
    )


INSIDE = {
    "p/__init__.py": "",
    "p/a.py": "from p.b import two\ndef one(): return two()\n",
    "p/b.py": "from p.c import Base\nimport p.a\nclass B(Base): ...\ndef two(): ...\n",
    "p/c.py": "import p.a\nclass Base: ...\n",
}


def test_a_ring_that_opens_fails_nowhere(open_files):
    project = open_files(INSIDE)
    text = "def one():\n    from p.b import two\n    return two()\n"
    assert failure(project, {"p/a.py": text}, [("p.a", "p.b")]) == ""


def test_a_large_ring_is_not_asked_about_and_said(open_files, monkeypatch):
    monkeypatch.setattr("importgraph.fixes.deferring.import_orders._LARGEST", 2)
    project = open_files(INSIDE)
    edited = Edited(dict, (("p.a", "p.b"),))
    verdict = import_orders(project.snapshot).ask(edited)
    assert (verdict.failing, verdict.unasked[-34:]) == ("", "asked: 3 modules import each other")

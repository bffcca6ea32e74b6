import ast

import pytest
from fix_programs import check_refused, check_rewritten, edit, text

from importgraph.fixes.model import CutImport, Form, RewriteImport
from importgraph.fixes.rewriting.rewrite import Refused, rewrite
from importgraph.fixes.texts.use_sites import MAIN_BLOCK

PLAIN = """
    from a import b

    def f():
        return b
"""


@pytest.mark.parametrize(
    "source", ["", "x = 1", "# -*- coding: utf-8 -*-\r\nimport a\r\n", "\ufeffimport a\n"]
)
def test_no_edits_leave_every_byte(source):
    assert rewrite(source, []) == source


@pytest.mark.parametrize(
    ("source", "edits", "reason"),
    [
        (PLAIN, [edit(1, "from a import c", "c", "f")], "does not say"),
        (PLAIN, [edit(3, "from a import b", "b", "f")], "does not say"),
        (PLAIN, [edit(1, "from a import b", "b")], "`f` uses `b` too"),
        ("def f(:\n", [edit(1, "import a", "a", "f")], "broken"),
        (
            "import a; import c\n\ndef f():\n    return a\n",
            [edit(1, "import a", "a", "f")],
            "more than an import",
        ),
        ("import a\n\ndef f(): return a\n", [edit(1, "import a", "a", "f")], "on the line of its `def`"),
        ("import a\n\ndef f():\n    'd'; return a\n", [edit(1, "import a", "a", "f")], "docstring"),
        ("import a\n\nclass C(a.B):\n    pass\n", [edit(1, "import a", "a")], "used at import on line 3"),
        ("if x:\n    import a\n\ndef f():\n    return a\n", [edit(2, "import a", "a", "f")], "module level"),
        ("import a\n", [CutImport("m.py", 1, "m", "a", ())], "person"),
        ("import a\n", [RewriteImport("m.py", 1, "a.b", "a.c")], "not an import of one name"),
    ],
)
def test_refuses(source, edits, reason):
    check_refused(source, *edits, reason=reason)


def test_all_or_nothing():
    both = [edit(1, "from a import b", "b", "f"), edit(9, "import z", "z", "f")]
    assert isinstance(rewrite(text(PLAIN), both), Refused)


def test_moves_an_import_below_the_docstring_and_its_comment_with_it():
    check_rewritten(
        '''
        """Doc."""
        import os
        from a import b  # noqa: F401

        def f():
            """Say so."""
            # first
            return b, os
        ''',
        '''
        """Doc."""
        import os

        def f():
            """Say so."""
            from a import b  # noqa: F401
            # first
            return b, os
        ''',
        edit(3, "from a import b", "b", "f"),
    )


def test_takes_one_name_out_of_a_line():
    check_rewritten(
        """
        from a import (b, c as d, e)  # kept

        def f():
            return d
        """,
        """
        from a import (b, e)  # kept

        def f():
            from a import c as d
            return d
        """,
        edit(1, "from a import c as d", "d", "f"),
    )


def test_takes_names_out_of_a_statement_over_several_lines():
    check_rewritten(
        """
        from a import (
            # about b
            b,  # of b
            c, d,
            e
        )

        def f():
            return b, d
        """,
        """
        from a import (
            # about b
            c,\x20
            e
        )

        def f():
            from a import b  # of b
            from a import d
            return b, d
        """,
        edit(3, "from a import b", "b", "f"),
        edit(4, "from a import d", "d", "f"),
    )


def test_methods_async_decorated_nested_and_twice_defined():
    check_rewritten(
        """
        import os
        from a import b

        class K:
            class L:
                @property
                def m(self):
                    @keep
                    def inner():
                        return b
                    return inner

                @m.setter
                def m(self, value):
                    pass

            async def n(self):
                return [b for _ in b]

        if True:
            def f():
                return lambda: b
        """,
        """
        import os

        class K:
            class L:
                @property
                def m(self):
                    from a import b
                    @keep
                    def inner():
                        return b
                    return inner

                @m.setter
                def m(self, value):
                    pass

            async def n(self):
                from a import b
                return [b for _ in b]

        if True:
            def f():
                from a import b
                return lambda: b
        """,
        edit(2, "from a import b", "b", "K.L.m", "K.n", "f"),
    )


def test_line_ends_and_tabs_are_kept():
    source = "import a\r\nimport b\r\n\r\ndef f():\r\n\treturn a\r\n"
    changed = rewrite(source, [edit(1, "import a", "a", "f")])
    assert changed == "import b\r\n\r\ndef f():\r\n\timport a\r\n\treturn a\r\n"


def test_form_feeds_and_wide_letters_do_not_shift_positions():
    source = "x = 'é\u2028'\n\x0cfrom a import é, b\n\ndef f():\n    return b, é\n"
    changed = rewrite(source, [edit(2, "from a import b", "b", "f")])
    assert changed == "x = 'é\u2028'\n\x0cfrom a import é\n\ndef f():\n    from a import b\n    return b, é\n"


def test_annotations_keep_the_name_for_type_checkers():
    check_rewritten(
        """
        from __future__ import annotations
        from a import b, c

        def f(x: b) -> c:
            return b(x)
        """,
        """
        from __future__ import annotations
        from a import c
        from typing import TYPE_CHECKING

        if TYPE_CHECKING:
            from a import b


        def f(x: b) -> c:
            from a import b
            return b(x)
        """,
        edit(2, "from a import b", "b", "f"),
    )


def test_a_type_checking_block_that_is_there_is_used():
    check_rewritten(
        """
        import typing
        from a import b

        if typing.TYPE_CHECKING:
            import z

        def f(x: "b"): ...
        """,
        """
        import typing

        if typing.TYPE_CHECKING:
            from a import b
            import z

        def f(x: "b"): ...
        """,
        edit(2, "from a import b", "b", form=Form.TYPE_CHECKING),
    )


def test_delete_and_lazy():
    check_rewritten("import a, b\n", "import b\n", edit(1, "import a", "a", form=Form.DELETE))
    lazy = rewrite("from a import b, c\nc()\n", [edit(1, "from a import b", "b", form=Form.LAZY)])
    assert lazy == "from a import c\nlazy from a import b\nc()\n"


def test_redirects_in_place_wherever_the_statement_stands():
    source = "def f():\n    from a import b, c  # both\n    return b, c\n"
    changed = rewrite(source, [RewriteImport("m.py", 2, "from a import b", "from x.y import b")])
    assert changed == "def f():\n    from a import c  # both\n    from x.y import b\n    return b, c\n"
    alone = rewrite(
        "from a import b  # why\n", [RewriteImport("m.py", 1, "from a import b", "from x import b")]
    )
    assert alone == "from x import b  # why\n"


def exports(*edits, source):
    changed = rewrite(text(source), edits)
    assert isinstance(changed, str), changed
    ast.parse(changed)
    return changed


def run_package(tmp_path, monkeypatch, files):
    for path, content in files.items():
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).write_text(content)
    monkeypatch.syspath_prepend(tmp_path)


def test_lazy_exports_answer_every_way_to_ask(tmp_path, monkeypatch):
    import importlib
    import sys

    init = exports(
        edit(1, "from .sub import Thing", "Thing", form=Form.EXPORT),
        edit(2, "from . import other", "other", form=Form.EXPORT, submodule=True),
        source="""
        from .sub import Thing
        from . import other
        __all__ = ["Thing", "other"]
        """,
    )
    name = "lazily_exported"
    run_package(
        tmp_path,
        monkeypatch,
        {f"{name}/__init__.py": init, f"{name}/sub.py": "class Thing: pass\n", f"{name}/other.py": "x = 1\n"},
    )
    package = importlib.import_module(name)
    assert f"{name}.sub" not in sys.modules
    assert f"{name}.other" not in sys.modules
    assert {"Thing", "other", "__all__"} <= set(dir(package))
    assert package.other.x == 1
    space: dict[str, object] = {}
    exec(f"from {name} import *\nfrom {name} import Thing as T", space)  # noqa: S102
    assert space["Thing"] is space["T"] is sys.modules[f"{name}.sub"].Thing
    with pytest.raises(AttributeError, match="no attribute 'missing'"):
        _ = package.missing
    with pytest.raises(ImportError):
        exec(f"from {name} import missing", {})  # noqa: S102


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("from a import b\n\ndef __getattr__(name): ...\n", "`__getattr__`"),
        ("from a import b\n\ndef __dir__(): ...\n", "`__dir__`"),
        ("from a import b\n\ndef f():\n    return b\n", "used here too"),
    ],
)
def test_lazy_exports_are_refused(source, reason):
    check_refused(source, edit(1, "from a import b", "b", form=Form.EXPORT), reason=reason)


def test_a_block_that_runs_as_a_script_gets_the_import_too():
    check_rewritten(
        """
        import os
        from a import b

        def f():
            return b

        if __name__ == "__main__":
            b()
        """,
        """
        import os

        def f():
            from a import b
            return b

        if __name__ == "__main__":
            from a import b
            b()
        """,
        edit(2, "from a import b", "b", "f", MAIN_BLOCK),
    )
    check_refused(
        "from a import b\nif __name__ == '__main__': b()\n",
        edit(1, "from a import b", "b", MAIN_BLOCK),
        reason="on the line of its `if`",
    )
    check_refused(
        "from a import b\nif __name__ == '__main__':\n    b()\n",
        edit(1, "from a import b", "b"),
        reason="uses `b` too",
    )

"""Programs in which the statement itself, or the module around it, stands in the way."""

from behaviour.program import FACTS, Program, part

CAUGHT = """
    try:
        import app.cli
    except ImportError:
        print("without")
    else:
        print(app.cli.run())
    """
MISSING = "import app_has_no_such_module\n"


def cli(text: str, **more: str) -> dict[str, str]:
    """Make the files of a program whose `app/cli.py` is given."""
    return {"app/cli.py": text, **part("", **more)}


NOISY = {"app/part.py": 'print("part is loaded")\n'}

STATEMENTS = (
    # -- the import cannot be moved ------------------------------------------------------------------
    Program(
        "a star import",
        "not a plain statement",
        cli("from app.heavy import *\n\ndef run():\n    return work()\n"),
        bound="*",
    ),
    Program(
        "an import whose error is caught here",
        "not a plain statement",
        cli(
            """
            try:
                from app.heavy import work
            except ImportError:
                def work():
                    return "nothing"

            def run():
                return work()
            """,
            part=MISSING,
        ),
    ),
    Program(
        "an import under suppress",
        "not a plain statement",
        cli(
            """
            from contextlib import suppress

            work = lambda: "nothing"
            with suppress(ImportError):
                from app.heavy import work

            def run():
                return work()
            """,
            part=MISSING,
        ),
    ),
    Program(
        "an import under a condition",
        "not a plain statement",
        cli("""
            FAST = True
            work = lambda: "fast"
            if not FAST:
                from app.heavy import work

            def run():
                return work()
            """),
    ),
    # -- somebody catches its error --------------------------------------------------------------------
    Program("its error is caught by the caller", "its ImportError is caught", part(MISSING, main=CAUGHT)),
    Program(
        "its error is caught two modules apart",
        "its ImportError is caught",
        {
            **part(
                MISSING, main=CAUGHT.replace("app.cli", "app.first"), first="from app.second import run\n"
            ),
            "app/second.py": "from app.cli import run\n",
        },
    ),
    Program(
        "its error is caught in a function",
        "its ImportError is caught",
        part(
            MISSING,
            main="""
            import importlib

            def load(name):
                try:
                    return importlib.import_module(name)
                except ImportError:
                    return None

            found = load("app.cli")
            print(found.run() if found else "without")
            """,
        ),
    ),
    Program(
        "its error is caught with every other",
        "its ImportError is caught",
        part("raise RuntimeError('no display')\n", main=CAUGHT.replace("ImportError", "Exception")),
    ),
    # -- imported for what it does ------------------------------------------------------------------
    Program(
        "an import that nothing uses",
        "imported for its effect",
        {
            **part(
                "",
                main=FACTS,
                facts="FOUND = []\n",
                heavy="from app.facts import FOUND\nFOUND.append('heavy')\n",
            ),
            "app/cli.py": "import app.heavy\n\ndef run():\n    return 'done'\n",
        },
        bound="app",
    ),
    Program(
        "a package that loads its plugins",
        "imported for its effect",
        {
            "main.py": FACTS.replace("app.cli.run()", "'done'"),
            "app/cli.py": "import app.plugins\n",
            "app/plugins/__init__.py": "from app.plugins import one\n",
            "app/plugins/one.py": "from app.facts import FOUND\nFOUND.append('one')\n",
            "app/facts.py": "FOUND = []\n",
        },
        path="app/plugins/__init__.py",
        bound="one",
    ),
    # -- used while the module is imported ------------------------------------------------------------
    *(
        Program(f"used at import: {name}", "used at import", {**cli(text), **NOISY})
        for name, text in {
            "a decorator": "from app.heavy import work\n\n@(lambda f: work)\ndef run():\n    return work()\n",
            "a default": "from app.heavy import work\n\ndef run(how=work):\n    return how() + work()\n",
            "an alias": "from app.heavy import work\n\nother = work\n\ndef run():\n    return work()\n",
            "an f-string": "from app.heavy import work\n\nTEXT = f'{work()}'\n\ndef run():\n    return work()\n",
            "a comprehension": "from app.heavy import work\n\nALL = [work() for _ in 'ab']\n\ndef run():\n    return work()\n",
            "a call of a function that uses it": (
                "from app.heavy import work\n\nprint('cli')\n\ndef run():\n    return work()\n\nFIRST = run()\n"
            ),
            "a class body": "from app.heavy import work\n\nclass C:\n    how = work\n\ndef run():\n    return work()\n",
            "an assertion": "from app.heavy import work\n\nassert work\n\ndef run():\n    return work()\n",
            "a lambda that is called": "from app.heavy import work\n\n(lambda: work())()\n\ndef run():\n    return work()\n",
            "a method that a class body calls": """
                from app.heavy import work

                print("cli")

                class C:
                    def make():
                        return work()
                    made = make()

                def run():
                    return work()
                """,
            "a table of functions": "from app.heavy import work\n\nHOW = {'a': work}\n\ndef run():\n    return HOW['a']() + work()\n",
        }.items()
    ),
    *(
        Program(
            f"used at import: {name}",
            "used at import",
            {**cli(text), "app/heavy.py": "import app.part\n\nclass Work(Exception):\n    pass\n", **NOISY},
            bound="Work",
        )
        for name, text in {
            "a base class": "from app.heavy import Work\n\nclass C(Work):\n    pass\n\ndef run():\n    return Work.__name__\n",
            "a base of a base": (
                "from app.heavy import Work\n\nclass A:\n    class B(Work):\n        pass\n\ndef run():\n    return Work.__name__\n"
            ),
            "type arguments of a base": (
                "from typing import Generic, TypeVar\nfrom app.heavy import Work\n\nT = TypeVar('T', bound=Work)\n\n"
                "def run():\n    return Work.__name__\n"
            ),
            "a field of a dataclass": """
                from dataclasses import dataclass
                from app.heavy import Work

                @dataclass
                class D:
                    x: Work

                def run():
                    return Work.__name__
                """,
            "a field of a named tuple": """
                from typing import NamedTuple
                from app.heavy import Work

                class D(NamedTuple):
                    x: Work

                def run():
                    return Work.__name__
                """,
            "an annotation of a function": "from app.heavy import Work\n\ndef run(x: Work = None):\n    return Work.__name__\n",
            "a handler of an exception": """
                from app.heavy import Work

                try:
                    raise ValueError
                except (Work, ValueError):
                    print("handled")

                def run():
                    return Work.__name__
                """,
            "single dispatch": """
                from functools import singledispatch
                from app.heavy import Work

                @singledispatch
                def show(x):
                    return "any"

                @show.register
                def _(x: Work):
                    return "work"

                def run():
                    return show(Work())
                """,
        }.items()
    ),
    # -- bound again ----------------------------------------------------------------------------------
    Program(
        "bound again below",
        "bound again",
        cli(
            "from app.heavy import work\n\nif len('a') > 1:\n    work = None\n\ndef run():\n    return work()\n\nprint('work' in dir())\n"
        ),
    ),
    Program(
        "bound again by a function",
        "bound again",
        cli(
            """
            from app.heavy import work

            def change():
                global work
                work = lambda: "changed"

            def run():
                return work()
            """,
            main="import app.cli\n\napp.cli.change()\nprint(app.cli.run())\n",
        ),
    ),
    Program(
        "deleted below",
        "bound again",
        cli("""
            from app.heavy import work

            def run():
                try:
                    return work()
                except NameError:
                    return "gone"

            del work
            """),
    ),
    # -- the module looks at its own names ------------------------------------------------------------
    *(
        Program(f"looks at its own names: {name}", "looks at its names", cli(text))
        for name, text in {
            "globals": "from app.heavy import work\n\ndef run():\n    work()\n    return sorted(n for n in globals() if n[0] != '_')\n",
            "vars": "import sys\nfrom app.heavy import work\n\ndef run():\n    work()\n    return 'work' in vars(sys.modules[__name__])\n",
            "exec": "from app.heavy import work\n\ndef run():\n    out = {}\n    exec('x = work()', globals(), out)\n    return out, work()\n",
            "eval": "from app.heavy import work\n\ndef run(how='work'):\n    return eval(how)()\n\ndef other():\n    return work()\n",
            "dir": "from app.heavy import work\n\ndef run():\n    return work()\n\nprint([n for n in dir() if n[0] != '_'])\n",
        }.items()
    ),
    # -- others take the name ---------------------------------------------------------------------------
    *(
        Program(f"taken from here: {name}", "taken by others", {"main.py": text, **more})
        for name, text, more in (
            ("by a statement", "from app.cli import work\n\nprint(work())\n", {}),
            ("as an attribute", "import app.cli\n\nprint(app.cli.work())\n", {}),
            ("by getattr", "import app.cli\n\nprint(getattr(app.cli, 'wo' + 'rk')())\n", {}),
            ("by a star import", "from app.cli import *\n\nprint(work())\n", {}),
            (
                "by an entry of a table",
                "import importlib\n\nTABLE = ['app.cli:work']\nfor item in TABLE:\n    m, _, n = item.partition(':')\n    print(getattr(importlib.import_module(m), n)())\n",
                {},
            ),
            ("by vars", "import app.cli\n\nprint('work' in vars(app.cli))\n", {}),
            ("by dir", "import app.cli\n\nprint([n for n in dir(app.cli) if n[0] != '_'])\n", {}),
            (
                "by inspect",
                "import inspect\nimport app.cli\n\nprint([n for n, _ in inspect.getmembers(app.cli, inspect.isfunction)])\n",
                {},
            ),
            ("by a pickle", "import pickle\n\nprint(pickle.loads(b'capp.cli\\nwork\\n.')())\n", {}),
            (
                "two modules apart",
                "from app.front import work\n\nprint(work())\n",
                {"app/front.py": "from app.cli import work\n"},
            ),
            (
                "by a doctest",
                "import doctest\nimport app.cli\n\nprint(doctest.testmod(app.cli))\n",
                {
                    "app/cli.py": '"""\n>>> work()\n\'done\'\n"""\nfrom app.heavy import work\n\ndef run():\n    return work()\n'
                },
            ),
            (
                "by a walk over an object's globals",
                "import app.cli\n\nprint('work' in app.cli.run.__globals__)\n",
                {},
            ),
        )
    ),
    Program(
        "annotations that are evaluated later",
        "named by annotations",
        {
            "main.py": "import typing\nimport app.cli\n\nprint(typing.get_type_hints(app.cli.run))\n",
            "app/cli.py": "from __future__ import annotations\nfrom app.heavy import Work\n\ndef run(x: Work):\n    return Work\n",
            "app/heavy.py": "class Work:\n    pass\n",
        },
        bound="Work",
    ),
    # -- tests replace it ---------------------------------------------------------------------------------
    Program(
        "a test patches it",
        "patched by tests",
        {
            "test_app.py": """
            from unittest import mock
            import app.cli

            @mock.patch("app.cli.work", lambda: "patched")
            def test_it():
                assert app.cli.run() == "patched"
            """,
            "main.py": "import test_app\n\ntest_app.test_it()\nprint('passed')\n",
        },
    ),
    Program(
        "a test patches it as an attribute",
        "patched by tests",
        {
            "test_app.py": """
            from unittest import mock
            from app import cli

            def test_it():
                with mock.patch.object(cli, "work", lambda: "patched"):
                    assert cli.run() == "patched"
            """,
            "main.py": "import test_app\n\ntest_app.test_it()\nprint('passed')\n",
        },
    ),
    Program(
        "a test patches where it comes from",
        "patched by tests",
        {
            "test_app.py": """
            from unittest import mock
            import app.cli

            def test_it():
                with mock.patch("app.heavy.work", lambda: "patched"):
                    assert app.cli.run() == "done"
            """,
            "main.py": "import test_app\n\ntest_app.test_it()\nprint('passed')\n",
        },
    ),
    # -- how often the function runs ---------------------------------------------------------------------
    Program(
        "a function that runs in a loop",
        "a hot loop",
        {
            "main.py": """
            import builtins
            import app.cli

            count, plain = 0, builtins.__import__

            def counting(*arguments):
                global count
                count += 1
                return plain(*arguments)

            builtins.__import__ = counting
            for _ in range(1000):
                app.cli.run()
            print(count > 100)
            """
        },
    ),
    # -- a submodule that only this import loads -----------------------------------------------------------
    Program(
        "a submodule that others reach through it",
        "a submodule of others",
        {
            "main.py": "import app.tools\nimport app.cli\n\nprint(app.tools.extra.NAME)\nprint(app.cli.run())\n",
            "app/tools/__init__.py": "",
            "app/tools/extra.py": "NAME = 'extra'\n",
            "app/heavy.py": "import app.tools.extra\n\ndef work():\n    return 'done'\n",
        },
    ),
)

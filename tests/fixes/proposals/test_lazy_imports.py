import subprocess

import pytest
from fix_programs import deferred_statements, lazy_fixes

from importgraph.findings.loads import loads
from importgraph.fixes.model import Form, Gain
from importgraph.fixes.proposals.lazy_imports import count_smaller, joint_gain
from importgraph.fixes.rewriting.rewrite import rewrite
from importgraph.graph.views import closure, modules_of

HEAVY = {
    "app/__init__.py": "",
    "app/heavy.py": "from app import one, two, three\ndef work(): ...\n",
    "app/one.py": "",
    "app/two.py": "",
    "app/three.py": "",
}
USE = "\ndef run():\n    return work()\n"


def test_nothing_to_put_off(open_files):
    project = open_files({**HEAVY, "app/__init__.py": "from app.heavy import work\nwork()\n"})
    assert lazy_fixes(project) == []


def test_one_importer(open_files):
    files = {**HEAVY, "app/cli.py": f"from app.heavy import work\n{USE}"}
    project = open_files(files, entry_points=("app.cli",))
    (fix,) = lazy_fixes(project)
    (gain,) = fix.gains
    weight = project.snapshot.weight
    removed = ("app.heavy", "app.one", "app.three", "app.two")
    rest = weight("app") + weight("app.cli")
    assert gain == Gain(
        "app.cli",
        "us",
        rest + sum(map(weight, removed)),
        rest,
        removed,
        gain.at_least,
        "import app.cli",
        estimated=True,
    )
    assert fix.edits[0].form is Form.FUNCTIONS
    assert fix.diff.splitlines()[2:] == [
        "@@ -1,4 +1,4 @@",
        "-from app.heavy import work",
        " ",
        " def run():",
        "+    from app.heavy import work",
        "     return work()",
    ]


def test_an_edit_without_gain_alone_is_never_offered_alone(open_files):
    files = {
        **HEAVY,
        "app/cli.py": f"from app import other\nfrom app.heavy import work\n{USE}",
        "app/other.py": f"from app.heavy import work\n{USE}",
    }
    project = open_files(files, entry_points=("app.cli",))
    (fix,) = lazy_fixes(project)
    assert {edit.path for edit in fix.edits} == {"app/cli.py", "app/other.py"}


def test_no_set_where_one_of_two_importers_needs_it(open_files):
    files = {
        **HEAVY,
        "app/cli.py": f"from app import other\nfrom app.heavy import work\n{USE}",
        "app/other.py": "from app.heavy import work\nx = work()\n",
    }
    assert lazy_fixes(open_files(files, entry_points=("app.cli",))) == []


@pytest.mark.parametrize(
    "use",
    [
        "@work\ndef f(): ...",
        "class C(work): ...",
        "def f(x=work): ...",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: 'work'\n",
        "from dataclasses import dataclass\n@dataclass\nclass C:\n    x: work\n",
        "def f():\n    return work()\nf()",
        "def f():\n    return g()\ndef g():\n    return work()\nf()",
        "class C:\n    def __init__(self):\n        work()\nC()",
        "f = lambda: work()",
        "def f(): return work()",
    ],
)
def test_a_name_used_at_import_is_never_put_off(open_files, use):
    files = {**HEAVY, "app/cli.py": f"from app.heavy import work\n{use}\n"}
    assert lazy_fixes(open_files(files, entry_points=("app.cli",))) == []


@pytest.mark.parametrize(
    "text",
    [
        f"try:\n    from app.heavy import work\nexcept ImportError:\n    work = None\n{USE}",
        f"from app.heavy import *\n{USE}",
        "from app.heavy import work\n",
        f"import os\nfrom app.heavy import work; print(os)\n{USE}",
    ],
)
def test_statements_left_untouched(open_files, text):
    assert lazy_fixes(open_files({**HEAVY, "app/cli.py": text}, entry_points=("app.cli",))) == []


def test_gains_are_differences_of_closures(open_files):
    files = {**HEAVY, "app/cli.py": f"from app import one\nfrom app.heavy import work\n{USE}print(one)\n"}
    project = open_files(files, entry_points=("app.cli",))
    (fix,) = lazy_fixes(project)
    before = modules_of(closure(project.runtime, ["app.cli"]))
    for edit in fix.edits:
        path = project.root / edit.path
        changed = rewrite(path.read_text(), [e for e in fix.edits if e.path == edit.path])
        assert isinstance(changed, str)
        path.write_text(changed)
    again = open_files({}, entry_points=("app.cli",))
    after = modules_of(closure(again.runtime, ["app.cli"]))
    assert before - after == set(fix.gains[0].removed)
    costs = [sum(map(project.snapshot.weight, modules)) for modules in (before, after)]
    assert costs == [fix.gains[0].before, fix.gains[0].after]
    assert lazy_fixes(again) == []


def test_a_lazy_export_is_read_again_as_one(open_files):
    files = {**HEAVY, "app/pack/__init__.py": "from app.heavy import work\n__all__ = ['work']\n"}
    files |= {"app/cli.py": "import app.pack\nPACK = app.pack\ndef f():\n    return PACK.work()\n"}
    project = open_files(files, entry_points=("app.cli",))
    (fix,) = lazy_fixes(project)
    assert fix.edits[0].form is Form.EXPORT
    path = project.root / fix.edits[0].path
    path.write_text(rewrite(path.read_text(), fix.edits))
    again = open_files({}, entry_points=("app.cli",))
    assert modules_of(closure(again.runtime, ["app.cli"])) == {"app", "app.cli", "app.pack"}
    assert again.snapshot.resolver.chain("app.cli", "app.pack.work").module == "app.heavy"


def test_no_lazy_export_where_a_class_is_made_of_it(open_files):
    files = {**HEAVY, "app/pack/__init__.py": "from app.heavy import work\n__all__ = ['work']\n"}
    files |= {"app/cli.py": "import app.pack\nclass C:\n    x = {app.pack.work: 1}\n"}
    assert lazy_fixes(open_files(files, entry_points=("app.cli",))) == []


@pytest.mark.parametrize(("version", "form"), [((3, 11), Form.FUNCTIONS), ((3, 15), Form.LAZY)])
def test_the_form_fits_the_version(open_files, version, form):
    files = {**HEAVY, "app/cli.py": f"from app.heavy import work\n{USE}"}
    (fix,) = lazy_fixes(open_files(files, entry_points=("app.cli",), python_version=version))
    assert {edit.form for edit in fix.edits} == {form}


def test_an_import_for_annotations_alone(open_files):
    text = "from __future__ import annotations\nfrom app.heavy import work\ndef f(x: work) -> None: ...\n"
    (fix,) = lazy_fixes(open_files({**HEAVY, "app/cli.py": text}, entry_points=("app.cli",)))
    assert fix.edits[0].form is Form.TYPE_CHECKING
    assert "+if TYPE_CHECKING:" in fix.diff


def test_work_that_cannot_be_followed_makes_the_gain_a_least(open_files):
    files = {
        "app/__init__.py": "",
        "app/cli.py": f"from app.heavy import work\n{USE}",
        "app/heavy.py": "from app.number import ONE\nTWO = ONE + ONE\ndef work(): ...\n",
        "app/number.py": "class N:\n    def __add__(self, o):\n        import app.hidden\nONE = N()\n",
        "app/hidden.py": "",
    }
    (fix,) = lazy_fixes(open_files(files, entry_points=("app.cli",)))
    assert "computes" in fix.gains[0].at_least
    assert "at least" in fix.title
    overridden = {
        **files,
        "app/heavy.py": "from app.number import M\nTWO = M()\ndef work(): ...\n",
        "app/number.py": (
            "class N:\n    def __init__(self):\n        self.go()\n    def go(self): ...\n"
            "class M(N):\n    def go(self):\n        import app.hidden\n"
        ),
    }
    (fix,) = lazy_fixes(open_files(overridden, entry_points=("app.cli",)))
    assert "may load `app.hidden`" in fix.gains[0].at_least


SLOW = {
    "pyproject.toml": "[project.scripts]\none = 'app.one:main'\ntwo = 'app.two:main'\n",
    "app/__init__.py": "",
    "app/one.py": "from app.tool import go\ndef main():\n    return go()\n",
    "app/two.py": "from app.tool import go\ndef main():\n    return go()\n",
    "app/tool.py": f"from app.heavy import work\n{USE}def go(): ...\n",
    "app/heavy.py": "import app.a, app.b, app.c\ndef work(): ...\n",
    "app/a.py": "",
    "app/b.py": "",
    "app/c.py": "",
}


def test_one_fix_lists_every_entry_point_it_helps(open_files):
    (fix,) = lazy_fixes(open_files(SLOW))
    saved = sum(map(open_files(SLOW).snapshot.weight, ("app.heavy", "app.a", "app.b", "app.c")))
    assert [(gain.title, gain.saved) for gain in fix.gains] == [("one", saved), ("two", saved)]
    assert fix.title.startswith("`one` and 1 more no longer load `app.heavy` and 3 more modules: defer ")
    assert fix.frees == "app.heavy"
    assert fix.edits[0].path == "app/tool.py"


def test_a_fix_that_saves_too_little_is_counted(open_files):
    assert lazy_fixes(open_files(SLOW, min_gain_percent=90.0)) == []
    assert count_smaller(open_files(SLOW, min_gain_percent=90.0).snapshot) > 0
    assert count_smaller(open_files(SLOW, min_gain_percent=5.0).snapshot) == 0


@pytest.mark.parametrize(
    "text",
    [
        "from app.heavy import work\ndef main():\n    return work()\n",
        "from app.heavy import work\nif __name__ == '__main__':\n    work()\n",
        "from app.heavy import work\ndef go():\n    work()\nif __name__ == '__main__':\n    go()\n",
    ],
)
def test_what_runs_as_soon_as_it_has_loaded_saves_nothing(open_files, text):
    files = {**SLOW, "app/tool.py": "", "app/one.py": text, "app/two.py": ""}
    entry = ("python -m app.one",) if "__main__" in text else ("app.one:main",)
    assert lazy_fixes(open_files(files, entry_points=entry)) == []
    assert lazy_fixes(open_files(files, entry_points=("app.one",))) != []


def test_what_an_entry_point_takes_from_a_module_stays(open_files):
    files = {
        **SLOW,
        "pyproject.toml": "[project.scripts]\none = 'app.start:work'\n",
        "app/start.py": "from app.heavy import work\nif __name__ == '__main__':\n    work()\n",
    }
    assert lazy_fixes(open_files(files)) == []


def test_what_one_command_of_a_console_script_needs_is_loaded_by_that_command(open_files):
    files = {
        **SLOW,
        "pyproject.toml": "[project.scripts]\none = 'app.cli:main'\n",
        "app/cli.py": """
            from app.heavy import work
            def main(argv):
                if argv == ["work"]:
                    return work()
        """,
    }
    (fix,) = lazy_fixes(open_files(files))
    assert fix.gains[0].label == "one"
    assert "+        from app.heavy import work" in fix.diff
    always = {**files, "app/cli.py": "from app.heavy import work\ndef main(argv):\n    work(argv)\n"}
    assert lazy_fixes(open_files(always)) == []


def test_what_leads_to_the_function_of_a_console_script_stays(open_files):
    files = {
        **SLOW,
        "pyproject.toml": "[project.scripts]\none = 'app.start:main'\n",
        "app/start.py": "from app.cli import main\nif __name__ == '__main__':\n    main(name='one')\n",
        "app/cli.py": "from app.command import main\n",
        "app/command.py": "import app.heavy\n@command\ndef main(name): ...\n",
    }
    edited = {edit.path for fix in lazy_fixes(open_files(files)) for edit in fix.edits}
    assert not edited & {"app/start.py", "app/cli.py"}


def test_git_applies_what_is_proposed(open_files):
    files = {**SLOW, "app/two.py": f"from app.heavy import work\nfrom app.tool import go\n{USE}"}
    project = open_files(files)
    crlf = project.root / "app/tool.py"
    crlf.write_bytes(crlf.read_bytes().replace(b"\n", b"\r\n"))
    project = open_files({})
    (fix,) = [fix for fix in lazy_fixes(project) if len(fix.edits) > 1]
    command = ["git", "-c", "core.autocrlf=false", "apply", "-"]
    subprocess.run(command, input=fix.diff.encode(), cwd=project.root, check=True)
    assert b"work\r\n    return" in crlf.read_bytes()
    again = open_files({})
    assert all("app.heavy" not in load.modules for _, load in loads(again.snapshot))


def test_joint_gain(open_files):
    files = {**HEAVY, "app/cli.py": f"from app.heavy import work\n{USE}"}
    project = open_files(files, entry_points=("app.cli",))
    keys = {(e.importer, e.index) for e in project.graph.imports if e.importer == "app.cli"}
    whole = sum(map(project.snapshot.weight, project.graph.modules))
    rest = sum(map(project.snapshot.weight, ("app", "app.cli")))
    assert joint_gain(project.snapshot, keys)["app.cli"] == (whole, rest)
    assert joint_gain(project.snapshot, ())["app.cli"] == (whole, whole)


def test_the_same_twice(open_files):
    files = {
        **HEAVY,
        "app/cli.py": f"from app.heavy import work\n{USE}",
        "app/b.py": f"from app.heavy import work\n{USE}",
    }
    entries = {"entry_points": ("app.cli", "app.b")}
    assert open_files(files, **entries).proposals == open_files(files, **entries).proposals
    assert deferred_statements(open_files(files, **entries)) == {"from app.heavy import work"}


def test_no_set_is_offered_after_which_an_order_of_imports_fails(open_files):
    files = {
        **{f"app/{name}.py": "" for name in ("one", "two", "three")},
        "app/__init__.py": "",
        "app/cli.py": "from app.first import f\nfrom app.second import g\ng()\ndef run():\n    return f()\n",
        "app/first.py": "def f(): ...\nfrom app.second import g\nfrom app import one, two, three\n",
        "app/second.py": "def g(): ...\n",
    }
    assert deferred_statements(open_files(files, entry_points=("app.cli",))) == {"from app.first import f"}
    files["app/second.py"] = "from app.first import f\ndef g(): ...\n"
    assert deferred_statements(open_files(files, entry_points=("app.cli",))) == set()

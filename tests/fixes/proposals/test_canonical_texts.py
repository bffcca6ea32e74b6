import pytest

from importgraph.edits.changes import plan
from importgraph.edits.identity import name_of, named

BASE = {
    "app/__init__.py": "from app.home import Thing\n__all__ = ['Thing']\n",
    "app/home.py": "class Thing: ...\n",
    "app/other.py": "from app.home import Thing\n",
}
OTHERS = {f"app/m{n}.py": "from app import Thing\nx = Thing\n" for n in range(3)}


def canonical(open_files, files, policy="public"):
    project = open_files({**BASE, **OTHERS, **files}, policy=policy)
    (fix,) = (one for one in project.every_proposal.fixes if one.kind == "canonical-imports")
    return (
        project,
        fix,
        {c.path: c.after.decode() for c in plan(project.root, named([fix]), project.read_text).changes},
    )


@pytest.mark.parametrize(
    ("source", "after"),
    [
        ("KIND = 'app.other.Thing'\n", "KIND = 'app.Thing'\n"),
        ("KIND = {'a': \"app.other.Thing.run\"}\n", "KIND = {'a': \"app.Thing.run\"}\n"),
        ("KIND = 'app.other.Things'\n", None),
        ("'''app.other.Thing'''\n", None),
        ("KIND = 'see app.other.Thing'\n", None),
        (
            "from unittest import mock\nm = mock.patch('app.other.Thing')\n",
            "from unittest import mock\nm = mock.patch('app.Thing')\n",
        ),
    ],
)
def test_texts_follow_where_they_name_the_same_object(open_files, source, after):
    files = {"app/user.py": "from app.other import Thing\nx = Thing\n", "tests/test_it.py": source}
    _, _, changed = canonical(open_files, files)
    assert changed["app/user.py"] == "from app import Thing\nx = Thing\n"
    assert changed.get("tests/test_it.py", source) == (after or source)


def test_a_patch_of_a_module_that_uses_the_name_stays(open_files):
    patch = "from unittest import mock\nm = mock.patch('app.other.Thing')\n"
    files = {
        "app/other.py": "from app.home import Thing\n\ndef make():\n    return Thing()\n",
        "app/user.py": "from app.other import Thing\nx = Thing\n",
        "tests/test_it.py": patch,
    }
    assert "tests/test_it.py" not in canonical(open_files, files)[2]


def test_documentation_is_listed_and_the_name_stays(open_files):
    files = {
        "app/user.py": "from app.other import Thing\nx = Thing\n",
        "docs/a.md": "Use it:\n\n```python\nfrom app.other import Thing\n```\n",
        "README.rst": "`app.other.Thing` and app.other.Thinger\n",
    }
    project, fix, _ = canonical(open_files, files)
    assert fix.mentions == ("README.rst:1", "docs/a.md:4")
    plain = next(one for one in project.proposals.fixes if one.kind == "canonical-imports")
    assert name_of(plain) == name_of(fix)

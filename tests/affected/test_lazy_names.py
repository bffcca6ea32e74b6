"""A package that answers its names lazily loads for a test what that test asks it for, and no more."""

import pytest

from importgraph.affected.search import search
from importgraph.regressions.impact.mentions import modules_with_tests
from importgraph.regressions.impact.reaching import make_reach

STUB = {
    "kit/__init__.py": "import lazy_loader as lazy\n"
    "__getattr__, __dir__, __all__ = lazy.attach_stub(__name__, __file__)\n",
    "kit/__init__.pyi": "from .late import brew, pour\nfrom . import side\n",
}
TABLE = {
    "kit/__init__.py": "import lazy_loader\n__getattr__, __dir__, __all__ = lazy_loader.attach("
    "__name__, submodules=['side'], submod_attrs={'late': ['brew', 'pour']})\n"
}
BASE = {
    "kit/late.py": "def brew(): ...\ndef pour(): ...\n",
    "kit/side.py": "def stir(): ...\n",
    "use.py": "def use(thing):\n    thing.brew()\n",
}


def loaded(open_files, package, test):
    project = open_files({**BASE, **package, "test_it.py": test})
    reach = make_reach(project, modules_with_tests(project))
    found = search(reach, "test_it").loaded.keys()
    assert found <= reach.arcs.reached_from(("test_it",))
    return found


@pytest.mark.parametrize("package", [STUB, TABLE], ids=["stub", "table"])
@pytest.mark.parametrize(
    "test",
    [
        "import kit\ndef test(): ...\n",
        "import kit\ndef test():\n    kit.side.stir()\n",
        "from kit import side\ndef test():\n    side.stir()\n",
        "import kit.side\ndef test(): ...\n",
        "import kit\ndef test():\n    '''Brews.'''\n    print(kit.__name__)\n",
    ],
)
def test_what_nobody_asks_for_is_not_loaded(open_files, package, test):
    assert "kit.late" not in loaded(open_files, package, test)


@pytest.mark.parametrize("package", [STUB, TABLE], ids=["stub", "table"])
@pytest.mark.parametrize(
    "test",
    [
        "import kit\ndef test():\n    kit.brew()\n",
        "import kit as k\ndef test():\n    k.pour\n",
        "from kit import brew\ndef test(): ...\n",
        "from kit import *\ndef test(): ...\n",
        "def test():\n    from kit import pour as p\n",
        "import kit\nfrom use import use\ndef test():\n    use(kit)\n",
        "import kit\ndef test(name):\n    getattr(kit, name)\n    print('brew')\n",
        "import kit\ndef test():\n    getattr(kit, 'brew')\n",
        "import kit\ndef test():\n    [getattr(kit, name) for name in dir(kit)]\n",
        "import kit\ndef test():\n    list(vars(kit))\n",
        "from unittest import mock\n@mock.patch('kit.brew')\ndef test(m): ...\n",
        "import kit.late\ndef test(): ...\n",
        "import kit\ndef test():\n    kit.late\n",
    ],
)
def test_what_somebody_asks_for_is_loaded(open_files, package, test):
    assert "kit.late" in loaded(open_files, package, test)


def test_a_name_of_a_module_beside_it_is_followed_to_its_definition(open_files):
    test = "import kit\ndef test():\n    kit.side.stir()\n"
    project = open_files({**BASE, **STUB, "test_it.py": test})
    found = search(make_reach(project, modules_with_tests(project)), "test_it")
    assert "kit.side:stir()" in found.run
    assert "kit:brew()" not in found.run

"""Where grimp succeeds, our architecture view has its edges, apart from differences of a known kind."""

import importlib.util
import itertools
import random
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SCRIPT = ROOT / "benchmarks" / "grimp_equality.py"
unique = itertools.count()


@pytest.fixture(scope="module")
def equality():
    spec = importlib.util.spec_from_file_location("grimp_equality", SCRIPT)
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(importlib.sys.modules, "grimp_equality", module)
        spec.loader.exec_module(module)
        yield module


@pytest.fixture
def compare(write_project, equality):
    """Compare on a package whose name grimp has not seen before; `NAME` stands for it in texts."""

    def compared(files):
        name = f"against_grimp_{next(unique)}"
        root = write_project(
            {
                f"{name}/{path}": text.replace("NAME", name)
                for path, text in {"__init__.py": "", **files}.items()
            }
        )
        importlib.invalidate_caches()
        result = equality.compare(root, name)
        assert result.unnamed == ()
        return result

    return compared


PLAIN = {
    "a.py": """
        import os.path, NAME.b
        from NAME import c, VALUE
        from . import d as other
        from .sub import thing
        from .sub.deep import *
        from numpy.linalg import norm
        """,
    "b.py": """
        from typing import TYPE_CHECKING
        if TYPE_CHECKING:
            import NAME.a
        else:
            import NAME.c
        try:
            import NAME.d
        except ImportError:
            from .sub import deep
        def f():
            from NAME.sub import deep
        class C:
            import NAME.d
        """,
    "c.py": "",
    "d.py": "if False:\n    import NAME.a\n",
    "sub/__init__.py": "from .deep import x\nthing = 1\n",
    "sub/deep.py": "from ..a import y\nfrom .. import b\nimport NAME\n",
}


def test_plain_packages_are_equal(compare):
    result = compare(PLAIN)
    assert not result.only_ours
    assert not result.only_grimp
    assert result.equal == result.grimp_edges == result.our_edges > 15


@pytest.mark.parametrize(
    ("files", "only_ours", "only_grimp"),
    [
        ({"m.py": "import NAME.m"}, {}, {"self import": 1}),
        (
            {"b.py": "", "orphans/o.py": "import NAME.b", "c.py": "import NAME.orphans.o"},
            {"in a module grimp leaves out": 1, "of a module grimp leaves out": 1},
            {"credited to an ancestor": 1},
        ),
        ({"b.py": "", "c.py": "import_module('NAME.b')"}, {"literal import_module": 1}, {}),
        (
            {
                "b.py": "",
                "c.py": "import importlib as i\nfor n in ['b']:\n    i.import_module(f'NAME.{n}')",
            },
            {"computed or answered lazily": 1},
            {},
        ),
        (
            {"a/__init__.py": "", "c.py": "from NAME.a.gone import x"},
            {"missing module": 1},
            {"missing module": 1},
        ),
        (
            {"m.py": "import os", "m/__init__.py": "import sys"},
            {"m.py beside m/__init__.py": 2},
            {"m.py beside m/__init__.py": 1},
        ),
    ],
    ids=["self", "orphans", "literal", "computed", "missing", "doubled"],
)
def test_differences_have_names(compare, files, only_ours, only_grimp):
    result = compare(files)
    assert dict(result.only_ours) == only_ours
    assert dict(result.only_grimp) == only_grimp


@pytest.mark.parametrize("seed", range(8))
def test_generated_packages_are_equal(compare, seed):
    dice = random.Random(seed)  # noqa: S311 -- repeatable, not secret
    modules = ["a", "b", "sub", "sub.c", "sub.d", "sub.deep", "sub.deep.e"]
    forms = [
        lambda m: f"import NAME.{m}",
        lambda m: f"import NAME.{m} as x",
        lambda m: f"from NAME.{m} import anything",
        lambda m: f"from NAME.{m} import *",
        lambda m: f"from NAME{'.' + m.rpartition('.')[0] if '.' in m else ''} import {m.rpartition('.')[2]}",
        lambda m: f"def f():\n    import NAME.{m}",
        lambda m: f"import ext_{m.replace('.', '_')}.inner",
    ]
    files = {}
    for module in modules:
        is_package = any(other.startswith(f"{module}.") for other in modules)
        path = module.replace(".", "/") + ("/__init__.py" if is_package else ".py")
        others = [other for other in modules if other != module]
        files[path] = "\n".join(dice.choice(forms)(dice.choice(others)) for _ in range(5)) + "\n"
    result = compare(files)
    assert not result.only_ours
    assert not result.only_grimp


@pytest.mark.corpus
@pytest.mark.parametrize(
    ("package", "folder", "edges"),
    [("django", "django-5.2.19", 4_178), ("homeassistant", "homeassistant-2026.2.3", 78_832)],
)
def test_real_packages_are_equal(equality, package, folder, edges):
    root = ROOT / ".corpora" / folder
    if not root.exists():
        pytest.skip(f"needs python benchmarks/corpora.py {package}")
    result = equality.compare(root, package, workers=2)
    assert result.unnamed == ()
    assert result.only_grimp == {}
    assert set(result.only_ours) <= {"literal import_module", "computed or answered lazily"}
    assert result.equal == edges

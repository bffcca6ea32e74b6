import pytest
from environment_folders import make_environment, make_python

from importgraph.environment.finder import EnvironmentFinder, FileKind, Owner
from importgraph.environment.locate import named_environment


@pytest.fixture
def finder(tmp_path):
    def made(files, standard=None):
        base = make_python(tmp_path / "python", standard or {})
        return EnvironmentFinder(named_environment(make_environment(tmp_path / "env", files, home=base)))

    return made


def test_the_kinds_of_modules(finder):
    found = finder(
        {
            "pkg/__init__.py": "",
            "pkg/inner.py": "",
            "pkg/fast.cpython-312-x86_64-linux-gnu.so": "",
            "pkg/fast.py": "",
            "pkg/old.cpython-310-x86_64-linux-gnu.so": "",
            "pkg/frozen.pyc": "",
            "stable.abi3.so": "",
            "space/part/mod.py": "",
        },
        {"json/__init__.py": "", "lib-dynload/math.cpython-312-x86_64-linux-gnu.so": ""},
    )
    kinds = {
        name: (module.kind, module.owner) if (module := found.find(name)) else None
        for name in (
            "pkg", "pkg.inner", "pkg.fast", "pkg.old", "pkg.frozen", "stable", "space", "space.part",
            "space.part.mod", "json", "math", "sys", "missing", "pkg.missing", "json.missing.more",
        )
    }  # fmt: skip
    third, standard = Owner.THIRD_PARTY, Owner.STANDARD
    assert kinds == {
        "pkg": (FileKind.PACKAGE, third),
        "pkg.inner": (FileKind.SOURCE, third),
        "pkg.fast": (FileKind.COMPILED, third),
        "pkg.old": None,
        "pkg.frozen": (FileKind.BYTECODE, third),
        "stable": (FileKind.COMPILED, third),
        "space": (FileKind.NAMESPACE, third),
        "space.part": (FileKind.NAMESPACE, third),
        "space.part.mod": (FileKind.SOURCE, third),
        "json": (FileKind.PACKAGE, standard),
        "math": (FileKind.COMPILED, standard),
        "sys": (FileKind.BUILT_IN, standard),
        "missing": None,
        "pkg.missing": None,
        "json.missing.more": None,
    }


def test_the_standard_library_comes_first(finder):
    found = finder({"json.py": ""}, {"json/__init__.py": ""})
    assert found.find("json").owner is Owner.STANDARD


def test_a_name_of_another_module(finder):
    found = finder({}, {"posixpath.py": ""})
    assert found.find("os.path").name == "posixpath"


def test_modules_that_a_package_makes(finder):
    found = finder(
        {
            "pkg/__init__.py": "import sys\nsys.modules['pkg.vendor'] = sys\n",
            "six.py": "",
        }
    )
    assert found.find("pkg.vendor").kind is FileKind.MADE
    assert found.find("six.moves.urllib").kind is FileKind.MADE


def test_modules_that_a_hook_makes(finder):
    found = finder(
        {"pkg/__init__.py": "from . import _hook", "pkg/_hook.py": "import sys\nsys.meta_path.append(sys)\n"}
    )
    assert found.find("pkg.made").kind is FileKind.MADE


def test_folders_of_pth_files_and_editable_installs(finder, tmp_path):
    for path in ("linked/one.py", "mapped/two/__init__.py"):
        (tmp_path / path).parent.mkdir(parents=True)
        (tmp_path / path).touch()
    found = finder(
        {
            "x.pth": f"import sys; sys.exit()\n# {tmp_path}\n{tmp_path}/linked\n{tmp_path}/gone\n",
            "__editable___two_finder.py": f"MAPPING: dict[str, str] = {{'two': '{tmp_path}/mapped/two'}}\n",
        }
    )
    assert found.find("one").path == str(tmp_path / "linked/one.py")
    assert found.find("two").path == str(tmp_path / "mapped/two/__init__.py")

import pytest


def kinds(project):
    return {name: (module.path, module.kind.value) for name, module in project.graph.modules.items()}


def test_every_kind_of_file_gets_a_module(open_files):
    project = open_files(
        {
            "app/__init__.py": "",
            "app/core.py": "",
            "app/static/helper.py": "",
            "app/dash-ed.py": "",
            "ns/part/__init__.py": "",
            "tests/test_core.py": "import app, ns.part",
            "tests/conftest.py": "",
            "my-script.py": "",
            "manage.py": "",
            "odd.name.py": "",
        }
    )
    assert kinds(project) == {
        "./odd.name.py": ("odd.name.py", "script"),
        "app": ("app/__init__.py", "package"),
        "app.core": ("app/core.py", "module"),
        "app.dash-ed": ("app/dash-ed.py", "script"),
        "app.static": ("", "namespace"),
        "app.static.helper": ("app/static/helper.py", "orphan"),
        "conftest": ("tests/conftest.py", "conftest"),
        "manage": ("manage.py", "script"),
        "my-script": ("my-script.py", "script"),
        "ns": ("", "namespace"),
        "ns.part": ("ns/part/__init__.py", "package"),
        "test_core": ("tests/test_core.py", "test"),
    }


def test_a_package_wins_over_a_module_of_the_same_name(open_files):
    project = open_files({"p/__init__.py": "", "p/m.py": "", "p/m/__init__.py": "", "use.py": "import p.m"})
    assert kinds(project)["p.m"] == ("p/m/__init__.py", "package")
    assert kinds(project)["p/m.py"] == ("p/m.py", "module")
    assert [edge.imported for edge in project.graph.imports] == ["p.m"]


def test_a_top_level_module_beside_its_package_is_not_below_it(open_files):
    project = open_files({"m.py": "", "m/__init__.py": "", "m/sub.py": ""})
    assert list(project.graph.modules) == ["./m.py", "m", "m.sub"]
    assert "./m.py" not in project.runtime.arcs


def test_namespace_portions_whose_names_begin_alike(open_files):
    project = open_files(
        {
            "ns/foo/__init__.py": "",
            "ns/foo/a.py": "from ns.foobar import x",
            "ns/foobar/x.py": "from ns import foo",
        }
    )
    assert kinds(project) == {
        "ns": ("", "namespace"),
        "ns.foo": ("ns/foo/__init__.py", "package"),
        "ns.foo.a": ("ns/foo/a.py", "module"),
        "ns.foobar": ("", "namespace"),
        "ns.foobar.x": ("ns/foobar/x.py", "module"),
    }
    assert [(edge.importer, edge.imported) for edge in project.graph.imports] == [
        ("ns.foo.a", "ns.foobar.x"),
        ("ns.foobar.x", "ns.foo"),
    ]


def test_tests_of_one_basename_keep_apart(open_files):
    project = open_files({"tests/a/test_x.py": "", "tests/b/test_x.py": "", "tests/conftest.py": ""})
    tests = [
        (m.name, m.importable_as, m.path) for m in project.graph.modules.values() if m.kind.value == "test"
    ]
    assert tests == [
        ("test_x", "test_x", "tests/a/test_x.py"),
        ("tests.b.test_x", "test_x", "tests/b/test_x.py"),
    ]


def test_tests_in_packages_are_named_from_the_first_folder_that_is_none(open_files):
    project = open_files({"tests/__init__.py": "", "tests/unit/__init__.py": "", "tests/unit/test_x.py": ""})
    assert kinds(project)["tests.unit.test_x"] == ("tests/unit/test_x.py", "test")


def test_a_dotted_file_in_a_package_resolves_its_relative_imports(open_files):
    project = open_files({"app/__init__.py": "", "app/m.py": "", "app/with.dots.py": "from . import m"})
    (edge,) = project.graph.imports
    assert (edge.importer, edge.imported) == ("app/with.dots.py", "app.m")


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"src/app/__init__.py": ""}, ["app"]),
        ({"lib/app/__init__.py": "", "lib/use.py": "import app"}, ["app", "use"]),
        ({"backend/app/__init__.py": "", "backend/app/m.py": "import app.n"}, ["app", "app.m"]),
        (
            {"backend/app/m.py": "import backend.app.n", "backend/app/n.py": ""},
            ["backend.app.m", "backend.app.n"],
        ),
        ({"backend/app/m.py": "import app.n", "backend/app/n.py": ""}, ["app.m", "app.n"]),
        ({"docs/conf.py": ""}, ["conf"]),
        ({"docs/my-examples/a.py": ""}, ["a"]),
    ],
)
def test_roots_come_from_convention_and_from_how_code_imports(open_files, files, names):
    project = open_files(files)
    assert [name for name, module in project.graph.modules.items() if module.path] == names


def test_configured_roots_win(open_files):
    files = {"backend/app/__init__.py": "", "backend/app/m.py": "import backend.app"}
    project = open_files(files, source_roots=("backend",))
    assert list(project.graph.modules) == ["app", "app.m"]
    assert project.graph.roots == (("backend", "configured"),)


def test_one_name_in_two_roots(open_files):
    project = open_files(
        {
            "one/app/__init__.py": "",
            "one/run.py": "import app",
            "two/app/__init__.py": "from app import m",
            "two/app/m.py": "",
            "two/run.py": "import app",
        }
    )
    assert kinds(project)["app"] == ("one/app/__init__.py", "package")
    assert kinds(project)["two.app"] == ("two/app/__init__.py", "package")
    assert kinds(project)["two.app.m"] == ("two/app/m.py", "module")
    assert {(edge.importer, edge.imported) for edge in project.graph.imports} == {
        ("run", "app"),
        ("two.run", "two.app"),
        ("two.app", "two.app.m"),
    }
    assert [arc.target for arc in project.runtime.arcs["two.app.m"]] == ["two.app"]


def test_extension_modules_of_a_package_are_modules(open_files):
    project = open_files(
        {"app/__init__.py": "from app import _fast", "app/_fast.cpython-312-x86_64-linux-gnu.so": ""}
    )
    assert kinds(project)["app._fast"][1] == "extension"
    assert [(edge.imported, edge.missing) for edge in project.graph.imports] == [("app._fast", "")]


OWN_NAME = {
    "src/p/p.py": "P = 1",
    "src/p/a.py": "from p.sub.c import Y\nfrom p.b import Z\nfrom p.p import P",
    "src/p/b.py": "Z = 1",
    "src/p/sub/__init__.py": "",
    "src/p/sub/c.py": "Y = 1",
}


@pytest.mark.parametrize("options", [{}, {"source_roots": ("src",)}])
def test_a_module_does_not_vote_for_the_name_of_its_package(open_files, options):
    project = open_files(OWN_NAME, **options)
    assert [name for name, module in project.graph.modules.items() if module.path] == [
        *("p.a", "p.b", "p.p", "p.sub", "p.sub.c")
    ]
    assert not any(edge.missing or edge.external for edge in project.graph.imports)


def test_what_the_build_is_told_outweighs_statements(open_files):
    told = {"setup.cfg": "[options]\npackage_dir =\n    = code\n"}
    files = {"code/deep/app.py": "import app", "code/deep/use.py": "import app"}
    assert list(open_files(files).graph.modules) == ["app", "use"]
    assert list(open_files({**files, **told}).graph.modules) == ["deep", "deep.app", "deep.use"]


def test_a_settled_root_inside_of_what_looks_like_a_package(open_files):
    files = {"src/__init__.py": "", "src/app/__init__.py": "", "src/app/m.py": "import app"}
    project = open_files(files, source_roots=("src",))
    assert kinds(project)["app.m"] == ("src/app/m.py", "module")


def test_a_src_folder_that_is_imported_by_its_name(open_files):
    files = {"src/app/__init__.py": "", "src/app/m.py": "", "main.py": "from src.app import m"}
    assert "src.app.m" in open_files(files).graph.modules


def test_tests_below_a_settled_root_find_the_helpers_beside_them(open_files):
    files = {"tests/test_x.py": "import helpers", "tests/helpers.py": "", "tests/conftest.py": ""}
    project = open_files(files, source_roots=(".",))
    assert [(edge.importer, edge.imported) for edge in project.graph.imports] == [("test_x", "helpers")]


def test_a_folder_called_like_a_library_gets_no_votes_from_those_who_import_the_library(open_files):
    files = {
        "app/__init__.py": "import redis.asyncio\nfrom redis import Redis\nimport redis",
        "tools/redis/__init__.py": "",
        "tools/redis/load.py": "",
    }
    assert {edge.imported for edge in open_files(files).graph.imports if not edge.external} == set()


def test_what_git_ignores_is_there_but_not_read(open_files):
    files = {
        ".gitignore": "_version.py\ngenerated/\nlogs/\n",
        "app/__init__.py": "from app._version import version\nfrom app.generated.deep import x",
        "app/_version.py": "def f(:",
        "app/generated/__init__.py": "",
        "app/generated/deep.py": "",
        "logs/a.py": "",
    }
    project = open_files(files)
    assert kinds(project) == {
        "app": ("app/__init__.py", "package"),
        "app._version": ("app/_version.py", "unread"),
        "app.generated": ("app/generated/", "unread"),
    }
    assert [(edge.imported, edge.missing, edge.external) for edge in project.graph.imports] == [
        ("app._version", "", False),
        ("app.generated", "", False),
    ]
    assert project.graph.ledger.found == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("pyproject.toml", '[tool.pytest.ini_options]\naddopts = ["--import-mode=importlib"]\n'),
        ("pytest.ini", "[pytest]\naddopts = -q --import-mode importlib\n"),
    ],
)
def test_test_files_that_pytest_names_by_their_path(open_files, path, text):
    files = {"tests/unit/test_x.py": "from ..help import x", "tests/help.py": "x = 1", path: text}
    project = open_files(files)
    assert kinds(project)["tests.unit.test_x"] == ("tests/unit/test_x.py", "test")
    assert [edge.missing for edge in project.graph.imports] == [""]


@pytest.mark.parametrize(
    ("statement", "name"),
    [
        ("from . import two", "parts.one"),
        ("from .two import x", "parts.one"),
        ("from ..other.three import x", "deep.parts.one"),
        ("from ..other import three", "deep.parts.one"),
        ("from .gone import x", "one"),
        ("import two", "one"),
    ],
)
def test_a_file_that_imports_its_neighbours_relatively_is_in_a_package(open_files, statement, name):
    files = {
        "my-top/deep/parts/one.py": statement,
        "my-top/deep/parts/two.py": "x = 1",
        "my-top/deep/other/three.py": "x = 1",
    }
    project = open_files(files)
    assert [m.name for m in project.graph.modules.values() if m.path.endswith("one.py")] == [name]

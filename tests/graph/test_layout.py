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

import pytest

from importgraph.graph.views import (
    architecture,
    closure,
    deferred,
    is_function,
    modules_of,
    runtime,
    type_only,
    without,
)

FILES = {
    "p/__init__.py": "",
    "p/q/__init__.py": "",
    "p/q/deep.py": "",
    "p/a.py": """
        import p.q.deep
        import p.a
        import numpy
        if TYPE_CHECKING:
            import p.typed
        if __name__ == "__main__":
            import p.main
        if False:
            import p.never
        class C:
            import p.in_class
        def f():
            import p.in_function
        lazy import p.lazy
        import_module("p.dynamic")
        patch("p.patched.x")
        """,
    **{
        f"p/{name}.py": ""
        for name in ["typed", "main", "never", "in_class", "in_function", "lazy", "dynamic", "patched"]
    },
}


def pairs(view):
    return {(arc.source, arc.target) for arcs in view.arcs.values() for arc in arcs}


@pytest.fixture
def graph(open_files):
    return open_files(FILES).graph


def test_runtime_has_what_executes_with_the_packages_around(graph):
    view = runtime(graph)
    assert {arc.target for arc in view.arcs["p.a"]} == {"p", "p.q.deep", "p.a", "p.in_class", "p.dynamic"}
    assert {arc.target for arc in view.arcs["p.q.deep"]} == {"p.q"}
    assert modules_of(closure(view, ["p.a"])) == {"p", "p.a", "p.q", "p.q.deep", "p.in_class", "p.dynamic"}


def test_implicit_parents_have_no_cause(graph):
    (parent, *_) = runtime(graph).arcs["p.a"]
    assert (parent.target, parent.cause) == ("p", None)


def test_architecture_has_every_import_and_no_parents(graph):
    assert {target for _, target in pairs(architecture(graph))} == {
        *("p.q.deep", "p.typed", "p.main", "p.never", "p.in_class", "p.in_function", "p.lazy", "p.dynamic")
    }


def test_the_rest(graph):
    assert pairs(deferred(graph)) == {("p.a", "p.in_function"), ("p.a", "p.lazy")}
    assert pairs(type_only(graph)) == {("p.a", "p.typed")}


def test_functions_are_nodes_of_the_runtime(open_files):
    view = open_files({"a.py": "import b\nb.f()\n", "b.py": "def f():\n    import c\n", "c.py": ""}).runtime
    assert view.nodes == ("a", "b", "b:f()", "c")
    assert pairs(view) == {("a", "b"), ("a", "b:f()"), ("b:f()", "c")}
    assert [node for node in view.nodes if is_function(node)] == ["b:f()"]
    assert modules_of(closure(view, ["b"])) == {"b"}


def test_a_function_of_a_module_does_not_run_the_module(open_files):
    files = {
        "a.py": "from b import f\nf()\n",
        "b.py": "def f():\n    import c\n",
        "c.py": "",
    }
    assert modules_of(closure(open_files(files).runtime, ["a"])) == {"a", "b", "c"}


def test_without_some_arcs(graph):
    view = without(runtime(graph), lambda arc: arc.target == "p.q.deep")
    assert "p.q" not in closure(view, ["p.a"])
    assert view.nodes == runtime(graph).nodes


def test_pytest_plugins_load_and_mock_targets_do_not(open_files):
    files = {"conftest.py": "pytest_plugins = ['plug']\npatch('other.x')\n", "plug.py": "", "other.py": ""}
    assert modules_of(closure(open_files(files).runtime, ["conftest"])) == {"conftest", "plug"}

from environment_folders import make_environment, make_python

from importgraph.graph.outside.module_costs import ModuleCosts


def test_what_each_kind_of_node_costs(open_files, tmp_path):
    base = make_python(tmp_path / "python", {"lib-dynload/_json.cpython-312-x.so": "x" * 10})
    files = {"big.py": "x = [1]\n" * 500, "small.py": "", "space/part.py": "", "fast.abi3.so": "x" * 10**6}
    environment = make_environment(tmp_path / "env", files, home=base)
    project = open_files({"app/__init__.py": "", "app/a.py": "class A: ...\n"}, python=str(environment))
    assert project.outside is not None
    costs = ModuleCosts(project.graph, project.outside.outside, project.outside.started)

    def us(node):
        found = costs.of(node)
        assert found is not None
        return found.us

    assert us("big") > us("small") > 0
    assert us("fast") > us("_json") > 0
    assert us("sys") == us("os") == us("app.a:f()") == us("<all tests>") == 0
    assert us("app.a") > 0
    assert us("space") > 0
    assert costs.of("gone") is None


def test_without_an_environment_the_tree_alone_has_costs(open_files):
    project = open_files({"app.py": "import dep"})
    costs = ModuleCosts(project.graph)
    assert costs.of("app") is not None
    assert costs.of("dep") is None

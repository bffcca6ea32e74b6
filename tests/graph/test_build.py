from importgraph.graph.resolve import graph_resolver


def test_an_empty_project_has_an_empty_graph(open_files):
    graph = open_files({"a.py": ""}).graph
    assert list(graph.modules) == ["a"]
    assert graph.imports == graph.calls == ()


def test_edges_are_sorted_by_place(open_files):
    graph = open_files(
        {"b.py": "import c, a\nimport a\n", "a.py": "def f():\n    import b\nimport c\n", "c.py": ""}
    ).graph
    places = [(edge.path, edge.line, edge.column) for edge in graph.imports]
    assert places == sorted(places)
    assert list(graph.modules) == sorted(graph.modules)


def test_the_ledger_adds_up(open_files):
    files = {
        "a.py": "",
        "bad.py": "def f(:\n",
        "node_modules/x.py": "",
        "gen/y.py": "",
        ".gitignore": "ignored.py\n",
        "ignored.py": "",
    }
    ledger = open_files(files, exclude=("gen/",)).graph.ledger
    assert (ledger.found, ledger.analysed) == (4, 1)
    assert [(broken.path, broken.line) for broken in ledger.broken] == [("bad.py", 1)]
    assert [(item.path, item.reason) for item in ledger.excluded] == [
        ("gen/y.py", "excluded by configuration"),
        ("node_modules/x.py", "node_modules"),
    ]


def test_facts_and_edges_point_at_each_other(open_files):
    graph = open_files({"a.py": "def f():\n    import b\n", "b.py": "", "n/s/c.py": "import a\n"}).graph
    for edge in graph.imports:
        item = graph.facts[edge.importer].imports[edge.index]
        assert (item.line, item.column, item.function) == (edge.line, edge.column, edge.function)
    assert "n" in graph.modules
    assert "n" not in graph.facts


def test_a_resolver_can_be_made_again(open_files):
    graph = open_files({"a.py": "from b import x\n", "b.py": "def x(): ...\n"}).graph
    assert graph_resolver(graph).lookup("a", "x").module == "b"


def test_only_what_is_registered_so_far_is_loaded(open_files):
    registry = (
        "class R:\n    def add(self, n): ...\n    def load(self, n):\n        import_module(n)\nr = R()\n"
    )
    graph = open_files(
        {
            "reg.py": registry,
            "early.py": "from reg import r\nr.load('plug')\n",
            "late.py": "import reg, early\nreg.r.add('plug')\nreg.r.load('plug')\n",
            "plug.py": "",
        }
    ).graph
    assert [(e.importer, e.imported) for e in graph.imports if e.index < 0] == [("late", "plug")]

"""How one module loads another, and that the graph says the same of each step."""

import json

from importgraph.findings.chains import load_chain
from importgraph.findings.entry_points import EntryPoint
from importgraph.findings.loads import load_of
from importgraph.graph.model import AtImport
from importgraph.graph.open_imports import OpenImports
from importgraph.module_queries import loading_from
from importgraph.outputs.answers.chain_text import render_chain, render_chain_json
from importgraph.outputs.documents.json_graph import render

FILES = {
    "app.py": """
        import random
        import always
        if random.random() > 2:
            import perhaps
        def get(flag):
            if flag:
                from fast import install
                return install
        chosen = get(1)
        other = get(0)
        def late():
            import never
        if random.random() > 2:
            late()
        def asked(name):
            import later
        """,
    "always.py": "",
    "perhaps.py": "import behind\n",
    "behind.py": "",
    "fast.py": "install = 1\n",
    "never.py": "",
    "later.py": "",
    "named.py": "import sys\n__import__(sys.argv[1])\n",
}


def chain_of(project, importer, imported):
    return load_chain(
        OpenImports(project.graph, project.resolver), loading_from(project, importer), importer, imported
    )


def test_a_chain_says_how_sure_it_is(open_files):
    project = open_files(FILES)
    found = {
        name: chain_of(project, "app", name).certainty for name in project.graph.modules if name != "app"
    }
    assert found == {
        "always": AtImport.RUNS,
        "behind": AtImport.MAY,
        "fast": AtImport.RUNS,
        "later": AtImport.NO,
        "named": AtImport.NO,
        "never": AtImport.MAY,
        "perhaps": AtImport.MAY,
    }


def test_the_graph_says_the_same_of_each_import(open_files):
    project = open_files(FILES)
    records = json.loads(render(project.graph))["imports"]
    for record in records:
        if record["importer"] == "app" and not record["external"]:
            said = AtImport(record.get("at_import", "runs"))
            assert chain_of(project, "app", record["imported"]).certainty is said, record
            inside = record["scope"] == "function"
            assert record["called_at_import"] is (inside and said is AtImport.RUNS)


def test_steps_that_may_run_are_marked(open_files):
    project = open_files(FILES)
    text = render_chain("app", "behind", chain_of(project, "app", "behind"), project.read_text)
    assert text.splitlines() == [
        "Importing app may load behind; steps that are not sure to run are marked:",
        "app",
        "  -> perhaps    app.py:4: import perhaps    (may run)",
        "  -> behind    perhaps.py:1: import behind",
        "Importing app loads 5 modules of the project (2 surely).",
    ]


def test_a_chain_says_how_much_of_what_is_loaded_is_sure(open_files):
    project = open_files(FILES)
    for imported in ("behind", "later"):  # the same, whatever is asked for
        found = json.loads(render_chain_json("app", imported, chain_of(project, "app", imported)))
        assert found["loads"] == {"modules": 5, "surely": 2}


def test_an_entry_point_says_how_much_of_what_it_loads_is_sure(open_files):
    project = open_files(FILES)
    snapshot = project.snapshot
    load = load_of(snapshot, snapshot.loading, EntryPoint("app", "asked for"))
    assert (len(load.modules), load.surely) == (5, 2)


def test_a_computed_import_limits_what_is_denied(open_files):
    project = open_files(FILES)
    assert chain_of(project, "named", "always").open == (("named.py", 2),)
    assert chain_of(project, "app", "later").open == ()


def test_a_loader_that_is_reached_through_an_object_is_said(open_files):
    project = open_files(
        {
            "p/__init__.py": "from p.core import app\napp.load_parts('p.parts')\n",
            "p/core.py": "import importlib\napp = make()\ndef load_parts(self, name):\n"
            "    importlib.import_module(name)\ndef unused(name):\n    importlib.import_module(name)\n",
            "p/parts.py": "",
        }
    )
    found = load_chain(OpenImports(project.graph, project.resolver), project.snapshot.loading, "p", "p.parts")
    assert (found.certainty, found.open) == (AtImport.NO, (("p/core.py", 4),))


def test_a_loader_that_a_function_calls_by_its_name_is_said(open_files):
    project = open_files(
        {
            "p/__init__.py": "import sys\nfrom p.core import start\nstart(sys.argv)\n",
            "p/core.py": "def start(names):\n    for name in names:\n        load(name)\n    begin(names)\n"
            "def begin(names):\n    load(names[0])\ndef load(name):\n    __import__(name)\n",
            "p/parts.py": "",
        }
    )
    computed = OpenImports(project.graph, project.resolver)
    found = load_chain(computed, project.snapshot.loading, "p", "p.parts")
    assert (found.certainty, found.open) == (AtImport.NO, (("p/core.py", 8),))

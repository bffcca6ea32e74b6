from importgraph.findings.heavy_imports import check_heavy_imports, find_heavy_imports
from importgraph.findings.loads import loads


def tree(size=20, **more):
    files = {
        "app/__init__.py": "from app import core\n",
        "app/core.py": "import app.big\n",
        "app/big/__init__.py": "",
    }
    files["app/big/__init__.py"] = "".join(f"import app.big.m{n}\n" for n in range(size))
    files |= {f"app/big/m{n}.py": "" for n in range(size)}
    return files | more


def heavy(project, module):
    return next(one for one in find_heavy_imports(project.snapshot) if one.module == module)


def test_a_large_part_is_named_with_its_chain(open_files):
    project = open_files(tree())
    found = heavy(project, "app.big")
    weights = {name: project.snapshot.weight(name) for name in project.graph.modules}
    assert (found.entry, found.loaded) == ("app", sum(weights.values()))
    assert found.retained == sum(us for name, us in weights.items() if name.startswith("app.big"))
    assert [(one.source, one.target, one.line) for one in found.chain] == [
        ("app", "app.core", 1),
        ("app.core", "app.big", 1),
    ]


def test_small_trees_have_no_heavy_parts(open_files):
    assert find_heavy_imports(open_files(tree(size=4)).snapshot) == ()


def test_of_a_chain_of_equals_the_last_is_named(open_files):
    assert {one.module for one in find_heavy_imports(open_files(tree()).snapshot)} == {"app.big"}


def test_a_part_with_two_importers_is_held_by_neither(open_files):
    files = tree()
    files["app/__init__.py"] = "from app import core, other\n"
    files["app/other.py"] = "import app.big\n"
    assert {one.module for one in find_heavy_imports(open_files(files).snapshot)} == {"app.big"}


def test_functions_called_at_import_are_part_of_the_chain(open_files):
    files = tree()
    files["app/core.py"] = "def start():\n    import app.big\nstart()\n"
    found = heavy(open_files(files), "app.big")
    assert [one.target for one in found.chain] == ["app.core", "app.core:start()", "app.big"]
    assert [one.line for one in found.chain] == [1, 3, 2]


def test_functions_that_are_not_called_hold_nothing(open_files):
    files = tree()
    files["app/core.py"] = "def start():\n    import app.big\n"
    assert not any(one.entry == "app" for one in find_heavy_imports(open_files(files).snapshot))


def test_libraries_that_only_a_part_brings_are_named(open_files):
    files = tree()
    files["app/big/m3.py"] = "import numpy\nimport os\n"
    files["app/core.py"] = "import app.big\nimport yaml\n"
    files["app/big/m4.py"] = "import yaml\n"
    assert heavy(open_files(files), "app.big").external == ("numpy",)


def test_each_module_is_reported_once_and_labelled(open_files):
    files = tree(**{"tests/test_a.py": "import app", "tests/test_b.py": "import app.big"})
    found = list(check_heavy_imports(open_files(files).snapshot))
    assert len(found) == len({one.subject for one in found})
    assert all("≈" in one.message and "(estimated)" in one.message for one in found)


def test_retained_of_an_entry_point_is_all_it_loads(open_files):
    snapshot = open_files(tree()).snapshot
    for _, load in loads(snapshot):
        assert load.retained[load.entry.node] == sum(map(snapshot.weight, load.modules | {load.entry.node}))

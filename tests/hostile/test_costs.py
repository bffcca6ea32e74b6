"""Small trees that used to cost minutes or gigabytes: exact answers up to a budget, then good ones."""

import pytest
from hostile_commands import answer, run

from importgraph.findings import import_order
from importgraph.graph import cycle_breaking


def ring_of(count, line):
    return {f"m{n}.py": line.format(next=(n + 1) % count, far=n * 37 % count) for n in range(count)}


def test_a_complete_tree_of_modules(write_project, monkeypatch):
    count = 30
    everything = "".join(f"import m{n}\n" for n in range(count))
    root = write_project({f"m{n}.py": everything for n in range(count)})
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["break"]) == count * (count - 1) // 2
    assert (cycle["is_smallest"], cycle["is_shortest"], cycle["untried"]) == (True, True, 0)
    monkeypatch.setattr(import_order.first_imports, "__kwdefaults__", {"steps": 5000})
    (cycle,) = answer("cycles", root)["cycles"]
    assert 0 < cycle["untried"] < count
    text = run("cycles", root, "--no-cache", "-q").stdout
    assert f"{cycle['untried']} of its {count} modules were not tried as the first import" in text


@pytest.mark.parametrize("steps", [0, 3000])
def test_a_tangle_with_two_imports_each(write_project, monkeypatch, steps):
    monkeypatch.setattr(cycle_breaking.cycle_breakers, "__defaults__", (steps,))
    root = write_project(ring_of(90, "import m{next}\nimport m{far}\n"))
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["modules"]) == 90
    assert not cycle["is_smallest"]
    assert "(fewer may do)" in run("cycles", root, "--no-cache", "-q").stdout


def test_a_ring_of_star_imports(write_project):
    root = write_project(ring_of(120, "from m{next} import *\nX{far} = 1\n"))
    (cycle,) = answer("cycles", root)["cycles"]
    assert len(cycle["shortest"]) == 120
    assert len(cycle["break"]) == 1
    assert cycle["is_smallest"]
    assert "… 100 more" in run("cycles", root, "--no-cache", "-q").stdout

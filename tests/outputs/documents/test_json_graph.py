"""The graph as JSON."""

import json

from importgraph.config import Partial
from importgraph.outputs.documents import json_graph
from importgraph.project import open_project


def test_parts_are_the_whole(write_project, monkeypatch):
    root = write_project({f"package/m{number}.py": f"import os\nX = {number}\n" for number in range(5)})
    graph = open_project(root, Partial({})).graph
    whole = json_graph.render(graph)
    assert len(json.loads(whole)["modules"]) == 6
    monkeypatch.setattr(json_graph, "_AT_ONCE", 2)
    monkeypatch.setattr(json_graph, "_PART_BYTES", 1)
    parts = list(json_graph.render_parts(graph))
    assert len(parts) > 6
    assert "".join(parts) == whole
    assert max(part.count("\n") for part in parts) <= 4

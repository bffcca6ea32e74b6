"""A chain of imports as text."""

from importgraph.findings.chains import load_chain
from importgraph.graph.open_imports import OpenImports
from importgraph.outputs.answers.chain_text import render_chain


def test_no_line_of_an_extension_is_shown(open_files):
    files = {"pkg/__init__.py": "", "pkg/fast.so": "\0__pyx\0pkg.plain\0", "pkg/plain.py": ""}
    project = open_files(files)
    found = load_chain(OpenImports(project.graph, project.resolver), project.runtime, "pkg.fast", "pkg.plain")
    text = render_chain("pkg.fast", "pkg.plain", found, project.read_text)
    assert "  -> pkg.plain    pkg/fast.so: names the module    (may run)\n" in text

"""An import chain as text and JSON."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from importgraph.findings.heavy_imports import Link
from importgraph.outputs.json_report import dump
from importgraph.quoting import page


def render_chain(importer: str, imported: str, links: Sequence[Link], read_text: Callable[[str], str]) -> str:
    """Render a chain, one step a line, with the line of code that makes it."""
    return page(_lines(importer, imported, links, read_text))


def _lines(
    importer: str, imported: str, links: Sequence[Link], read_text: Callable[[str], str]
) -> Iterator[str]:
    if not links:
        yield f"Importing {importer} does not load {imported}."
        return
    yield links[0].source
    for link in links:
        if link.line is None:
            yield f"  -> {link.target}    the package around it"
        else:
            text = read_text(link.path).splitlines()
            code = " ".join(text[link.line - 1].split()) if link.line <= len(text) else ""
            yield f"  -> {link.target}    {link.path}:{link.line}: {code}"


def render_chain_json(importer: str, imported: str, links: Sequence[Link]) -> str:
    """Render a chain as JSON (`importgraph/why/1`); an empty chain means that A does not load B."""
    document = {
        "schema": "importgraph/why/1",
        "importer": importer,
        "imported": imported,
        "chain": [msgspec.to_builtins(link) for link in links],
    }
    return dump(document)

"""An import chain as text and JSON."""

from collections.abc import Callable, Iterator

import msgspec

from importgraph.findings.chains import LoadChain
from importgraph.graph.model import AtImport
from importgraph.quoting import json_text, page


def render_chain(importer: str, imported: str, found: LoadChain, read_text: Callable[[str], str]) -> str:
    """Render a chain, one step a line, with the line of code that makes it, and whether it is sure to run."""
    return page(_lines(importer, imported, found, read_text))


def _lines(importer: str, imported: str, found: LoadChain, read_text: Callable[[str], str]) -> Iterator[str]:
    yield from _steps(importer, imported, found, read_text)
    if found.modules is not None:
        modules = f"{found.modules:,} module{'' if found.modules == 1 else 's'}"
        least = "at least " if found.open else ""
        yield f"Importing {importer} loads {least}{modules} of the project ({found.surely:,} surely)."


def _steps(importer: str, imported: str, found: LoadChain, read_text: Callable[[str], str]) -> Iterator[str]:
    if not found.links:
        yield f"Importing {importer} does not load {imported}{_as_far(found)}."
        return
    if found.certainty is AtImport.MAY:
        yield f"Importing {importer} may load {imported}; steps that are not sure to run are marked:"
    yield found.links[0].source
    for link in found.links:
        if link.line is None:
            yield f"  -> {link.target}    the package around it"
        else:
            maybe = "" if link.certain else "    (may run)"
            yield f"  -> {link.target}    {_place(link.path, link.line, read_text)}{maybe}"


def _place(path: str, line: int, read_text: Callable[[str], str]) -> str:
    """Return where a statement stands, with its text; of an extension only that it names the module."""
    if path.endswith((".so", ".pyd")):
        return f"{path}: names the module"
    text = read_text(path).splitlines()
    code = " ".join(text[line - 1].split()) if line <= len(text) else ""
    return f"{path}:{line}: {code}"


def _as_far(found: LoadChain) -> str:
    """Say where text does not show what is imported."""
    if not found.open:
        return ""
    path, line = found.open[0]
    more = f" (and {len(found.open) - 1} more)" if len(found.open) > 1 else ""
    return f", as far as text shows: {path}:{line}{more} imports a computed name"


def render_chain_json(importer: str, imported: str, found: LoadChain) -> str:
    """Render a chain as JSON (`importgraph/why/1`); an empty chain means that A does not load B."""
    document = {
        "schema": "importgraph/why/1",
        "importer": importer,
        "imported": imported,
        "certainty": found.certainty,
        "chain": [msgspec.to_builtins(link) for link in found.links],
        "loads": None if found.modules is None else {"modules": found.modules, "surely": found.surely},
        "open": [{"path": path, "line": line} for path, line in found.open],
    }
    return json_text(document)

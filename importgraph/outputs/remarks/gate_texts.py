"""What each gate of a check, each contract and each kind of collection error means, in a sentence."""

from collections.abc import Mapping
from typing import Final

TEXTS: Final[Mapping[str, str]] = {
    # gates and ratchets
    "loads": "An entry point loads more modules of the project than before.",
    "external": "An entry point loads packages from outside that it did not load before.",
    "max-modules": "An entry point loads more modules than the project allows.",
    "max-growth": "An entry point grew by more modules than the project allows.",
    "forbid-loaded": "An entry point loads a module that the project forbids it to load.",
    "max-cycles": "There are more import cycles of a class than the project allows.",
    "crashes": "A new import cycle in which some module fails when imported first.",
    "latent": "A new import cycle at module level.",
    "deferred": "A new import cycle that imports in functions, or lazy imports, close.",
    "type_only": "A new import cycle that imports under TYPE_CHECKING close.",
    "unresolved": "A new import of a module or name that is not there.",
    "broken": "A file that Python cannot read any more.",
    "rules": "A rule or contract of the project is broken in a new place.",
    "fragmentation": "More statements than before take a definition by another path than the canonical one.",
    "min-canonical": "Fewer statements use canonical import paths than the project demands.",
    "max-fragmented": "More definitions are imported through several paths than the project allows.",
    "duplicates": "A new definition repeats another one's name and text.",
    "side-effects": "A module newly does work when it is imported.",
    "collection-errors": "Test files that collected before would fail to collect.",
    "time": "Importing takes more CPU time than before, beyond the noise.",
    "max-collection-seconds": "Importing all tests takes more CPU time than the project allows.",
    "stale": "The baseline accepts something that is not there any more.",
    # predicted collection errors
    "syntax-error": "A file that Python cannot parse keeps test files from collecting.",
    "missing-module": "An import of a module that is not there keeps test files from collecting.",
    "missing-name": "A name that a module does not have keeps test files from collecting.",
    "missing-distribution": "A package that is not installed keeps test files from collecting.",
    "undefined-name": "A name that is not defined keeps test files from collecting.",
    "import-cycle": "An import cycle keeps test files from collecting.",
}


def text_of(code: str) -> str:
    """Return the sentence, or the code itself where there is none."""
    return TEXTS.get(code, f"importgraph: {code.replace('-', ' ')}")

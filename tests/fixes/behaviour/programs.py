"""All programs: those whose behaviour a deferral changes, and those where it does not."""

from behaviour.harmless import HARMLESS
from behaviour.observers import OBSERVERS
from behaviour.statements import STATEMENTS
from behaviour.targets import TARGETS
from behaviour.unseen_again import AGAIN
from behaviour.unseen_harmless import UNSEEN_HARMLESS
from behaviour.unseen_names import NAMES
from behaviour.unseen_process import PROCESS
from behaviour.unseen_registries import REGISTRIES

REVIEWED = frozenset({"unseen-optional-accelerator", "unseen-collections"})
"""Harmless ones that text does not show to be: a library that is not there, elements of a table with a default."""
CHANGING = (*STATEMENTS, *TARGETS, *OBSERVERS)
PROGRAMS = (*CHANGING, *HARMLESS)
UNSEEN = (*REGISTRIES, *PROCESS, *NAMES, *AGAIN, *UNSEEN_HARMLESS)
UNSEEN_CHANGING = (*REGISTRIES, *PROCESS, *NAMES, *AGAIN)
"""Written before the rules were read; sorted by the oracle."""
ALL_HARMLESS = (*HARMLESS, *(one for one in UNSEEN_HARMLESS if one.name not in REVIEWED))

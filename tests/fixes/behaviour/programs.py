"""All programs: those whose behaviour a deferral changes, and those where it does not."""

from behaviour.harmless import HARMLESS
from behaviour.observers import OBSERVERS
from behaviour.statements import STATEMENTS
from behaviour.targets import TARGETS

CHANGING = (*STATEMENTS, *TARGETS, *OBSERVERS)
PROGRAMS = (*CHANGING, *HARMLESS)

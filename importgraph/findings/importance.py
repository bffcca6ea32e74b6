"""How much a millisecond counts at an entry point, by what starts it."""

from importgraph.findings.start_modules import is_aside

_IMPORTANCE: tuple[tuple[str, float], ...] = (
    ("configured", 1.0),
    ("console script", 1.0),
    ("gui script", 1.0),
    ("manage.py", 0.8),
    ("distributed package", 0.8),
    ("package run with -m", 0.7),
    ("plug-in", 0.6),
    ("module run by CI", 0.3),
    ("script of CI", 0.3),
    ("module run by tox", 0.3),
    ("script of tox", 0.3),
    ("module run by nox", 0.3),
    ("script of nox", 0.3),
    ("module run by the Makefile", 0.4),
    ("script of the Makefile", 0.4),
)
"""By the beginning of the reason; services are named in files of deployment and weigh 1."""
_ASIDE = 0.2
"""What projects among the tests, examples and tools of another start, beside what that starts itself."""


def importance(reason: str, path: str = "") -> float:
    """Return the importance of an entry point, from 0 to 1, by why it is one and by the file that says so."""
    weight = next((weight for prefix, weight in _IMPORTANCE if reason.startswith(prefix)), 1.0)
    return weight * _ASIDE if is_aside(path) else weight

"""Rules that our own code could not finish on a tree: the others stand, and this one says what happened."""

from collections.abc import Callable, Iterable, Iterator

from importgraph import failures
from importgraph.errors import ImportgraphError
from importgraph.findings.model import Evidence, Finding, Severity
from importgraph.snapshot import Snapshot

CODE = "IG003"


class Unfinished(Evidence, frozen=True):
    """Why a rule was not finished."""

    rule: str
    reason: str


def finished(check: Callable[[Snapshot], Iterable[Finding]], snapshot: Snapshot) -> Iterator[Finding]:
    """Yield what a check finds; where it fails, what it found until then and a finding that says so."""
    try:
        yield from check(snapshot)
    except ImportgraphError:
        raise  # the user's to mend
    except Exception as error:  # noqa: BLE001 -- one rule must not take the others down
        name = check.__name__.removeprefix("check_").replace("_", " ")
        yield Finding(
            code=CODE,
            subject=name,
            message=f"Not all {name} were looked for: {failures.reason(error)}.",
            severity=Severity.ERROR,
            locations=(),
            evidence=Unfinished(name, failures.reason(error)),
        )

"""Decide version, platform and environment tests for a target."""

from importgraph.environment.interpreter import NEWEST_PATCH
from importgraph.facts.model import Condition
from importgraph.graph.model import Target


def holds(condition: Condition, target: Target) -> bool:
    """Decide a version or platform test for a target."""
    if condition.subject in {"environment", "never"}:
        verdict = False  # variables that switch something on are taken as not set
    elif condition.subject.startswith("version"):
        verdict = _version_holds(condition, target.version)
    else:
        system = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}.get(
            target.platform, target.platform
        )
        actual = {
            "platform": target.platform,
            "os": "nt" if target.platform == "win32" else "posix",
            "system": system,
            "implementation": target.implementation,
        }[condition.subject]
        verdict = _text_holds(condition.operator, actual, condition.value.split("|"))
    return verdict != condition.negated


def _version_holds(condition: Condition, version: tuple[int, ...]) -> bool:
    value = tuple(int(part) for part in condition.value.split("."))
    count = int(condition.subject[9:-1]) if condition.subject != "version" else 0
    actual = version[:count] if count else (*version, NEWEST_PATCH)
    match condition.operator:
        case ">=":
            return actual >= value
        case ">":
            return actual > value
        case "<=":
            return actual <= value
        case "<":
            return actual < value
        case "==":
            return actual[: len(value)] == value
        case _:
            return actual[: len(value)] != value


def _text_holds(operator: str, actual: str, values: list[str]) -> bool:
    actual, values = actual.lower(), [value.lower() for value in values]
    match operator:
        case "startswith":
            return actual.startswith(tuple(values))
        case "==" | "in":
            return actual in values
        case _:
            return actual not in values

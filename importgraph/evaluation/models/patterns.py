"""Regular expressions on short texts, of kinds whose matching takes little time."""

import re
from collections.abc import Callable, Mapping

from importgraph.evaluation.protocol import Interpreter
from importgraph.evaluation.values.quick_patterns import is_quick, most_steps
from importgraph.evaluation.values.value import Arguments, Raised, Result, Unknown, Value, settled
from importgraph.evaluation.values.values import NONE, Constant, unwrap, wrap

_LONG = 200
_PER_STEP = 2_048
"""Steps of matching that count as one of the evaluation."""
_METHODS = frozenset("findall fullmatch match search split sub".split())  # noqa: SIM905 -- a list of words


def _compile(_interpreter: Interpreter, arguments: Arguments) -> Result:
    pattern, flags = (
        unwrap(arguments.get(0, "pattern") or NONE),
        unwrap(arguments.get(1, "flags") or Constant(0)),
    )
    if not isinstance(pattern, str) or not isinstance(flags, int) or not is_quick(pattern, 0, flags):
        return Unknown("a regular expression")
    if len(pattern) > _LONG:
        return Unknown("a long regular expression")
    try:
        return Constant(re.compile(pattern, flags))
    except re.error as error:
        return Raised("error", str(error))


def call_pattern(interpreter: Interpreter, value: Constant, name: str, arguments: Arguments) -> Result:
    """Call a method of a compiled pattern, or of a match."""
    given = [settled(one) for one in arguments.positional]
    plain = [unwrap(one) for one in given]
    if isinstance(value.value, re.Match):
        return wrap(getattr(value.value, name)(*plain)) if name in {"group", "groups"} else Unknown("a match")
    subject = plain[1] if name == "sub" and len(plain) > 1 else plain[0] if plain else None
    if name not in _METHODS or not isinstance(subject, str) or len(subject) > _LONG or len(plain) > 2:  # noqa: PLR2004
        return Unknown(f"what `{name}` of a pattern returns")
    if not _may_match(interpreter, value.value, len(subject)):
        return Unknown("a regular expression that may take long")
    if name == "sub":
        return _replaced(interpreter, value.value, given[0], subject)
    return wrap(getattr(value.value, name)(subject))


def _may_match(interpreter: Interpreter, pattern: "re.Pattern[str]", length: int) -> bool:
    """Tell whether a match ends soon, and spend its steps."""
    if not is_quick(pattern.pattern, length, pattern.flags):
        return False
    interpreter.budget.used += int(most_steps(pattern.pattern, length, pattern.flags)) // _PER_STEP
    return not interpreter.budget.is_spent


def _replaced(interpreter: Interpreter, pattern: "re.Pattern[str]", by: Value, subject: str) -> Result:
    text = unwrap(by)
    if isinstance(text, str):
        return Constant(pattern.sub(text, subject)) if "\\" not in text else Unknown("a replaced text")
    found = [by.call(interpreter, Arguments((Constant(match),))) for match in pattern.finditer(subject)]
    texts = [unwrap(one) if isinstance(one, Value) else None for one in found]
    if not all(isinstance(one, str) for one in texts):
        return Unknown("a replaced text")
    parts = iter(texts)
    return Constant(pattern.sub(lambda _: str(next(parts)), subject))


def _direct(name: str) -> Callable[[Interpreter, Arguments], Result]:
    def call(interpreter: Interpreter, arguments: Arguments) -> Result:
        compiled = _compile(interpreter, Arguments(arguments.positional[:1]))
        if not isinstance(compiled, Constant):
            return compiled
        return call_pattern(interpreter, compiled, name, Arguments(arguments.positional[1:]))

    return call


MODELS: Mapping[str, Callable[[Interpreter, Arguments], Result]] = {
    "re.compile": _compile,
    **{f"re.{name}": _direct(name) for name in _METHODS},
}

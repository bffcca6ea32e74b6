"""How large the result of an operation would be, told from what it is given, before it is done.

Every figure is at least as large as the result, in the units of `limits.size_of`; above `limits.LARGEST` it
is any larger number. Operations that may run for long without growing (a regular expression, a modular power)
count their work.
"""

import ast
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from importgraph.evaluation.values.limits import LARGEST, size_of

TOO_LARGE = LARGEST + 1
_NUMBER = re.compile(r"\d+")
_EXPONENT = re.compile(r"[eE][-+]?(\d[\d_]*)")
_DIGITS = 7
"""A number of more digits in a format is too large a width."""
_REPEATS = re.compile(r"[*+{]")
_ESCAPED = re.compile(r"\\.", re.DOTALL)
_WIDTH_IN_FIELD = re.compile(r":[^{}]*\{")
"""A width that an argument gives: `{:{}}`."""
_NESTED = re.compile(r"[*+}?|][^()]*\)+[*+{?]")
_INFLATION = 1032
"""The most bytes that `zlib.decompress` makes of one."""


def operation_size(operator: type[ast.operator], left: Any, right: Any) -> int:
    """Return how large the result of a binary operator can be."""
    estimate = _OPERATIONS.get(operator)
    return estimate(left, right) if estimate is not None else size_of(left) + size_of(right)


def _product_size(left: Any, right: Any) -> int:
    for sequence, count in ((left, right), (right, left)):
        if isinstance(sequence, str | bytes | bytearray | list | tuple) and isinstance(count, int):
            return size_of(sequence) * max(count, 1)
    return size_of(left) + size_of(right)


def _power_size(left: Any, right: Any) -> int:
    if isinstance(left, float | complex) or isinstance(right, float | complex):
        return 1
    if isinstance(right, int):
        bits = left.bit_length() if isinstance(left, int) else size_of(left) * 64
        return bits * max(right, 1)
    return size_of(left) * size_of(right)


def _shift_size(left: Any, right: Any) -> int:
    return size_of(left) + (max(right, 0) if isinstance(right, int) else 0)


def _modulo_size(left: Any, right: Any) -> int:
    if isinstance(left, bytes):
        left = left.decode("latin-1")
    if not isinstance(left, str):
        return size_of(left) + size_of(right)
    starred = sum(_whole_numbers(right)) if "*" in left else 0
    return widths(left) + starred + size_of(left) + (left.count("%") + 1) * shown_size(right)


_OPERATIONS: Mapping[type[ast.operator], Callable[[Any, Any], int]] = {
    ast.Mult: _product_size,
    ast.Pow: _power_size,
    ast.LShift: _shift_size,
    ast.Mod: _modulo_size,
}


def widths(text: str) -> int:
    """Return the sum of the numbers in a format."""
    found = _NUMBER.findall(text)
    return TOO_LARGE if any(len(one) > _DIGITS for one in found) else sum(int(one) for one in found)


def _whole_numbers(value: Any) -> list[int]:
    parts = value if isinstance(value, list | tuple) else [value]
    return [abs(one) for one in parts if isinstance(one, int)]


def shown_size(value: Any) -> int:
    """Return how long the text of a value can be."""
    size = size_of(value)
    return size if size > LARGEST else size * (1 if isinstance(value, str) else 12)


def format_size(value: Any, spec: str) -> int:
    """Return how long a formatted value can be."""
    return widths(spec) + shown_size(value) + _written_out(value)


def _written_out(value: Any) -> int:
    """Return how many digits a decimal number has where it is written without an exponent."""
    adjusted = getattr(value, "adjusted", None)
    return abs(adjusted()) if type(value).__name__ == "Decimal" and adjusted is not None else 0


def call_size(function: Any, args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """Return how large the result of a function of the standard library can be."""
    given = size_of([*args, *kwargs.values()])
    if given > LARGEST:
        return given
    values = [*args, *kwargs.values()]
    name = getattr(function, "__name__", "")
    module = (getattr(function, "__module__", "") or "").lstrip("_")
    estimate = _CALLS.get(f"{module}.{name}") or _CALLS.get(module)
    return estimate(values) if estimate is not None else given + sum(_written_out(one) for one in values)


def _by_operator(operator: type[ast.operator]) -> Callable[[list[Any]], int]:
    def estimate(values: list[Any]) -> int:
        match values:
            case [left, right]:
                return operation_size(operator, left, right)
            case [left, right, modulus]:  # the work of a power modulo a number goes by the sizes
                return size_of(left) * size_of(right) * size_of(modulus)
            case _:
                return 1

    return estimate


def _counted(values: list[Any]) -> int:
    """Return a size that every number given adds to, in a text too."""
    texts = sum(widths(one) for one in values if isinstance(one, str))
    return size_of(values) + sum(_whole_numbers(values)) + texts


def _multiplied(values: list[Any]) -> int:
    size = 1
    for value in values:
        size *= max(size_of(value), max(_whole_numbers(value), default=1))
    return size


def _steps_of_factorial(values: list[Any]) -> int:
    return _multiplied([*values[:1], max(_whole_numbers(values), default=0).bit_length()])


def _exponents(values: list[Any]) -> int:
    """Return how long a number is that a text with an exponent, or a triple, is made into."""
    texts = [one for one in values if isinstance(one, str)]
    longest = max((len(found) for one in texts for found in _EXPONENT.findall(one)), default=0)
    if longest > _DIGITS:
        return TOO_LARGE
    exponents = sum(int(found.replace("_", "")) for one in texts for found in _EXPONENT.findall(one))
    triples = sum(sum(_whole_numbers(one)) for one in values if isinstance(one, tuple))
    return size_of(values) + exponents + triples + sum(_written_out(one) for one in values)


def _summed(values: list[Any]) -> int:
    """Return the work of `sum`: sequences are copied at every step."""
    copied = bool(values[1:]) and not isinstance(values[1], int | float | complex)
    size = size_of(values)
    return size * size if copied else size


def matching_work(values: Sequence[Any]) -> int:
    """Return how many steps matching can take: a pattern, texts, and how often it is tried."""
    pattern = getattr(values[0], "pattern", values[0]) if values else ""
    if isinstance(pattern, bytes):
        pattern = pattern.decode("latin-1")
    if not isinstance(pattern, str):
        return size_of(values)
    texts = size_of(list(values[1:]))
    if texts <= 1:
        return len(pattern)
    plain = _ESCAPED.sub("x", pattern).replace("(?", "(")
    if _NESTED.search(plain):
        return 1 << min(texts, 20)
    repeats, choices = len(_REPEATS.findall(plain)), plain.count("?")
    ways: int = texts ** min(max(repeats, 1), 6)
    return min(ways << min(choices, 20), TOO_LARGE)


def _substituted(values: list[Any]) -> int:
    """Return the work and the result of a function of `re`: a pattern, then texts."""
    texts = values[1:3]
    return max(matching_work(values), _multiplied(texts) if len(texts) > 1 else 1)


_COUNTED = ("textwrap", "calendar", "string", "struct", "binascii", "builtins.bytes", "builtins.bytearray")
_CALLS: dict[str, Callable[[list[Any]], int]] = {
    **dict.fromkeys(_COUNTED, _counted),
    **dict.fromkeys(("builtins.pow", "operator.pow", "operator.ipow"), _by_operator(ast.Pow)),
    **dict.fromkeys(("operator.mul", "operator.imul"), _by_operator(ast.Mult)),
    **dict.fromkeys(("operator.lshift", "operator.ilshift"), _by_operator(ast.LShift)),
    **dict.fromkeys(("operator.mod", "operator.imod"), _by_operator(ast.Mod)),
    "builtins.format": lambda values: format_size(values[0], str(values[1])) if len(values) > 1 else 1,
    "builtins.round": lambda values: size_of(values) + 4 * sum(_whole_numbers(values[1:])),
    "builtins.sum": _summed,
    "builtins.int": _exponents,
    "math.factorial": _steps_of_factorial,
    "math.comb": _multiplied,
    "math.perm": _multiplied,
    "math.lcm": size_of,
    "decimal": _exponents,
    "decimal.Decimal": _exponents,
    "fractions.Fraction": _exponents,
    "textwrap.indent": _multiplied,
    "textwrap.wrap": _multiplied,
    "textwrap.fill": _multiplied,
    "string.capwords": _multiplied,
    "zlib.decompress": lambda values: size_of(values[:1]) * _INFLATION,
    "re": _substituted,
    "re.compile": size_of,
    "re.escape": lambda values: 2 * size_of(values),
}


def method_size(owner: Any, name: str, args: Sequence[Any], kwargs: Mapping[str, Any]) -> int:
    """Return how large the result of a method of a constant can be."""
    values = [*args, *kwargs.values()]
    given = size_of([owner, *values])
    if given > LARGEST:
        return given
    if isinstance(owner, re.Pattern):
        return max(matching_work([owner, *values]), _multiplied(values[:2]) if len(values) > 1 else 1)
    estimate = _METHODS.get(name) if isinstance(owner, str | bytes | bytearray | int | range) else None
    return estimate(owner, values) if estimate is not None else 4 * given + sum(map(_written_out, values))


def _padded(owner: Any, values: list[Any]) -> int:
    return size_of([owner, *values]) + sum(_whole_numbers(values))


def _tabs(owner: Any, values: list[Any]) -> int:
    return size_of(owner) * max([8, *_whole_numbers(values)])


def _replaced(owner: Any, values: list[Any]) -> int:
    return (len(owner) + 1) * size_of(values[1]) + len(owner) if len(values) > 1 else size_of(owner)


def _joined(owner: Any, values: list[Any]) -> int:
    size = size_of([owner, *values])
    return size + (len(owner) * size_of_first(values) if len(owner) > 1 else 0)


def size_of_first(values: Sequence[Any]) -> int:
    """Return the number of elements of the first of some values."""
    return len(values[0]) if values and hasattr(values[0], "__len__") else 1


def _formatted(owner: Any, values: list[Any]) -> int:
    fields = owner.count("{") + owner.count("%") if isinstance(owner, str) else 1
    nested = isinstance(owner, str) and _WIDTH_IN_FIELD.search(owner) is not None
    texts = sum(widths(one) for one in (owner, *values) if isinstance(one, str))
    numbers = sum(_whole_numbers(values)) if nested else 0
    return texts + numbers + size_of(owner) + (fields + 1) * shown_size(values)


_METHODS: Mapping[str, Callable[[Any, list[Any]], int]] = {
    **dict.fromkeys(("ljust", "rjust", "center", "zfill", "to_bytes"), _padded),
    "expandtabs": _tabs,
    "replace": _replaced,
    "join": _joined,
    "translate": lambda owner, values: size_of(owner) * size_of(values),
    "format": _formatted,
    "format_map": _formatted,
}

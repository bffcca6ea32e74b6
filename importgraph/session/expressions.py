"""`-k` and `-m` expressions, with a third answer: perhaps (`_pytest.mark.expression`)."""

import keyword
import re
import textwrap
from collections.abc import Callable, Iterator

import msgspec

from importgraph.errors import UsageError

_TOKEN = re.compile(
    r"[ \t]*(?:(?P<mark>[()=,])|(?P<text>'[^']*'|\"[^\"]*\")|(?P<word>(?::?\w|:|\+|-|\.|\[|\]|\\|/)+))"
)
Verdict = bool | None
"""None: perhaps."""


class Word(msgspec.Struct, frozen=True):
    """A name in an expression, with the arguments after it."""

    name: str
    arguments: tuple[tuple[str, str | int | bool | None], ...] | None = None


class Expression(msgspec.Struct, frozen=True):
    """A parsed expression: a word, or `and`, `or`, `not` of others."""

    operator: str
    operands: tuple["Expression", ...] = ()
    word: Word | None = None

    def evaluate(self, matches: Callable[[Word], Verdict]) -> Verdict:
        """Evaluate in three-valued logic."""
        if self.word is not None:
            return matches(self.word)
        verdicts = [operand.evaluate(matches) for operand in self.operands]
        if self.operator == "not":
            return None if verdicts[0] is None else not verdicts[0]
        if self.operator == "false":
            return False
        stop = self.operator == "or"
        if stop in verdicts:
            return stop
        return None if None in verdicts else not stop

    @property
    def has_arguments(self) -> bool:
        """Tell whether a word in it has arguments."""
        own = self.word is not None and self.word.arguments is not None
        return own or any(one.has_arguments for one in self.operands)


def parse_expression(text: str, option: str) -> Expression:
    """Parse the argument of `-k` or `-m`.

    Raises:
        UsageError: If pytest would refuse it.
    """
    parser = _Parser(text, option)
    if parser.peek() is None:
        return Expression("false")
    try:
        found = parser.either()
    except RecursionError:
        raise parser.error() from None
    if parser.peek() is not None or (option == "-k" and found.has_arguments):
        raise parser.error()
    return found


class _Parser:
    def __init__(self, text: str, option: str) -> None:
        self.text = text
        self.option = option
        self.tokens = list(self._lex())
        self.position = 0

    def _lex(self) -> Iterator[tuple[str, str]]:
        index = 0
        while self.text[index:].strip(" \t"):
            found = _TOKEN.match(self.text, index)
            if found is None:
                raise self.error()
            yield found.lastgroup or "", found[found.lastgroup or 0]
            index = found.end()

    def error(self) -> UsageError:
        return UsageError(
            f"Wrong expression passed to {self.option}: {textwrap.shorten(self.text, 200)}.",
            "See pytest's documentation of -k and -m.",
        )

    def peek(self) -> tuple[str, str] | None:
        return self.tokens[self.position] if self.position < len(self.tokens) else None

    def take(self, *values: str) -> bool:
        token = self.peek()
        if token is not None and token[0] != "text" and token[1] in values:
            self.position += 1
            return True
        return False

    def either(self) -> Expression:
        operands = [self.both()]
        while self.take("or"):
            operands.append(self.both())
        return operands[0] if len(operands) == 1 else Expression("or", tuple(operands))

    def both(self) -> Expression:
        operands = [self.negated()]
        while self.take("and"):
            operands.append(self.negated())
        return operands[0] if len(operands) == 1 else Expression("and", tuple(operands))

    def negated(self) -> Expression:
        if self.take("not"):
            return Expression("not", (self.negated(),))
        if self.take("("):
            found = self.either()
            if not self.take(")"):
                raise self.error()
            return found
        token = self.peek()
        if token is None or token[0] != "word" or token[1] in {"and", "or"}:
            raise self.error()
        self.position += 1
        arguments = self._arguments() if self.take("(") else None
        return Expression("word", (), Word(token[1], arguments))

    def _arguments(self) -> tuple[tuple[str, str | int | bool | None], ...]:
        found = []
        while True:
            name, value = self.peek(), None
            self.position += 1
            if name is None or not self.take("=") or (value := self.peek()) is None:
                raise self.error()
            if not name[1].isidentifier() or keyword.iskeyword(name[1]) or not _is_literal(value):
                raise self.error()
            self.position += 1
            found.append((name[1], _literal(value)))
            if self.take(")"):
                return tuple(found)
            if not self.take(","):
                raise self.error()


def _is_literal(token: tuple[str, str]) -> bool:
    kind, text = token
    return "\\" not in text if kind == "text" else re.fullmatch(r"-?\d+|True|False|None", text) is not None


def _literal(token: tuple[str, str]) -> str | int | bool | None:
    kind, text = token
    if kind == "text":
        return text[1:-1]
    if re.fullmatch(r"-?\d+", text):
        return int(text)
    return {"True": True, "False": False}.get(text, text if text != "None" else None)

"""Regular expressions from a tree: only those are matched that cannot take long, whatever the text is."""

import math
import re

_MOST = 4_000_000
"""Steps of one match, about a tenth of a second."""
_REPEATED_GROUP = re.compile(r"\)[*+{]|\\[1-9]|\(\?P=")
"""With them the time may grow exponentially in the length of the text."""
_LONGEST = 1_000
_MOST_SIGNS = 100
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")


def is_quick(pattern: str, length: int, flags: int = 0) -> bool:
    """Tell whether a search in a text of some length surely ends soon."""
    return most_steps(pattern, length, flags) <= _MOST


def most_steps(pattern: str, length: int, flags: int = 0) -> float:
    """Return a bound of the steps that a search in a text of some length takes; infinity where there is none.

    Every repetition may end at every place of the text and every choice doubles the ways, so the bound is the
    number of ways to choose them. What stands in brackets or is possessive is counted too: rather too much.
    """
    if len(pattern) > _LONGEST or _REPEATED_GROUP.search(pattern):
        return math.inf
    if flags & re.VERBOSE or _VERBOSE.search(pattern):  # white space may stand between a group and its star
        return math.inf
    plain = re.sub(r"\\.", "x", pattern, flags=re.DOTALL).replace("(?", "(")
    repetitions = sum(plain.count(sign) for sign in "*+{")
    choices = plain.count("?") + plain.count("|")
    if repetitions + choices > _MOST_SIGNS:
        return math.inf
    return math.comb(length + repetitions, repetitions) * (length + 1) << choices

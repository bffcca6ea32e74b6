"""Compare the compiled reader of facts with the one in Python, on real files and on mutations of them.

    python benchmarks/reader_equality.py FOLDER... [--mutations N] [--seed N] [--every N] [--from N]

Each file is read by both; what the compiled one accepts must have the same facts, and must not be broken.
A mutation deletes, doubles, swaps or replaces a few tokens or characters of a file, or cuts a piece out of
it; most are no Python any more. Prints the counts, and each file that differs; exits with 1 if one does.
"""

import argparse
import random
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import msgspec

from importgraph.facts.model import Parsed
from importgraph.facts.parse import parse_module
from importgraph.facts.reader import compiled_reader
from importgraph.facts.source.syntax import compile_error
from importgraph.facts.source.thinning import LARGE

_TOKEN = re.compile(rb"\w+|[ \t]+|\n|[^\w\s]{1,3}?")
_LARGEST_MUTATED = 6_000
PIECES = (
    *rb"( ) [ ] { } : , . ; = == := -> * ** / // % @ & | ^ ~ < > <= >= != += ... \ # ' \" \"\"\" ''' \n".split(
        b" "
    ),
    *b"if else for in not is and or lambda def class async await yield return import from as with try".split(),
    *b"except finally raise global nonlocal del pass break continue while None True False match type".split(),
    *(
        b"f'{x!r}'",
        b"f'{",
        b"}'",
        b"b'\\xff'",
        b"'\\x4'",
        b"'\\N{DASH}'",
        b"r'\\'",
        b"0x",
        b"1_0",
        b"01",
        b"1e5",
        b"2j",
    ),
    *(
        b"\n    ",
        b"\n\t",
        b"\n",
        b"\\\n",
        b"*args",
        b"**kw",
        b"lazy import a",
        b"\xc3\xa9",
        b"\xff",
        b"\x0c",
        b"\r",
    ),
)


def compare(source: bytes) -> str:
    """Return `left` if the compiled reader leaves a text to Python, else `same` or what is different."""
    reader = compiled_reader()
    found = reader(source, len(source)) if reader is not None and len(source) <= LARGE else None
    if found is None or (found[1] and compile_error(source) is not None):
        return "left"
    expected = parse_module(source)
    if expected.broken is not None:
        return f"broken: {expected.broken}"
    facts = msgspec.msgpack.decode(found[0], type=Parsed)
    if facts == expected:
        return "same"
    names = expected.facts.__struct_fields__
    return "different: " + ", ".join(
        n for n in names if getattr(facts.facts, n) != getattr(expected.facts, n)
    )


def mutated(source: bytes, chance: random.Random) -> bytes:
    """Return a text with a few tokens changed, or a piece of it."""
    tokens = _TOKEN.findall(source)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if not tokens:
            break
        at = chance.randrange(len(tokens))
        match chance.randrange(6):
            case 0:
                del tokens[at]
            case 1:
                tokens.insert(at, tokens[at])
            case 2:
                other = chance.randrange(len(tokens))
                tokens[at], tokens[other] = tokens[other], tokens[at]
            case 3:
                tokens[at] = chance.choice(PIECES)
            case 4:
                tokens.insert(at, chance.choice(PIECES))
            case _:
                tokens.insert(at, tokens[chance.randrange(len(tokens))])
    return b"".join(tokens)


def piece(source: bytes, chance: random.Random) -> bytes:
    """Return the text, or some lines of it where it is long."""
    if len(source) <= _LARGEST_MUTATED:
        return source
    lines = source.splitlines(keepends=True)
    start = chance.randrange(len(lines))
    while start and lines[start][:1].isspace():
        start -= 1
    return b"".join(lines[start : start + 60])


def files(folders: list[Path]) -> Iterator[Path]:
    for folder in folders:
        yield from sorted(path for path in folder.rglob("*.py") if path.is_file())


def main() -> int:
    parser = argparse.ArgumentParser(
        description="Compare the compiled reader of facts with the one in Python."
    )
    parser.add_argument("folders", type=Path, nargs="+")
    parser.add_argument("--mutations", type=int, default=0, help="How many; without, the files themselves.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--every", type=int, default=1)
    parser.add_argument("--from", type=int, default=0, dest="first")
    options = parser.parse_args()
    if compiled_reader() is None:
        sys.exit("there is no compiled reader: python -m importgraph.facts.build_reader")
    texts = [path.read_bytes() for path in list(files(options.folders))[options.first :: options.every]]
    chance = random.Random(options.seed)
    if options.mutations:
        rounds = (mutated(piece(chance.choice(texts), chance), chance) for _ in range(options.mutations))
    else:
        rounds = iter(texts)
    counts = {"left": 0, "same": 0}
    wrong = 0
    for source in rounds:
        verdict = compare(source)
        if verdict in counts:
            counts[verdict] += 1
            continue
        wrong += 1
        print(verdict, source if len(source) < 20_000 and wrong <= 20 else len(source), flush=True)
    print(f"{counts['same']} the same, {counts['left']} left to Python, {wrong} different", flush=True)
    return int(wrong > 0)


if __name__ == "__main__":
    raise SystemExit(main())

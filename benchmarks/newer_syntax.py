"""Files that this Python's ast rejects: do we read in them what a newer Python reads, and at what cost?

    python benchmarks/newer_syntax.py FOLDER --newer python3.13

Prints a table in markdown (its output is kept in results/newer_syntax.md). For each file that the running
interpreter's ast rejects, the newer interpreter parses it too, in one subprocess. Compared are the imports
(module, level, names, line, column of statement and names) and the whole tree, without the columns inside
f-strings, which older interpreters do not know. libcst is timed when it is installed.
"""

import argparse
import ast
import importlib.util
import json
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

RUNS = 3
STRINGS = {"JoinedStr", "FormattedValue", "TemplateStr", "Interpolation"}
LEFT_OUT = {"ctx", "kind", "type_comment"}


def plain(node: Any, *, in_string: bool = False) -> Any:
    """Give a tree as lists and texts that are the same in every Python that has these nodes."""
    if isinstance(node, list):
        return [plain(each, in_string=in_string) for each in node]
    if not isinstance(node, ast.AST):
        return repr(node)
    kind = type(node).__name__
    inside = in_string or kind in STRINGS
    fields = [(name, getattr(node, name, None)) for name in node._fields if name not in LEFT_OUT]
    shown = [
        kind,
        *([name, plain(value, in_string=inside)] for name, value in fields if value not in (None, [])),
    ]
    if hasattr(node, "lineno") and not inside:
        shown.append([node.lineno, node.col_offset, node.end_lineno, node.end_col_offset])
    return shown


def imports(tree: ast.AST) -> list[Any]:
    """Give all imports of a tree with their places."""
    found = [each for each in ast.walk(tree) if isinstance(each, (ast.Import, ast.ImportFrom))]
    return sorted((plain(each) for each in found), key=str)


def seen(tree: ast.AST) -> list[Any]:
    """Give the imports and, as one number, the whole tree."""
    import zlib

    return [imports(tree), zlib.crc32(json.dumps(plain(tree)).encode())]


def as_newer() -> None:
    """Run in the newer interpreter: read file names, print what its ast sees in each."""
    warnings.simplefilter("ignore")
    sys.setrecursionlimit(10_000)
    for name in sys.stdin.read().splitlines():
        try:
            print(json.dumps(seen(ast.parse(Path(name).read_bytes()))))
        except SyntaxError as error:
            print(json.dumps(str(error)))


def best_ms(parsers: Sequence[Callable[[bytes], object]], sources: Sequence[bytes]) -> list[float]:
    """Time parsers over all sources in turn, in milliseconds for one file, the best of some runs."""
    best = [float("inf")] * len(parsers)
    for _ in range(RUNS):
        for index, parse in enumerate(parsers):
            start = time.perf_counter()
            for source in sources:
                parse(source)
            best[index] = min(best[index], time.perf_counter() - start)
    return [seconds / max(len(sources), 1) * 1000 for seconds in best]


def report(folder: Path, newer: str) -> None:
    """Print the table."""
    from importgraph.facts.source import host
    from importgraph.facts.source.newer_strings import _tools
    from importgraph.facts.source.syntax import parse_source

    sys.setrecursionlimit(10_000)
    files = {path: path.read_bytes() for path in sorted(folder.rglob("*.py"))}
    rejected = {path: text for path, text in files.items() if isinstance(host.parse(text), host.Broken)}
    accepted = [text for path, text in files.items() if path not in rejected]
    names = "\n".join(map(str, rejected))
    run = subprocess.run(
        [newer, __file__, "--as-newer"], input=names, capture_output=True, text=True, check=True
    )
    theirs = [json.loads(line) for line in run.stdout.splitlines()]
    ours = [parse_source(text) for text in rejected.values()]
    mine = [json.loads(json.dumps(seen(each.tree))) for each in ours]
    valid = [index for index, each in enumerate(theirs) if not isinstance(each, str)]
    version = subprocess.run([newer, "--version"], capture_output=True, text=True, check=True).stdout.strip()
    same_imports = sum(mine[index][0] == theirs[index][0] for index in valid)
    count = sum(len(theirs[index][0]) for index in valid)
    plain_ms, ours_ms = best_ms([ast.parse, parse_source], accepted)
    parsers: dict[str, Callable[[bytes], object]] = {
        "host's ast finding that out": host.parse,
        "tree-sitter, its own tree only": _tools()[0].parse,
        "parse_source": parse_source,
    }
    if importlib.util.find_spec("libcst"):
        import libcst

        parsers["libcst.parse_module, its own tree only"] = libcst.parse_module
    print(f"# Newer syntax: {folder.name} on Python {sys.version.split()[0]} against {version}\n")
    print("| | |\n| --- | ---: |")
    print(f"| files | {len(files):,} |")
    print(f"| rejected by this Python's ast | {len(rejected):,} |")
    print(f"| of these, accepted by {version} | {len(valid):,} |")
    print(f"| broken to us, though accepted | {sum(ours[index].broken is not None for index in valid):,} |")
    print(f"| whole to us, though rejected | {sum(each.broken is None for each in ours) - len(valid):,} |")
    print(f"| files with the same imports and places ({count:,} statements) | {same_imports:,} |")
    print(f"| files with the same whole tree | {sum(mine[i][1] == theirs[i][1] for i in valid):,} |")
    print("\n| milliseconds a file, best of 3 | |\n| --- | ---: |")
    print(f"| accepted files: ast.parse | {plain_ms:.3f} |")
    print(f"| accepted files: parse_source | {ours_ms:.3f} |")
    for name, milliseconds in zip(parsers, best_ms([*parsers.values()], [*rejected.values()]), strict=True):
        print(f"| rejected files: {name} | {milliseconds:.2f} |")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, nargs="?", default=Path(".corpora/homeassistant-2026.2.3"))
    parser.add_argument("--newer", default="python3.13", help="an interpreter that accepts the files")
    parser.add_argument("--as-newer", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    if options.as_newer:
        as_newer()
    else:
        report(options.folder, options.newer)


if __name__ == "__main__":
    main()

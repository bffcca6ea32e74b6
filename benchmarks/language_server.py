"""How fast `importgraph lsp` answers once it is warm.

    python benchmarks/corpora.py homeassistant
    python benchmarks/language_server.py [CORPUS]

Starts the server on a corpus, waits for its first analysis, and asks for hovers on imports chosen at random
(fixed seed) in files chosen at random, each opened as an editor does. Then again while a save is being
analysed. Times are those an editor waits: from the request to the answer, over the pipe. Writes
`benchmarks/results/language_server.md`.
"""

import random
import re
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "language_server")]

from corpora import STATIC  # noqa: E402
from editor_client import Editor  # noqa: E402

HOVERS = 400
RESULT = ROOT / "benchmarks" / "results" / "language_server.md"
_IMPORT = re.compile(r"^(?:from|import) ")


def places(folder: Path, count: int) -> Iterator[tuple[str, int]]:
    """Yield imports at random: a path and a line from 0."""
    chance = random.Random(15)
    files = sorted(folder.rglob("*.py"))
    while count:
        path = chance.choice(files)
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
        imports = [number for number, line in enumerate(lines) if _IMPORT.match(line)]
        if imports:
            count -= 1
            yield path.relative_to(folder).as_posix(), chance.choice(imports)


def timed(editor: Editor, asked: list[tuple[str, int]]) -> tuple[list[float], int]:
    """Return how long each hover took, in milliseconds, and how many had an answer."""
    times, answered = [], 0
    for path, line in asked:
        started = time.perf_counter()
        answered += editor.hover(path, line, 8) is not None
        times.append(1000 * (time.perf_counter() - started))
        if times[-1] > 100:
            print(f"{times[-1]:.0f} ms: {path}:{line + 1}", file=sys.stderr)
    return times, answered


def row(name: str, times: list[float], answered: int) -> str:
    ranked = sorted(times)
    high = ranked[int(0.95 * (len(ranked) - 1))]
    over = sum(one > 100 for one in ranked)
    times_shown = f"{median(ranked):.1f} | {high:.1f} | {ranked[-1]:.1f}"
    return f"| {name} | {len(ranked)} | {answered} | {times_shown} | {over} |"


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "homeassistant"
    corpus = next(one for one in STATIC if one.name == name)
    Editor.patience = 600
    asked = list(places(corpus.folder, HOVERS))
    started = time.perf_counter()
    with Editor(corpus.folder) as editor:
        editor.analysed()
        ready = time.perf_counter() - started
        for path in sorted({path for path, _ in asked}):
            editor.open(path)
        rows = [row("warm", *timed(editor, asked))]
        editor.tell("textDocument/didSave", textDocument={"uri": editor.uri(asked[0][0])})
        rows.append(row("while a save is analysed", *timed(editor, asked)))
        editor.analysed()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    RESULT.write_text(
        f"# How fast the language server answers\n\n"
        f"`python benchmarks/language_server.py {name}` on {corpus.name} {corpus.version} "
        f"({corpus.py_files:,} files), Python {sys.version.split()[0]}, facts in the cache; a machine of two "
        f"cores with other work on it. Ready (first analysis done, diagnostics sent) after {ready:.1f} s; "
        f"at most {memory:,.0f} MB.\n\n"
        "| hovers | asked | answered | median ms | 95 % ms | most ms | over 100 ms |\n"
        "| --- | --- | --- | --- | --- | --- | --- |\n" + "\n".join(rows) + "\n",
        encoding="utf-8",
    )
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

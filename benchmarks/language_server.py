"""How fast `importgraph lsp` answers once it is warm.

    python benchmarks/corpora.py homeassistant
    python benchmarks/language_server.py [CORPUS [HOVERS]]

Starts the server on a corpus, waits for its first analysis, and asks for hovers on imports chosen at random
(fixed seed) in files chosen at random, each opened as an editor does. Then again while a save is being
analysed. Two times are taken: the processor time of the server for each hover (all of its threads), and what
an editor waits from the request to the answer, over the pipe; on a busy machine the second is mostly waiting
for a processor. Writes `benchmarks/results/language_server.md`. Needs /proc.
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


def processor_ms(pid: int) -> float:
    """Return the processor time that a process has used, in milliseconds."""
    fields = Path(f"/proc/{pid}/schedstat").read_text(encoding="ascii").split()
    tasks = Path(f"/proc/{pid}/task").iterdir()
    parts = [int((task / "schedstat").read_text(encoding="ascii").split()[0]) for task in tasks]
    return max(int(fields[0]), sum(parts)) / 1e6


def timed(editor: Editor, asked: list[tuple[str, int]]) -> tuple[list[float], list[float], int]:
    """Return the processor and waiting time of each hover, in milliseconds, and how many had an answer."""
    busy, waited, answered = [], [], 0
    for path, line in asked:
        used, started = processor_ms(editor.process.pid), time.perf_counter()
        answered += editor.hover(path, line, 8) is not None
        waited.append(1000 * (time.perf_counter() - started))
        busy.append(processor_ms(editor.process.pid) - used)
        if busy[-1] > 50:
            print(f"{busy[-1]:.0f} ms of processor time: {path}:{line + 1}", file=sys.stderr)
    return busy, waited, answered


def shown(times: list[float]) -> str:
    ranked = sorted(times)
    high = ranked[int(0.95 * (len(ranked) - 1))]
    over = sum(one > 100 for one in ranked)
    return f"{median(ranked):.1f} | {high:.1f} | {ranked[-1]:.1f} | {over}"


def rows(editor: Editor, name: str, asked: list[tuple[str, int]], *, alone: bool) -> list[str]:
    """Return the rows of a round; processor time counts only where the server does nothing else."""
    busy, waited, answered = timed(editor, asked)
    head = f"| {name} | {answered} of {len(asked)}"
    found = [f"{head} | waiting | {shown(waited)} |"]
    return [f"{head} | processor | {shown(busy)} |", *found] if alone else found


def main() -> None:
    name = sys.argv[1] if len(sys.argv) > 1 else "homeassistant"
    corpus = next(one for one in STATIC if one.name == name)
    Editor.patience = 600
    asked = list(places(corpus.folder, int(sys.argv[2]) if len(sys.argv) > 2 else HOVERS))
    started = time.perf_counter()
    with Editor(corpus.folder) as editor:
        editor.analysed()
        ready = time.perf_counter() - started
        for path in sorted({path for path, _ in asked}):
            editor.open(path)
        table = rows(editor, "warm", asked, alone=True)
        editor.tell("textDocument/didSave", textDocument={"uri": editor.uri(asked[0][0])})
        table += rows(editor, "while a save is analysed", asked, alone=False)
        editor.analysed()
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    RESULT.write_text(
        f"# How fast the language server answers\n\n"
        f"`python benchmarks/language_server.py {name}` on {corpus.name} {corpus.version} "
        f"({corpus.py_files:,} files), Python {sys.version.split()[0]}, facts in the cache; a machine of two "
        f"cores with other work on it. Ready (first analysis done, diagnostics sent) after {ready:.1f} s; "
        f"at most {memory:,.0f} MB.\n\n"
        "| hovers | answered | time | median ms | 95 % ms | most ms | over 100 ms |\n"
        "| --- | --- | --- | ---: | ---: | ---: | ---: |\n" + "\n".join(table) + "\n",
        encoding="utf-8",
    )
    print(RESULT.read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()

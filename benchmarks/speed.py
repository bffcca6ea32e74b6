"""Time importgraph beside its peers, in turns, in one run: processor time, wall time and memory.

    python benchmarks/speed.py --write                     the whole table, to benchmarks/results/speed.md
    python benchmarks/speed.py CORPUS... [--only NAME,NAME] [--rounds N]      a part of it
    python benchmarks/speed.py --against CHECKOUT          another version of us, in turns

With `--write`, corpora that were not measured keep their tables, so that it can be taken in parts. A corpus
is one of `benchmarks/corpora.py`, `stdlib`, `monorepo-N` for a generated tree of N files
(`benchmarks/monorepo.py`) or `tangle-N` for N modules that all lead to each other. Each round runs every
contender once, one after the other, each in a process of its own; the least of the rounds counts. Times are
of all processes of a command together, memory is the sum of their proportional shares, looked at five times
a second. A run that is not done after `--limit` seconds is ended and noted as such.

- ruff: `ruff analyze graph`, which keeps no cache; grimp: `grimp.build_graph` without its cache
- ast.parse: the same files parsed, one after the other, and nothing else
- COMMAND cold: with an empty cache; warm: asked once before, and nothing changed since
- COMMAND edited: ten files changed since the last answer; core: the file that most others need did
- affected compares with a commit since which ten files changed
"""

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from process_tree import Run, run
from speed_table import commit, table, written
from speed_trees import CENTRAL, DEFAULT, PACKAGES, edit, tree_of

RESULT = Path(__file__).with_name("results") / "speed.md"
COMMANDS = ("graph", "analyze", "cycles", "check", "why")
ASKED = {
    "sympy": ("affected",),
    "tangle": ("graph", "analyze", "cycles"),
    "monorepo": ("graph", "analyze", "check", "affected"),
}
"""By corpus, what is asked of it; of others `COMMANDS`."""
WITH_PEERS = (*PACKAGES, "stdlib", "monorepo")
_CHAINS = {
    "homeassistant": ("homeassistant.components.hue", "homeassistant.core"),
    "django": ("django.contrib.admin", "django.db.models.base"),
    "stdlib": ("asyncio", "socket"),
}
PARSE = """
import ast, sys, warnings
from pathlib import Path
warnings.simplefilter("ignore")
for path in sorted(Path(sys.argv[1]).rglob("*.py")):
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        pass
"""
GRIMP = """
import sys
sys.path.insert(0, sys.argv[1])
import grimp
grimp.build_graph(sys.argv[2], include_external_packages=True, cache_dir=None)
"""
_CHANGES = ("edited", "core")
"""The states for which files are changed, in their order."""
_ENDED = 124
"""The exit code of `timeout` where the time was up."""


@dataclass(frozen=True, slots=True)
class Contender:
    """A command that is timed."""

    name: str
    command: tuple[str, ...]
    cache: Path | None = None
    source: Path | None = None
    """The checkout of importgraph that runs; None for another program."""
    state: str = ""
    """`cold`: the cache is emptied before; `edited` and `core`: files change; `warm`: neither."""


def ours(corpus: str, tree: Path, scratch: Path, source: Path, label: str) -> Iterator[Contender]:
    """Yield the commands of one version of importgraph."""
    kind = corpus.partition("-")[0]
    for name in ASKED.get(kind, COMMANDS):
        words = (name, str(tree), "-q")
        if name == "why":
            words = (name, *_CHAINS[kind], "--path", str(tree), "-q")
        elif name == "check":
            words = (name, str(tree), "--baseline", str(scratch / f"{label}baseline.json"))
        elif name == "affected":
            words = (*words, "--since", "HEAD")
        states = ("cold", "warm", "edited", *(["core"] if kind in CENTRAL and name == "affected" else []))
        for state in states:
            command = (sys.executable, "-m", "importgraph", *words)
            cache = scratch / f"{label}{'cold' if state == 'cold' else 'warm'}"
            yield Contender(f"{label}{name} {state}", command, cache, source, state)


def peers(corpus: str, tree: Path) -> Iterator[Contender]:
    """Yield the programs we are compared with."""
    yield Contender("ruff", ("ruff", "analyze", "graph", "-q", "--isolated", str(tree)))
    if corpus.partition("-")[0] not in WITH_PEERS:
        return
    yield Contender("ast.parse", (sys.executable, "-c", PARSE, str(tree)))
    if corpus in PACKAGES:
        yield Contender("grimp", (sys.executable, "-c", GRIMP, str(tree), PACKAGES[corpus]))
    yield Contender("import typer", (sys.executable, "-c", "import typer"))
    yield Contender("nothing", (sys.executable, "-c", "pass"))


@dataclass(frozen=True, slots=True)
class Measurement:
    """Runs contenders on one tree."""

    corpus: str
    tree: Path
    limit: float

    def once(self, contender: Contender, number: int) -> Run:
        """Prepare what a contender finds, and run it."""
        variables = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
        if contender.cache is not None:
            if contender.state == "cold":
                shutil.rmtree(contender.cache, ignore_errors=True)
            elif contender.state in _CHANGES:
                edit(self.tree, number, self.corpus if contender.state == "core" else "")
            variables["IMPORTGRAPH_CACHE_DIR"] = str(contender.cache)
        command = ("timeout", "-s", "INT", str(self.limit), *contender.command)
        took = run(command, variables, folder=contender.source)
        if took.code not in {0, 1, _ENDED}:
            raise SystemExit(f"{contender.name}: exit code {took.code}")
        return took

    def in_turns(self, contenders: Sequence[Contender], rounds: int) -> dict[str, list[Run]]:
        """Run all contenders, round by round; those that change files last, else nothing stays as it was."""
        ordered = sorted(
            contenders, key=lambda one: _CHANGES.index(one.state) if one.state in _CHANGES else -1
        )
        runs: dict[str, list[Run]] = {one.name: [] for one in ordered}
        for number in range(1, rounds + 1):
            for one in ordered:
                if one.state == "warm":
                    self.once(one, number)
                took = self.once(one, number)
                runs[one.name].append(took)
                said = f"{one.name}: {took.processor:.2f} s, wall {took.wall:.2f} s, {took.peak_mb} MB"
                print(f"{self.corpus} {number}/{rounds} {said}", file=sys.stderr, flush=True)
        return runs


def measured(corpus: str, options: argparse.Namespace) -> list[str]:
    """Return the table of a corpus."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        asked = ASKED.get(corpus.partition("-")[0], COMMANDS)
        tree = tree_of(corpus, scratch, is_commit="affected" in asked)
        versions = [("", options.source)] + ([("before: ", options.against)] if options.against else [])
        contenders = list(peers(corpus, tree))
        for label, source in versions:
            contenders += ours(corpus, tree, scratch, source, label)
        wanted = options.only.split(",") if options.only else []
        chosen = [one for one in contenders if not wanted or any(word in one.name for word in wanted)]
        runs = Measurement(corpus, tree, options.limit)
        for label, source in versions if any("check" in one.name for one in chosen) else ():
            target = str(scratch / f"{label}baseline.json")
            command = (sys.executable, "-m", "importgraph", "baseline", str(tree), "-o", target, "-q")
            runs.once(Contender("baseline", command, scratch / f"{label}check", source), 0)
        return list(table(corpus, tree, runs.in_turns(chosen, options.rounds), said(options)))


def said(options: argparse.Namespace) -> str:
    """Say what was measured, how, and on what."""
    rounds = "1 round" if options.rounds == 1 else f"{options.rounds} rounds"
    processors = len(os.sched_getaffinity(0))
    native = any((options.source / "importgraph" / "facts").glob("_reader.*"))
    reader = "with" if native and not os.environ.get("IMPORTGRAPH_PURE") else "without"
    where = f"{processors} processors, Python {sys.version.split()[0]}"
    return f"Commit {commit(options.source)}, {reader} the compiled reader of facts, {rounds}, {where}."


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Time importgraph beside its peers, in turns.")
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"default: {' '.join(DEFAULT)}")
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", default="", help="Parts of the names of contenders, with commas.")
    parser.add_argument("--limit", type=float, default=600, help="Seconds after which a run is ended.")
    parser.add_argument(
        "--source", type=Path, default=Path(__file__).resolve().parents[1], help="The checkout measured."
    )
    parser.add_argument("--against", type=Path, help="Another checkout of importgraph.")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    for corpus in options.corpora or DEFAULT:
        found = measured(corpus, options)
        print("\n".join(found), flush=True)
        if options.write:
            before = RESULT.read_text(encoding="utf-8") if RESULT.exists() else ""
            RESULT.parent.mkdir(exist_ok=True)
            RESULT.write_text(written(before, corpus, found), encoding="utf-8")
    return 0


if __name__ == "__main__":
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    raise SystemExit(main())

"""Time importgraph beside its peers, in turns, in one run: processor time, wall time and memory.

    python benchmarks/speed.py [CORPUS...] [--rounds N] [--only NAME,NAME]     tables on standard output
    python benchmarks/speed.py --against CHECKOUT                              another version of us, in turns
    python benchmarks/speed.py --write                                         also to benchmarks/results/

A corpus is `homeassistant` or `django` (`benchmarks/corpora.py` fetches them), `stdlib`, or `monorepo-N`
for a generated tree of N files (`benchmarks/monorepo.py`). Each round runs every contender once, one after
the other, each in a process of its own; the least of the rounds counts. Times are of all processes of a
command together, memory is the sum of their proportional shares, looked at five times a second.

- ruff: `ruff analyze graph`, which keeps no cache; grimp: `grimp.build_graph` without its cache
- ast.parse: the same files parsed, one after the other, and nothing else
- COMMAND cold: with an empty cache; warm: asked once before, and nothing changed since
- COMMAND edited: ten files changed since the last answer
"""

import argparse
import os
import shutil
import sys
import sysconfig
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpora import CORPORA
from monorepo import make
from process_tree import Run, run

RESULT = Path(__file__).with_name("results") / "speed.md"
_NOTES = "## What is in the way"
"""What is written by hand from here on stays."""
PACKAGES = {"homeassistant": "homeassistant", "django": "django"}
COMMANDS = ("graph", "analyze", "cycles", "check", "why")
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


@dataclass(frozen=True)
class Contender:
    """A command that is timed."""

    name: str
    command: tuple[str, ...]
    cache: Path | None = None
    source: Path | None = None
    """The checkout of importgraph that runs; None for another program."""
    state: str = ""
    """`cold`: the cache is emptied before; `edited`: ten files change; `warm`: neither."""


def ours(corpus: str, tree: Path, scratch: Path, source: Path, label: str) -> Iterator[Contender]:
    """Yield the commands of one version of importgraph."""
    chain = _CHAINS.get(corpus, ("area00.pkg0001.mod01", "area00.pkg0000.mod00"))
    for name in COMMANDS:
        words = (name, str(tree))
        if name == "why":
            words = (name, *chain, "--path", str(tree), "-q")
        elif name == "check":
            words = (*words, "--baseline", str(scratch / f"{label}baseline.json"))
        else:
            words = (*words, "-q")
        for state in ("cold", "warm", "edited"):
            command = (sys.executable, "-m", "importgraph", *words)
            cache = scratch / f"{label}{'cold' if state == 'cold' else 'warm'}"
            yield Contender(f"{label}{name} {state}", command, cache, source, state)


def peers(corpus: str, tree: Path) -> Iterator[Contender]:
    """Yield the programs we are compared with."""
    yield Contender("ruff", ("ruff", "analyze", "graph", "-q", "--isolated", str(tree)))
    yield Contender("ast.parse", (sys.executable, "-c", PARSE, str(tree)))
    if corpus in PACKAGES:
        yield Contender("grimp", (sys.executable, "-c", GRIMP, str(tree), PACKAGES[corpus]))
    yield Contender("import typer", (sys.executable, "-c", "import typer"))
    yield Contender("nothing", (sys.executable, "-c", "pass"))


def run_once(contender: Contender, tree: Path, number: int) -> Run:
    """Prepare what a contender finds, and run it."""
    variables = {"PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    if contender.cache is not None:
        if contender.state == "cold":
            shutil.rmtree(contender.cache, ignore_errors=True)
        elif contender.state == "edited":
            edit(tree, number)
        variables["IMPORTGRAPH_CACHE_DIR"] = str(contender.cache)
    took = run(contender.command, variables, folder=contender.source)
    if took.code not in {0, 1}:
        raise SystemExit(f"{contender.name}: exit code {took.code}")
    return took


def edit(tree: Path, number: int) -> None:
    """Change ten files: a comment at the end, a statement at the end, a name at the end."""
    files = sorted(path for path in tree.rglob("*.py") if path.stat().st_size > 1000)
    for position, path in enumerate(files[:: max(len(files) // 10, 1)][:10]):
        text = ("# edited {}\n", "import string  # {}\n", "edited_{} = 1\n")[position % 3]
        with path.open("a", encoding="utf-8") as file:
            file.write("\n" + text.format(f"{os.getpid()}{number}"))


def measure(contenders: Sequence[Contender], tree: Path, rounds: int) -> dict[str, list[Run]]:
    """Run all contenders in turns."""
    ordered = sorted(contenders, key=lambda one: one.state == "edited")  # else nothing stays as it was
    runs: dict[str, list[Run]] = {one.name: [] for one in ordered}
    for number in range(1, rounds + 1):
        for one in ordered:
            if one.state == "warm":
                run_once(one, tree, number)
            took = run_once(one, tree, number)
            runs[one.name].append(took)
            said = f"{one.name}: {took.processor:.2f} s, wall {took.wall:.2f} s, {took.peak_mb} MB"
            print(f"{tree.name} {number}/{rounds} {said}", file=sys.stderr, flush=True)
    return runs


def table(corpus: str, tree: Path, runs: dict[str, list[Run]]) -> Iterator[str]:
    """Yield the lines of a corpus's table."""
    sizes = [path.stat().st_size for path in tree.rglob("*.py") if path.is_file()]
    yield f"## {corpus}: {len(sizes):,} files, {sum(sizes) / 1e6:.0f} MB"
    yield ""
    yield "| contender | processor s | wall s | peak MB | processor: times ruff | wall: times ruff |"
    yield "| --- | ---: | ---: | ---: | ---: | ---: |"
    ruff = runs.get("ruff")
    for name, found in runs.items():
        processor, wall = min(one.processor for one in found), min(one.wall for one in found)
        ratios = "| |"
        if ruff:
            least = min(one.processor for one in ruff), min(one.wall for one in ruff)
            ratios = f"| {processor / least[0]:.2f} | {wall / least[1]:.2f} |"
        yield f"| {name} | {processor:.2f} | {wall:.2f} | {max(one.peak_mb for one in found)} {ratios}"
    yield ""


def tree_of(corpus: str, scratch: Path) -> Path:
    """Return a copy of a corpus that may be edited."""
    copy = scratch / corpus
    if corpus.startswith("monorepo-"):
        make(copy, int(corpus.partition("-")[2]))
        return copy
    found = next(CORPORA.glob(f"{corpus}-*"), None)
    if corpus == "stdlib":
        found = Path(sysconfig.get_path("stdlib"))
    if found is None:
        raise SystemExit(f"{corpus} is not there: python benchmarks/corpora.py {corpus}")
    shutil.copytree(found, copy, symlinks=True, ignore=shutil.ignore_patterns("site-packages", "__pycache__"))
    return copy


def measured(corpus: str, options: argparse.Namespace) -> Iterator[str]:
    """Yield the table of a corpus."""
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        tree = tree_of(corpus, scratch)
        versions = [("", options.source)] + ([("before: ", options.against)] if options.against else [])
        contenders = list(peers(corpus, tree))
        for label, source in versions:
            contenders += ours(corpus, tree, scratch, source, label)
        wanted = options.only.split(",") if options.only else []
        chosen = [one for one in contenders if not wanted or any(word in one.name for word in wanted)]
        for label, source in versions:
            if any("check" in one.name for one in chosen):
                target = scratch / f"{label}baseline.json"
                command = (
                    sys.executable,
                    "-m",
                    "importgraph",
                    "baseline",
                    str(tree),
                    "-o",
                    str(target),
                    "-q",
                )
                run_once(Contender("baseline", command, scratch / f"{label}check", source), tree, 0)
        yield from table(corpus, tree, measure(chosen, tree, options.rounds))


def main() -> int:
    """Measure what the command line asks for."""
    parser = argparse.ArgumentParser(description="Time importgraph beside its peers, in turns.")
    parser.add_argument("corpora", nargs="*", metavar="CORPUS", help=f"default: {' '.join(PACKAGES)}")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--only", default="", help="Parts of the names of contenders, with commas.")
    parser.add_argument(
        "--source", type=Path, default=Path(__file__).resolve().parents[1], help="The checkout measured."
    )
    parser.add_argument("--against", type=Path, help="Another checkout of importgraph.")
    parser.add_argument("--write", action="store_true", help=f"also write {RESULT.parent.name}/{RESULT.name}")
    options = parser.parse_args()
    lines = ["# Speed", ""]
    processors = len(os.sched_getaffinity(0))
    lines += [f"{processors} processors, Python {sys.version.split()[0]}, {options.rounds} rounds."]
    lines += ["`benchmarks/speed.py` says what the contenders do.", ""]
    for corpus in options.corpora or PACKAGES:
        found = list(measured(corpus, options))
        print("\n".join(found), flush=True)
        lines += found
    if options.write:
        notes = RESULT.read_text(encoding="utf-8").partition(_NOTES)[2] if RESULT.exists() else ""
        RESULT.parent.mkdir(exist_ok=True)
        RESULT.write_text("\n".join([*lines, _NOTES + (notes or "\n")]), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())

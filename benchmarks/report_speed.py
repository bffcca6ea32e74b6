"""How large the HTML report is, and how fast it opens and drills down in Chromium.

    python benchmarks/corpora.py homeassistant django
    python benchmarks/report_speed.py [--page FILE]... [homeassistant] [django] [generated]

Makes the report of each tree with `importgraph analyze --html`, opens it from disk in headless Chromium, and
measures: until the first view stands; opening the largest package in the graph; putting the most imported
module in the middle; a search; the icicle of the first entry point. Each is timed in the page, from the input
until two frames were drawn after it, three times; the best counts, as others use the machine. `generated` is
a tree of 10,000 modules made here. `--page` measures a report that exists. Writes
`benchmarks/results/report_speed.md`.
"""

import random
import resource
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from corpora import STATIC  # noqa: E402

FOLDERS = {corpus.name: ROOT / ".corpora" / f"{corpus.name}-{corpus.version}" for corpus in STATIC}
RESULT = ROOT / "benchmarks" / "results" / "report_speed.md"
PACKAGES, MODULES = 100, 99
ROUNDS = 3
LARGEST = """(() => {
            const count = (part) => {
                const found = /([\\d,]+) modules/.exec(part.textContent);
                return found ? Number(found[1].replaceAll(",", "")) : 0;
            };
            return [...document.querySelectorAll("[data-box]")].sort((a, b) => count(b) - count(a))[0];
        })()"""
AFTER_FRAMES = "await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));"
BEGIN = """async () => {
        location.hash = "#/cycles"; FRAMES
        location.hash = "#/graph"; FRAMES
    }"""
STEPS = {
    "open the largest package": """async () => {
        const box = LARGEST;
        const start = performance.now();
        box.dispatchEvent(new MouseEvent("dblclick", { bubbles: true })); FRAMES
        return performance.now() - start;
    }""",
    "put the most imported module in the middle": """async (name) => {
        const start = performance.now();
        location.hash = `#/graph?focus=${encodeURIComponent(name)}`; FRAMES
        return performance.now() - start;
    }""",
    "search, a letter": """async () => {
        const field = document.querySelector("[data-search]");
        field.value = "se";
        const start = performance.now();
        field.dispatchEvent(new Event("input")); FRAMES
        return performance.now() - start;
    }""",
    "choose the largest package": """async () => {
        const box = LARGEST;
        const start = performance.now();
        box.dispatchEvent(new MouseEvent("click", { bubbles: true })); FRAMES
        return performance.now() - start;
    }""",
    "icicle and table of the first entry point": """async () => {
        const start = performance.now();
        location.hash = "#/cost"; FRAMES
        return performance.now() - start;
    }""",
}


@dataclass(frozen=True)
class Took:
    """Milliseconds of one step."""

    waited: float
    processor: float

    @property
    def text(self) -> str:
        """Both, as the table has them."""
        return f"{self.waited:.0f} ({self.processor:.0f})"


@dataclass(frozen=True)
class Row:
    """One tree."""

    name: str
    megabytes: float
    processor: float | None
    """Seconds that `analyze --html` took; None where the page was there."""
    first_view: Took
    steps: dict[str, Took]


def generated(folder: Path) -> Path:
    """Write a tree of 10,000 modules: each imports five others, most of them lower ones."""
    chance = random.Random(14)
    names: list[str] = []
    for package in range(PACKAGES):
        place = folder / "big" / f"package_{package:03}"
        place.mkdir(parents=True)
        (place / "__init__.py").write_text("", encoding="utf-8")
        for module in range(MODULES):
            chosen = chance.sample(names[-2000:], min(5, len(names)))
            lines = [f"from {name} import value" for name in chosen]
            lines += [
                "",
                "value = 1",
                "",
                "def later():",
                f"    import {chance.choice(['json', 'asyncio', 'csv'])}",
            ]
            (place / f"module_{module:02}.py").write_text("\n".join(lines) + "\n", encoding="utf-8")
            names.append(f"big.package_{package:03}.module_{module:02}")
    (folder / "big" / "__init__.py").write_text("", encoding="utf-8")
    (folder / "big" / "__main__.py").write_text(f"import {names[200]}\n", encoding="utf-8")
    return folder


def made(tree: Path, target: Path) -> float:
    """Write the report of a tree; returns the processor time."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [
        sys.executable,
        "-m",
        "importgraph",
        "analyze",
        str(tree),
        "--html",
        str(target),
        "-q",
        "--format",
        "json",
    ]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL, cwd=ROOT)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def measured(name: str, page_file: Path, processor: float | None) -> Row:
    """Open a report and use it, `ROUNDS` times."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        browser = running.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        opened: list[Took] = []
        steps: dict[str, list[Took]] = {step: [] for step in STEPS}
        for _ in range(ROUNDS):
            page = browser.new_page(viewport={"width": 1280, "height": 860})
            session = page.context.new_cdp_session(page)
            session.send("Performance.enable", {"timeDomain": "threadTicks"})
            page.goto(page_file.as_uri(), wait_until="commit")
            page.wait_for_selector("#main > div")
            waited = page.evaluate(f"(async () => {{ {AFTER_FRAMES} return performance.now(); }})()")
            opened.append(Took(waited, busy(session)))
            most = page.evaluate(MOST_IMPORTED)
            for step, script in STEPS.items():
                page.evaluate(BEGIN.replace("FRAMES", AFTER_FRAMES))
                before = busy(session)
                waited = page.evaluate(
                    script.replace("FRAMES", AFTER_FRAMES).replace("LARGEST", LARGEST), most
                )
                steps[step].append(Took(waited, busy(session) - before))
            page.close()
        browser.close()
    found = {step: best(times) for step, times in steps.items()}
    return Row(name, page_file.stat().st_size / 1e6, processor, best(opened), found)


def best(times: list[Took]) -> Took:
    return Took(min(one.waited for one in times), min(one.processor for one in times))


def busy(session: object) -> float:
    """Return how many milliseconds of processor time the page's thread has taken."""
    metrics = session.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


MOST_IMPORTED = """() => {
    const data = JSON.parse(document.getElementById("data").textContent);
    const counts = new Map();
    for (const row of data.statements) {
        for (let at = 0; at < row.length; at += 4 + row[at + 3]) {
            counts.set(row[at], (counts.get(row[at]) || 0) + 1);
        }
    }
    const ours = [...counts].filter(([node]) => data.nodes.kind[node] < 9);
    const node = ours.sort((a, b) => b[1] - a[1])[0][0];
    return data.strings[data.nodes.name[node]];
}"""


def written(rows: list[Row]) -> str:
    from playwright._repo_version import version

    lines = [
        "# The HTML report: size, opening, drilling down",
        "",
        f"`python benchmarks/report_speed.py`, headless Chromium driven by Playwright {version}, on two",
        "cores that others use at the same time. Milliseconds from the input until two frames were drawn",
        f"after it, and in brackets the processor time of the page's thread; of each the best of {ROUNDS}.",
        "",
        "| tree | page | `analyze --html`, processor | first view | " + " | ".join(STEPS) + " |",
        "| --- " * (len(STEPS) + 4) + "|",
    ]
    for row in rows:
        took = f"{row.processor:.0f} s" if row.processor is not None else ""
        steps = " | ".join(one.text for one in row.steps.values())
        lines.append(f"| {row.name} | {row.megabytes:.1f} MB | {took} | {row.first_view.text} | {steps} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    arguments = sys.argv[1:]
    rows = []
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary)
        while "--page" in arguments:
            at = arguments.index("--page")
            page = Path(arguments[at + 1])
            rows.append(measured(page.stem, page.resolve(), None))
            del arguments[at : at + 2]
        for name in arguments:
            target = place / f"{name}.html"
            tree = generated(place / "tree") if name == "generated" else FOLDERS[name]
            took = made(tree, target)
            rows.append(measured(name, target, took))
    text = written(rows)
    print(text)
    RESULT.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()

"""Count the files that `collect` lists as ordinary tests although pytest collects nothing from them.

Usage: python benchmarks/collect_listed.py [--seconds S] [--again] [SUITE...]
For the suites of collect_exactness.py whose ids pytest has told (.corpora/truth-collect), and for those of doctor_unseen.py
by what .corpora/doctor-unseen/now.json holds. What was counted stays in .corpora/measured-collect; writes
results/collect_listed.md. Such a file fails in pytest, skips itself, or holds no test that pytest sees.
"""

import argparse
import json
import time
from pathlib import Path

from collect_exactness import CORPORA, MEASURED, ROOT, STORE, SUITES, Suite

from importgraph.collection.collect import Request, collect

RESULTS = ROOT / "benchmarks" / "results" / "collect_listed.md"
UNSEEN = CORPORA / "doctor-unseen" / "now.json"


def count(suite: Suite) -> dict[str, object]:
    """Return how many files of a suite pytest collects tests from, and which others we list tests of."""
    ids = json.loads((STORE / f"{suite.name}.json").read_text(encoding="utf-8"))["ids"]
    found = collect(Request(suite.path, suite.words, suite.python, 1))
    told = {one.path for one in (*found.failing, *found.dynamic)}
    theirs = {node.split("::")[0] for node in ids}
    ours = {item.path for item in found.items} - told
    return {"files": len(theirs), "dynamic": len(told), "ours": len(ours), "listed": sorted(ours - theirs)}


def rows() -> list[str]:
    """Return a line for each suite that was counted, and the sums."""
    lines = [
        "| suites | runs | files that we list as ordinary | of those: pytest collects nothing |",
        "| --- | ---: | ---: | ---: |",
    ]
    known = [MEASURED / f"{suite.name}.listed.json" for suite in SUITES]
    counts = [json.loads(path.read_text(encoding="utf-8")) for path in known if path.exists()]
    wrong = [path for one in counts for path in one["listed"]]
    lines.append(
        f"| of collect_exactness.py | {len(counts)} of {len(SUITES)} | {sum(one['ours'] for one in counts):,} | {len(wrong)} |"
    )
    unseen = json.loads(UNSEEN.read_text(encoding="utf-8")) if UNSEEN.exists() else {}
    listed = [path for one in unseen.values() for path in one["listed"]]
    ordinary = sum(one["files"] - one["failing"] for one in unseen.values())
    lines.append(
        f"| of doctor_unseen.py, each in three environments | {len(unseen)} | at most {ordinary:,} | {len(listed)} |"
    )
    return [*lines, "", *(f"- {path}" for path in (*wrong, *listed))]


def main() -> None:
    """Count what is asked for and write the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=1e6, help="begin no suite after these")
    parser.add_argument("--again", action="store_true", help="count those that were counted, too")
    parser.add_argument("names", nargs="*")
    options = parser.parse_args()
    end = time.monotonic() + options.seconds
    for suite in SUITES:
        kept = MEASURED / f"{suite.name}.listed.json"
        is_asked = suite.name in options.names if options.names else options.again or not kept.exists()
        if not is_asked or not Path(STORE / f"{suite.name}.json").exists() or time.monotonic() > end:
            continue
        kept.write_text(json.dumps(count(suite)), encoding="utf-8")
        print(suite.name, kept.read_text(encoding="utf-8")[:300], flush=True)
    text = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else _HEAD
    head = text.partition("| suites |")[0]
    RESULTS.write_text(head + "\n".join(rows()).rstrip() + "\n", encoding="utf-8")


_HEAD = """# Files that `collect` lists as ordinary tests although pytest collects nothing from them

Written by `benchmarks/collect_listed.py`. A file counts that is neither called failing nor dynamic, of which tests are listed, and of
which pytest has none: it fails there, or skips itself.

"""


if __name__ == "__main__":
    main()

"""Compare `doctor` with pytest where every module of an installed package is a test file: does it fail where Python does?

Usage: python benchmarks/doctor_modules.py ENVIRONMENT PACKAGE... [--write]

Each package is copied into a project of its own, whose settings take every file for a test file. Most modules import without an
error, so this shows above all what is called failing and is not. ENVIRONMENT holds the packages, what they need, and
pytest. Prints what differs; with `--write` the lines go to results/doctor_modules.md.
"""

import argparse
import gc
import shutil
import sys
import tempfile
from pathlib import Path

from doctor_accuracy import ROOT, judge, show

RESULT = ROOT / "benchmarks" / "results" / "doctor_modules.md"
INI = "[pytest]\npython_files = *.py\npython_classes = NoSuchClass\npython_functions = no_such_function\n"
COUNTS = ("files", "failing", "flagged", "hits", "judged", "right")


def compared(package: Path, environment: Path) -> dict[str, object]:
    """Copy one package into a project and compare."""
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder).resolve()
        (project / "pytest.ini").write_text(INI, encoding="utf-8")
        if package.is_dir():
            unwanted = shutil.ignore_patterns("*.pyc", "__pycache__")
            shutil.copytree(package, project / package.name, ignore=unwanted)
        else:
            shutil.copy(package, project)
        gc.collect()
        return judge(project, (), environment)


def main() -> None:
    """Compare what is asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("environment", type=Path)
    parser.add_argument("packages", nargs="+")
    parser.add_argument("--write", action="store_true")
    options = parser.parse_args()
    site = next(options.environment.resolve().glob("lib/python3*/site-packages"))
    for name in options.packages:
        result = compared(site / name, options.environment.resolve())
        show({"number": 1, "suite": name, "kind": "modules", "detail": "", **result})
        sys.stdout.flush()
        if options.write:
            with RESULT.open("a", encoding="utf-8") as stream:
                stream.write(f"| {name} | {' | '.join(str(result[count]) for count in COUNTS)} |\n")


if __name__ == "__main__":
    main()

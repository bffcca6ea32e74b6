"""Is the JUnit that our commands write valid by the schema that pytest tests its own reports against?

    python benchmarks/junit_schema.py [FOLDER]

No package installs `junit-10.xsd` (of Jenkins' xUnit plugin), but pytest's source distribution holds it: pip
downloads that into a temporary folder. Needs `pip install xmlschema`. FOLDER, by default this repository, is
analysed by each command. Exits with 1 if a report is not valid.
"""

import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

import xmlschema

PYTEST = "9.0.0"
XSD = "testing/example_scripts/junit-10.xsd"
COMMANDS = (
    ["analyze", "--no-report"],
    ["cycles"],
    ["fragmentation"],
    ["duplicates"],
    ["unresolved"],
    ["check", "--against", "HEAD"],
    ["diff", "HEAD~20"],
)


def schema() -> xmlschema.XMLSchema10:
    with tempfile.TemporaryDirectory() as temporary:
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--no-binary", ":all:"]
        subprocess.run([*command, "-d", temporary, f"pytest=={PYTEST}"], check=True)
        with tarfile.open(next(Path(temporary).glob("*.tar.gz"))) as archive:
            member = archive.extractfile(f"pytest-{PYTEST}/{XSD}")
            if member is None:
                raise SystemExit(f"pytest {PYTEST} holds no {XSD}.")
            return xmlschema.XMLSchema10(member.read().decode())


def main() -> None:
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else Path(__file__).resolve().parents[1])
    official, failed = schema(), False
    for command in COMMANDS:
        words = [sys.executable, "-m", "importgraph", *command, "--format", "junit"]
        done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
        if done.returncode > 1:
            print(f"{' '.join(command)}: did not run: {done.stderr.strip()}")
            continue
        errors = [error.reason for error in official.iter_errors(done.stdout)]
        failed = failed or bool(errors)
        print(f"{' '.join(command)}: {len(done.stdout):,} characters, {len(errors)} errors", *errors[:3])
    sys.exit(failed)


if __name__ == "__main__":
    main()

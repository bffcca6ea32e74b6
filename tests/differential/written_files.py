"""Single files, each of which fails to collect or does not, by a rule that is easy to get wrong.

`failing.txt` and `fine.txt` hold them, each below a line with its name.
"""

import re
from pathlib import Path

TEST = "\n\n\ndef test_it():\n    pass\n"
_HEADING = re.compile(r"(?m)^### (\w+)\n")


def _read(name: str) -> dict[str, str]:
    _, *parts = _HEADING.split(Path(__file__).with_name(name).read_text(encoding="utf-8"))
    return dict(zip(parts[::2], parts[1::2], strict=True))


FAILING = _read("failing.txt")
"""By name, files of which pytest collects no test but reports an error."""
FINE = _read("fine.txt")
"""By name, files whose one test pytest collects."""

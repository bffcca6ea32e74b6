"""A list of findings as a stable markdown comment."""

from collections import Counter
from collections.abc import Iterable, Iterator

from importgraph.findings.model import Severity
from importgraph.outputs.remarks.remarks import Remark
from importgraph.quoting import code, escape, prose

_SHOWN = 50


def render_markdown(remarks: Iterable[Remark], title: str) -> str:
    """Render remarks as a list, the first fifty of them.

    Args:
        remarks: In the order they are to stand in.
        title: What was asked, such as `cycles`; the marker for bots holds it too.
    """
    listed = list(remarks)
    parts = [f"<!-- importgraph {title} -->", f"### importgraph {title}: {_count(listed)}", ""]
    parts += [line for one in listed[:_SHOWN] for line in _item(one)]
    if len(listed) > _SHOWN:
        parts.append(f"- and {len(listed) - _SHOWN:,} more")
    return "\n".join(parts).rstrip() + "\n"


def _count(remarks: list[Remark]) -> str:
    counts = Counter(one.severity for one in remarks)
    words = [
        f"{counts[one]:,} {one.value}{'s' if counts[one] != 1 else ''}" for one in Severity if counts[one]
    ]
    return ", ".join(words) or "nothing found"


def _item(one: Remark) -> Iterator[str]:
    place = f" ({code(f'{one.location.path}:{one.location.line}')})" if one.location is not None else ""
    yield f"- **{one.code}** {one.severity.value}: {prose(one.message)}{place}"
    yield from (f"  {escape(line)}" for line in one.lines[1:])

"""The formats that CI systems read, by name: one way in for findings and regressions alike."""

from collections.abc import Callable, Mapping, Sequence

from importgraph.outputs.remarks.annotations import render_github, render_gitlab, render_junit
from importgraph.outputs.remarks.markdown_remarks import render_markdown
from importgraph.outputs.remarks.remarks import Remark
from importgraph.outputs.remarks.sarif import Fixes, render_sarif

_PLAIN: Mapping[str, Callable[[Sequence[Remark]], str]] = {
    "github": render_github,
    "gitlab": render_gitlab,
    "junit": render_junit,
}


def render_remarks(remarks: Sequence[Remark], name: str, title: str, fixes: Fixes | None = None) -> str:
    """Render remarks in a format.

    Args:
        remarks: In the order they are to stand in; their paths relative to the top of the repository.
        name: `sarif`, `github`, `gitlab`, `junit` or `markdown`.
        title: What was asked, for markdown.
        fixes: Text edits, for SARIF.
    """
    if name == "sarif":
        return render_sarif(remarks, fixes)
    return render_markdown(remarks, title) if name == "markdown" else _PLAIN[name](remarks)

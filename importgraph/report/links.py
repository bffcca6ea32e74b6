"""Where lines of the report lead to: an editor on this machine, or a forge, as the settings say."""

import re
from pathlib import Path
from urllib.parse import quote

from importgraph.errors import ConfigError, UsageError
from importgraph.git.repository import open_repository

EDITORS = (
    *(f"{editor}://file/" for editor in ("vscode", "vscode-insiders", "vscodium", "cursor", "zed")),
    *(f"{editor}://open?file=" for editor in ("idea", "pycharm")),
    *(f"{editor}://open?url=file://" for editor in ("subl", "txmt", "mvim", "emacs")),
)
"""What opens a file in an editor. Other addresses of these programs do more, at the word of a checkout."""
_FORGES = ("https://", "http://")
_PLACES = {"path", "line", "root", "commit"}


def source_link(template: str, root: Path) -> str:
    """Fill what is known of an address for a line: its tree and commit; the page fills `{path}` and `{line}`.

    Paths are those of the analysed root; for a forge they are counted from the top of the repository.

    Args:
        template: As the settings have it; may be empty.
        root: The analysed folder.

    Raises:
        ConfigError: If it opens neither a file in an editor nor a page, names something else between braces,
            or would tell a forge the place of the tree on this machine.
    """
    if not template:
        return ""
    unknown = set(re.findall(r"\{([^{}]*)\}", template)) - _PLACES
    if not template.startswith((*EDITORS, *_FORGES)) or "{path}" not in template or unknown:
        hint = 'Write "vscode://file/{root}/{path}:{line}" or "https://forge.example/app/{commit}/{path}#L{line}".'
        raise ConfigError(f"`source-link` cannot be used: {template}.", hint)
    if template.startswith(EDITORS):
        return template.replace("{root}", quote(root.as_posix().removeprefix("/")))
    if "{root}" in template:
        raise ConfigError("`source-link`: {root} is for editors; a forge has no use for it.", "Leave it out.")
    return _on_forge(template, root)


def _on_forge(template: str, root: Path) -> str:
    try:
        repository = open_repository(root)
        prefix, commit = repository.relative(root), repository.resolve("HEAD")
    except UsageError:
        if "{commit}" in template:
            return ""  # lines of a tree without a commit are on no forge
        prefix, commit = "", ""
    below = f"{quote(prefix)}/{{path}}" if prefix else "{path}"
    return template.replace("{commit}", commit).replace("{path}", below)

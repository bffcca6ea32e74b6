"""Write a profile for https://www.speedscope.app: one frame a module, open while it and its imports run."""

from importgraph.measurements.model import ImportProfile
from importgraph.measurements.tree import Node, import_tree
from importgraph.quoting import json_text

SCHEMA = "https://www.speedscope.app/file-format-schema.json"


def render_speedscope(profile: ImportProfile) -> str:
    """Return the JSON of an *evented* speedscope profile, in microseconds.

    A module's own time is put behind that of its imports: when it really ran in between is not kept.
    """
    root = import_tree(profile)
    frames: list[dict[str, object]] = []
    events: list[dict[str, object]] = []
    add_events(root, 0, frames, events)
    document = {
        "$schema": SCHEMA,
        "name": profile.entry,
        "exporter": "importgraph",
        "activeProfileIndex": 0,
        "shared": {"frames": frames},
        "profiles": [
            {
                "type": "evented",
                "name": f"import {profile.entry}",
                "unit": "microseconds",
                "startValue": 0,
                "endValue": root.cumulative_us,
                "events": events,
            }
        ],
    }
    return json_text(document, 0) + "\n"


def add_events(node: Node, at: int, frames: list[dict[str, object]], events: list[dict[str, object]]) -> int:
    """Add one node's frame and events. Returns the time at its end."""
    frame: dict[str, object] = {"name": node.name}
    if node.timing is not None and node.timing.path:
        frame["file"] = node.timing.path
    number = len(frames)
    frames.append(frame)
    events.append({"type": "O", "frame": number, "at": at})
    for child in node.children:
        at = add_events(child, at, frames, events)
    at += node.self_us
    events.append({"type": "C", "frame": number, "at": at})
    return at

"""What `fix --verify` did to a project, as one page: before and after, and what was withdrawn."""

from collections.abc import Iterator

import msgspec

from importgraph.edits.summaries import EntryChange, Summary
from importgraph.edits.verdicts import saved
from importgraph.edits.verification import Verified
from importgraph.edits.writing import Written
from importgraph.quoting import code, json_text, page, prose

SCHEMA = "importgraph/migration/1"
_SHOWN = 20


def migration_markdown(name: str, found: Verified, done: Written | None) -> str:
    """Render the report of a verification for people."""
    return page(list(_lines(name, found, done)))


def migration_json(name: str, found: Verified, done: Written | None) -> str:
    """Render it for programs."""
    kept = [{"fix": one.fix.name, "title": one.fix.fix.title, "saves": saved(one)} for one in found.kept]
    withdrawn = [{"fix": one.fix.name, "reason": one.reason} for one in found.withdrawn]
    document: dict[str, object] = {
        "schema": SCHEMA,
        "project": name,
        "date": found.date,
        "python": found.python,
        "checks": list(found.checks),
        "kept": kept,
        "withdrawn": withdrawn,
        "written": None if done is None else list(done.done),
        "summary": None if found.summary is None else msgspec.to_builtins(found.summary),
    }
    return json_text(document)


def _lines(name: str, found: Verified, done: Written | None) -> Iterator[str]:
    yield f"# Import migration of {prose(name)}"
    yield ""
    total = len(found.kept) + len(found.withdrawn)
    yield f"{len(found.kept)} of {total} fixes verified on {found.date} with Python {found.python}."
    yield f"What was run: {prose(', '.join(found.checks))}."
    if done is not None:
        left = f", {len(done.left):,} left alone" if done.left else ""
        yield f"{_counted(len(done.done), 'file')} written{left}."
    else:
        yield "Nothing was written: `--write` applies what holds."
    yield ""
    if found.summary is not None:
        yield from _summary(found.summary)
    yield from ("## Kept", "")
    yield from (
        f"- {code(one.fix.name)}: {prose(one.fix.fix.title)}{_saves(saved(one))}" for one in found.kept
    )
    yield from ("", "## Withdrawn", "")
    yield from (f"- {code(one.fix.name)}: {prose(one.reason)}" for one in found.withdrawn)
    yield "" if found.withdrawn else "Nothing."


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _saves(text: str) -> str:
    return f" ({text})" if text else ""


def _summary(found: Summary) -> Iterator[str]:
    yield from ("## Before and after", "", "| | before | after |", "| --- | --- | --- |")
    if found.imported:
        yield f"| canonical usage ({found.policy}) | {found.canonical_before} | {found.canonical_after} |"
        yield f"| definitions with several paths | {found.fragments_before:,} | {found.fragments_after:,} |"
    for one in found.entries:
        what = code(f"import {one.name}")
        yield f"| modules loaded by {what} | {one.modules_before:,} | {one.modules_after:,} |"
        yield (
            f"| CPU of {what}, measured | {one.before_us / 1000:.1f} ms "
            f"| {one.after_us / 1000:.1f} ms (give or take {one.noise_us / 1000:.1f}) |"
        )
    if found.tests_before or found.tests_after:
        yield f"| tests | {prose(found.tests_before)} | {prose(found.tests_after)} |"
    yield ""
    yield f"{_counted(found.statements, 'statement')} changed in {_counted(len(found.files), 'file')}."
    yield ""
    for one in found.entries:
        yield from _gone(one)


def _gone(one: EntryChange) -> Iterator[str]:
    if one.gone:
        shown = ", ".join(map(code, one.gone[:_SHOWN]))
        more = f" and {len(one.gone) - _SHOWN:,} more" if len(one.gone) > _SHOWN else ""
        yield f"{code(f'import {one.name}')} no longer loads {shown}{more}."
        yield ""

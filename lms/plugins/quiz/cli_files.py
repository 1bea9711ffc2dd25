"""`lms quiz import` and `lms quiz export`: files of questions on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from lms.kernel.commands.context import with_app

MAX_SIZE = 20_000_000  # bytes
FORMATS = ("gift", "aiken", "moodle-xml", "qti2", "qti3", "csv", "xlsx", "docx", "text")
WRITTEN = ("gift", "moodle-xml", "csv", "xlsx", "qti3")
# What a report counts, also where there is none of it.
COUNTED = (
    "choice", "multichoice", "truefalse", "shortanswer", "numerical", "matching", "ordering", "cloze", "essay",
    "description",
)  # fmt: skip


@click.command("import")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "format_", type=click.Choice(FORMATS), help="Otherwise the content tells it.")
@click.option("--dry-run", is_flag=True, help="Only read and report; needs no installation.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON.")
@click.option("--organiser", type=int, help="Number of the organiser that owns them; otherwise the shared bank.")
@click.option("--again", is_flag=True, help="Add also questions that the bank has already.")
def import_(path: Path, format_: str | None, dry_run: bool, as_json: bool, organiser: int | None, again: bool) -> None:
    """Read questions from FILE and add the good ones to the bank. Exit status 0 only without errors."""
    report: dict[str, Any] = {"total": 0, "counts": dict.fromkeys(COUNTED, 0), "categories": [], "errors": []}
    data = _read(path, report)
    if data is not None:
        work: Callable[..., None] = _report if dry_run else with_app(_take_in)
        work(report, data, path.name, format_ or "", organiser, again)
    _print(report, as_json)
    if report["errors"]:
        raise click.exceptions.Exit(1)


@click.command("export")
@click.argument("path", metavar="FILE", type=click.Path(path_type=Path))
@click.option("--format", "format_", required=True, type=click.Choice(WRITTEN), help="How to write them.")
@click.option("--organiser", type=int, help="Only those of this organiser; otherwise the shared bank.")
@click.option("--collection", default="", help="Only those of this collection, such as pre_post.")
@with_app
def export(path: Path, format_: str, organiser: int | None, collection: str) -> None:
    """Write the questions of the bank to FILE; prints what the format cannot say. Exit status 0 only without that."""
    import sqlalchemy as sa  # noqa: PLC0415 -- slow import

    from lms.kernel.db import db  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz import exporting  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz.bank_models import Question  # noqa: PLC0415 -- slow import

    query = sa.select(Question).where(Question.organiser_id == organiser, Question.retired_at.is_(None))
    if collection:
        query = query.where(Question.collection == collection)
    questions = list(db.session.scalars(query.order_by(Question.code)))
    data, left_out = exporting.write(questions, format=format_)
    path.write_bytes(data)
    click.echo(f"wrote {len(questions) - len(left_out)} questions to {path.name}")
    for fault in left_out:
        click.echo(f"{fault.where}: {fault.reason}", err=True)
    if left_out:
        raise click.exceptions.Exit(1)


def _read(path: Path, report: dict[str, Any]) -> bytes | None:
    try:
        if path.stat().st_size > MAX_SIZE:
            report["errors"].append({"where": path.name, "reason": f"larger than {MAX_SIZE // 1_000_000} MB"})
            return None
        return path.read_bytes()
    except OSError as error:
        report["errors"].append({"where": path.name, "reason": error.strerror or "cannot be read"})
        return None


def _report(report: dict[str, Any], data: bytes, name: str, format_: str, *_for_the_bank: object) -> Any:
    """Fill the report from the file alone; what was read, or None."""
    from lms.plugins.quiz import imports  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz.formats.errors import UnreadableFile  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz.kinds.builtin import TYPES  # noqa: PLC0415 -- slow import

    try:
        key, reading = imports.read_file(data, name, format=format_, types={kind.key: kind for kind in TYPES})
    except UnreadableFile as error:
        report["errors"].append({"where": name, "reason": str(error)})
        return None
    report["format"], report["total"] = key, len(reading.drafts)
    for draft in reading.drafts:
        report["counts"][draft.content.kind] = report["counts"].get(draft.content.kind, 0) + 1
    paths = [*reading.categories, *(draft.category for draft in reading.drafts if draft.category)]
    report["categories"] = list(dict.fromkeys("/".join(path) for path in paths))
    report["errors"] += [{"where": fault.where, "reason": fault.reason} for fault in reading.faults]
    return reading


def _take_in(report: dict[str, Any], data: bytes, name: str, format_: str, organiser: int | None, again: bool) -> None:
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.kernel.permissions import SYSTEM  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz import imports  # noqa: PLC0415 -- slow import

    reading = _report(report, data, name, format_)
    if reading is not None and reading.drafts:
        with unit_of_work():
            outcome = imports.add_reading(
                reading, organiser_id=organiser, source=name, skips_known=not again, actor=SYSTEM
            )
        report.update(outcome)


def _print(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report, ensure_ascii=False, indent=1))
        return
    click.echo(f"questions: {report['total']}")
    for kind, count in report["counts"].items():
        if count:
            click.echo(f"  {kind}: {count}")
    if report["categories"]:
        click.echo(f"categories: {', '.join(report['categories'])}")
    for name in ("added", "skipped"):
        if name in report:
            click.echo(f"{name}: {report[name]}")
    for fault in report["errors"]:
        click.echo(f"{fault['where']}: {fault['reason']}", err=True)

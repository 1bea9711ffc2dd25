"""`lms quiz stats` and `lms quiz gain`: our statistics on anybody's CSV, without a database or any configuration."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from lms.plugins.quiz.gain import Band, PairedGain, paired_gain
from lms.plugins.quiz.marks_csv import (
    UnreadableMarks,
    WrongNumberOfMarks,
    parse_max_marks,
    read_marks,
    read_pairs,
)
from lms.plugins.quiz.statistics import Statistics, statistics_of

SLOT_KEYS = (
    "facility",
    "sd",
    "discrimination_index",
    "discriminative_efficiency",
    "effective_weight",
    "point_biserial",
)
GAIN_KEYS = ("class_gain", "mean_gain", "mean_change")
HEADINGS = ("Facility", "SD", "Discr. index %", "Discr. eff. %", "Weight %", "Point-bis.", "Upper-lower")
MAX_SIZE = 50_000_000  # bytes of a file
csv_option = click.option(
    "--csv", "path", required=True, type=click.Path(path_type=Path), metavar="FILE", help="The file to read."
)
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON: null where a figure is undefined.")


@click.command("stats")
@csv_option
@click.option("--max-marks", metavar="N[,N...]", default="1", help="Highest mark of each column, or one for all: 1.")
@json_option
def stats(path: Path, max_marks: str, as_json: bool) -> None:
    """Item and test statistics of a CSV of marks: a row an attempt, a column a question; empty is unanswered."""
    try:
        highest = parse_max_marks(max_marks)
    except UnreadableMarks as error:
        raise click.BadParameter(str(error), param_hint="--max-marks") from error
    raw = _read(path)
    try:
        table = read_marks(raw, highest)
    except WrongNumberOfMarks as error:
        raise click.BadParameter(str(error), param_hint="--max-marks") from error
    except UnreadableMarks as error:
        raise click.ClickException(f"{path}: {error}") from error
    if table.is_header_doubtful:
        click.echo(f"{path}: the first row counts as a header, though some of its cells are numbers", err=True)
    found = statistics_of(marks=table.marks, max_marks=table.max_marks)
    if as_json:
        click.echo(json.dumps(statistics_json(found), indent=2, allow_nan=False))
    else:
        click.echo(_statistics_text(found, table.names))


@click.command("gain")
@csv_option
@click.option("--max", "max_mark", required=True, metavar="N", help="Highest total of both tests.")
@json_option
def gain(path: Path, max_mark: str, as_json: bool) -> None:
    """Learning gain of a CSV with the columns pre and post: a row a person; empty is a test not taken."""
    try:
        (most,) = parse_max_marks(max_mark)
    except ValueError as error:
        raise click.BadParameter(f"{max_mark!r} is not one number", param_hint="--max") from error
    if not most:
        raise click.BadParameter("it must be above 0", param_hint="--max")
    raw = _read(path)
    try:
        people = read_pairs(raw, most)
    except UnreadableMarks as error:
        raise click.ClickException(f"{path}: {error}") from error
    found = gain_json(paired_gain(people, max_mark=most))
    if as_json:
        click.echo(json.dumps(found, indent=2, allow_nan=False))
    else:
        click.echo(_aligned([(key, _shown(value)) for key, value in found.items()]))


def statistics_json(found: Statistics) -> dict[str, Any]:
    """The statistics by the names that the command promises."""
    slots = [{key: getattr(slot, key) for key in SLOT_KEYS} for slot in found.slots]
    return {"slots": slots, "total": asdict(found.total)}


def gain_json(found: PairedGain) -> dict[str, Any]:
    """The gain by the names that the command promises. A fall is in the band "low", since it is below 0.30."""
    band = Band.LOW if found.band is Band.FALL else found.band
    values: Mapping[str, Any] = asdict(found)
    rows = {key: value for key, value in values.items() if key not in ("mean_pre", "mean_post")}
    for key in GAIN_KEYS:
        rows[key] = float(values[key]) if values[key] is not None else None
    return {**rows, "band": band.value if band is not None else None}


def _read(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            raw = file.read(MAX_SIZE + 1)
    except OSError as error:
        raise click.ClickException(f"{path} cannot be read: {error.strerror}") from error
    if len(raw) > MAX_SIZE:
        raise click.ClickException(f"{path} is larger than {MAX_SIZE // 1_000_000} MB")
    return raw


def _statistics_text(found: Statistics, names: Sequence[str]) -> str:
    rows: list[tuple[str, ...]] = [("Question", *HEADINGS)]
    for number, slot in enumerate(found.slots, start=1):
        name = names[number - 1] if names and names[number - 1] else str(number)
        rows.append((name, *(_shown(getattr(slot, key)) for key in (*SLOT_KEYS, "upper_lower"))))
    totals = [(key, _shown(value)) for key, value in asdict(found.total).items()]
    return f"{_aligned(rows)}\n\n{_aligned(totals)}"


def _shown(value: float | int | str | None) -> str:
    if value is None:
        return "-"
    return f"{value:.4f}" if isinstance(value, float) else str(value)


def _aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns of equal width: names to the left, figures to the right."""
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = (
        [row[0].ljust(widths[0]), *(cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))]
        for row in rows
    )
    return "\n".join("  ".join(line).rstrip() for line in lines)

"""`lms doctor`: whether this installation is sound."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import click

from lms.kernel.commands.context import with_app

_MARKS = {True: "ok  ", False: "BAD ", None: "note"}


@click.command("doctor")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def command(as_json: bool) -> None:
    """Look at settings, database, stored files, space, Redis, jobs and documents; exit status 1 if one is bad."""
    from lms.kernel.diagnosis import diagnose  # noqa: PLC0415 -- slow import

    checks = []
    for check in diagnose():
        checks.append(check)
        if not as_json:
            click.echo(f"{_MARKS[check.ok]} {check.name}: {check.detail}".rstrip(": "))
    is_sound = all(check.ok is not False for check in checks)
    if as_json:
        click.echo(json.dumps({"ok": is_sound, "checks": [asdict(check) for check in checks]}))
    sys.exit(0 if is_sound else 1)

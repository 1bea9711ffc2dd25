"""`lms db`: migrations of the core and of every plugin."""

from __future__ import annotations

import json
import sys

import click

from lms.kernel.commands.context import with_app


@click.group("db")
def command() -> None:
    """Database migrations of the core and of every plugin."""


@command.command("upgrade")
@click.option("--owner", help="Only this owner: core, or a plugin's name.")
@click.argument("revision", default="head")
@with_app
def upgrade(owner: str | None, revision: str) -> None:
    """Bring the database to the newest revision of every owner."""
    from lms.kernel import migrations  # noqa: PLC0415 -- slow import

    migrations.upgrade(owner, revision)


@command.command("downgrade")
@click.option("--owner", required=True, help="core, or a plugin's name.")
@click.argument("revision")
@with_app
def downgrade(owner: str, revision: str) -> None:
    """Take one owner back to REVISION; `base` removes its tables."""
    from lms.kernel import migrations  # noqa: PLC0415 -- slow import

    migrations.downgrade(owner, revision)


@command.command("revision")
@click.option("--owner", required=True, help="core, or a plugin's name.")
@click.option("-m", "--message", required=True)
@click.option("--rev-id")
@with_app
def revision(owner: str, message: str, rev_id: str | None) -> None:
    """Write a new revision by comparing models and database."""
    from lms.kernel import migrations  # noqa: PLC0415 -- slow import

    migrations.revise(owner, message, rev_id)


@command.command("current")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def current(as_json: bool) -> None:
    """Say which revision each owner is at."""
    from lms.kernel import migrations  # noqa: PLC0415 -- slow import

    rows = {h.owner: {"current": h.current(), "head": h.head()} for h in migrations.histories()}
    if as_json:
        click.echo(json.dumps(rows))
        return
    for owner, row in rows.items():
        click.echo(f"{owner}: {row['current'] or 'none'} (newest {row['head']})")


@command.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def check(as_json: bool) -> None:
    """Compare models and database; exit status 1 where they differ."""
    from lms.kernel import migrations  # noqa: PLC0415 -- slow import

    found = migrations.pending() or migrations.differences()
    if as_json:
        click.echo(json.dumps({"ok": not found, "owners": found}))
    else:
        for owner, text in found.items():
            click.echo(f"{owner}: {text}", err=True)
        click.echo("Database and models differ." if found else "Database and models agree.")
    sys.exit(1 if found else 0)

"""`lms restore`: make an installation what a backup holds."""

from __future__ import annotations

import json
from pathlib import Path

import click

from lms.kernel.commands.context import with_app


@click.command("restore")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace the data that this installation holds.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def command(file: Path, force: bool, as_json: bool) -> None:
    """Verify FILE, then put its database and files in place. Stop the server and workers first."""
    from lms.kernel import archive  # noqa: PLC0415 -- slow import

    manifest = archive.restore(file.resolve(), replace=force, tell=lambda step: click.echo(f"{step} …", err=True))
    facts = {"made_at": manifest.made_at, "version": manifest.version, "files": len(manifest.files)}
    if as_json:
        click.echo(json.dumps({**facts, "missing": manifest.missing}))
        return
    click.echo(f"Restored the backup of {manifest.made_at} (version {manifest.version}): {facts['files']} files.")
    click.echo("Now run `lms db upgrade`, then `lms doctor`.")

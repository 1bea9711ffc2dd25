"""`lms backup`: one file that holds the whole installation."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click

from lms.kernel.commands.context import with_app


@click.command("backup")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Write over an existing file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def command(file: Path, force: bool, as_json: bool) -> None:
    """Write database and stored files to FILE (a zip) while the product runs; exit status 1 if a file was missing.

    The archive holds personal data and no keys: keep it, and LMS_SECRET_KEY, in different safe places.
    """
    from lms.kernel import archive  # noqa: PLC0415 -- slow import

    if file.exists() and not force:
        raise click.UsageError(f"{file} exists; use --force to write over it.")
    manifest = archive.create(file.resolve())
    file.chmod(0o600)
    facts = {"file": str(file), "files": len(manifest.files), "missing": manifest.missing, "bytes": file.stat().st_size}
    if as_json:
        click.echo(json.dumps(facts))
    else:
        click.echo(f"Wrote {file}: database and {len(manifest.files)} files, {facts['bytes']} bytes.")
        for key in manifest.missing:
            click.echo(f"missing: {key}", err=True)
    sys.exit(1 if manifest.missing else 0)

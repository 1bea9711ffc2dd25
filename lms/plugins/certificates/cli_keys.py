"""`lms certificates keys`: which keys sign, and putting new ones in their place."""

from __future__ import annotations

import click

from lms.kernel.commands.context import with_app

PURPOSES = ("pdf", "statement", "compact")


@click.group("keys")
def keys() -> None:
    """Signing keys. Private ones are in the key folder only; back that folder up by itself, and guard the copy."""


@keys.command("show")
@with_app
def show() -> None:
    """Fingerprints of all keys that ever signed, and where the private ones are. Shows nothing secret."""
    from lms.kernel.installation import settings  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates import keys as known  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates.signing import keys as folder  # noqa: PLC0415 -- slow import

    click.echo(f"key folder: {settings().keys}")
    for key in known.public_keys():
        state = f"retired {key.retired_at:%Y-%m-%d}" if key.retired_at else "in use"
        kind = " certified" if key.is_certified else ""
        click.echo(f"{key.purpose} {key.algorithm}{kind} {state} {key.fingerprint} {key.name}".rstrip())
    if not known.public_keys():
        click.echo("nothing was signed yet; keys are made at first use")
    for fault in folder.faults(settings().keys) if settings().keys.exists() else []:
        click.echo(f"warning: {fault}", err=True)


@keys.command("rotate")
@click.argument("purpose", type=click.Choice(PURPOSES), default="pdf")
@with_app
def rotate(purpose: str) -> None:
    """Make a new key for PURPOSE (pdf, statement, compact). What the old one signed stays valid."""
    from lms.kernel import audit  # noqa: PLC0415 -- slow import
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.kernel.permissions import SYSTEM  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates import keys as known  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates.signing.model import SigningFailed  # noqa: PLC0415 -- slow import

    try:
        with unit_of_work():
            row = known.rotate(purpose)
            audit.record(action="certificates.key_rotated", subject=row, actor=SYSTEM)
    except SigningFailed as error:
        raise click.ClickException(str(error)) from None
    click.echo(f"{purpose} is signed with {row.fingerprint} from now on; the old key is in retired/")

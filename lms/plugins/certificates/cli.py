"""`lms certificates`: keys, and the audit of the transparency log."""

from __future__ import annotations

import click

from lms.plugins.certificates import cli_audit, cli_keys


@click.group("certificates")
def command() -> None:
    """Certificates: signing keys and the transparency log."""


command.add_command(cli_audit.audit)
command.add_command(cli_audit.log_backfill)
command.add_command(cli_keys.keys)

"""The console script `lms`: the one command line of the product."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path

import click

from lms.kernel.errors import LmsError

# Loaded only when asked for, so that `lms --help` is quick and works before anything is configured.
COMMANDS = {
    "admin": "lms.core.accounts.cli",
    "backup": "lms.kernel.commands.backup",
    "db": "lms.kernel.commands.database",
    "demo": "lms.demo.command",
    "doctor": "lms.kernel.commands.doctor",
    "regions": "lms.core.regions.cli",
    "restore": "lms.kernel.commands.restore",
    "serve": "lms.kernel.commands.serve",
    "worker": "lms.kernel.commands.worker",
}


class Commands(click.Group):
    """The commands above, and those that installed plugins add."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*COMMANDS, *_plugin_commands()})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in COMMANDS:
            command: click.Command = importlib.import_module(COMMANDS[cmd_name]).command
            return command
        return _plugin_commands().get(cmd_name)


def _plugin_commands() -> dict[str, click.Command]:
    from lms.kernel import plugins  # noqa: PLC0415 -- slow import

    loaded = plugins.load()
    return {command.name or "": command for command in plugins.answers_of(loaded).all("lms_commands")}


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--data", type=click.Path(file_okay=False, path_type=Path), help="Data folder of the installation.")
@click.version_option(package_name="lokakarya", prog_name="lms")
@click.pass_context
def lms(ctx: click.Context, data: Path | None) -> None:
    """Lokakarya: a workshop platform from invitation to impact."""
    ctx.obj = data


def main() -> None:
    """Run; an error of ours is one line and exit status 2, not a trace."""
    try:
        lms(standalone_mode=True)
    except LmsError as error:
        click.echo(f"lms: {error}", err=True)
        sys.exit(2)

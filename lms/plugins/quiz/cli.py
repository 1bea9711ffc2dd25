"""`lms quiz`: the shipped question bank, files of questions, and statistics of any file of marks."""

from __future__ import annotations

import click

from lms.kernel.commands.context import with_app
from lms.plugins.quiz import cli_files, cli_statistics


@click.group("quiz")
def command() -> None:
    """Quizzes and their question bank."""


@command.command("load")
@with_app
def load() -> None:
    """Add the shipped questions that the shared bank lacks. Loading again only brings new ones."""
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.plugins.quiz.bank import load_bank  # noqa: PLC0415 -- slow import

    with unit_of_work():
        count = load_bank()
    click.echo(f"added {count}")


command.add_command(cli_statistics.stats)
command.add_command(cli_statistics.gain)
command.add_command(cli_files.import_)
command.add_command(cli_files.export)

"""`lms certificates audit` and `log-backfill`: the transparency log on the command line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from lms.kernel.commands.context import with_app

if TYPE_CHECKING:
    from lms.plugins.certificates.log_audit import YearReport


@click.command("audit")
@click.option("--year", type=int, help="Only the log of this year.")
@click.option("--no-files", is_flag=True, help="Trust the recorded hashes instead of reading every file.")
@with_app
def audit(year: int | None, no_files: bool) -> None:
    """Compute the transparency log again from certificates and files. Exit status 1 names the first bad entry."""
    from lms.plugins.certificates import log_audit  # noqa: PLC0415 -- slow import

    reports = log_audit.audit(year=year, with_files=not no_files)
    for report in reports:
        _print(report, no_files)
    if not reports:
        click.echo("no certificates were issued yet")
    if any(report.flaw for report in reports):
        raise click.exceptions.Exit(1)


def _print(report: YearReport, no_files: bool) -> None:
    files = "files not read" if no_files else f"{report.files} files read"
    click.echo(f"{report.year}: {report.leaves} entries, {report.heads} signed heads, {files}")
    if report.erased:
        click.echo(f"{report.year}: {report.erased} files were erased on request; their entries were checked")
    if report.before_log:
        click.echo(
            f"{report.year}: {report.before_log} certificates issued before the log; "
            "add them with `lms certificates log-backfill`"
        )
    if report.flaw is None:
        click.echo(f"{report.year}: ok")
        return
    name = f" ({report.flaw.number})" if report.flaw.number else ""
    click.echo(f"{report.year}: BAD entry {report.flaw.position}{name}: {report.flaw.problem}", err=True)


@click.command("log-backfill")
@with_app
def log_backfill() -> None:
    """Add certificates that were issued before the log existed, in the order of issue, and sign the heads."""
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.plugins.certificates import ledger  # noqa: PLC0415 -- slow import

    with unit_of_work():
        added = ledger.append_missing()
        for year in added:
            ledger.sign_head(year)
    for year, count in sorted(added.items()):
        click.echo(f"{year}: added {count}")
    if not added:
        click.echo("nothing to add")

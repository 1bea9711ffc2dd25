"""`lms regions`: load provinces from the data that ship with the product."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime

import click

from lms.kernel.commands.context import with_app


@click.group("regions")
def command() -> None:
    """Administrative regions of Indonesia."""


@command.command("load")
@click.argument("province")
@click.option(
    "--valid-from", type=click.DateTime(["%Y-%m-%d"]), help="Day from which new or changed names are in force."
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def load(province: str, valid_from: datetime | None, as_json: bool) -> None:
    """Load PROVINCE, a code such as 61, down to its villages. Loading again only brings news."""
    from lms.core.regions import services  # noqa: PLC0415 -- slow import
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.kernel.permissions import SYSTEM  # noqa: PLC0415 -- slow import

    day = valid_from.date() if valid_from else None
    with unit_of_work():
        result = services.load_regions(province_code=province, actor=SYSTEM, valid_from=day)
    shown = {"province": province, **asdict(result)}
    click.echo(json.dumps(shown) if as_json else ", ".join(f"{key} {value}" for key, value in shown.items()))


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def list_provinces(as_json: bool) -> None:
    """Say which provinces can be loaded, and which are."""
    from lms.core.regions import queries, sources  # noqa: PLC0415 -- slow import
    from lms.core.regions.zones import zone_letters  # noqa: PLC0415 -- slow import

    loaded = {region.code for region in queries.provinces()}
    rows = [
        {"code": code, "name": name, "zone": zone_letters(code), "is_loaded": code in loaded}
        for code, name in sources.provinces().items()
    ]
    if as_json:
        click.echo(json.dumps(rows))
        return
    for row in rows:
        click.echo(f"{row['code']}  {row['zone']:<4}  {row['name']}{'  (loaded)' if row['is_loaded'] else ''}")

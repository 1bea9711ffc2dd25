"""`lms admin`: the first administrator, without any default password."""

from __future__ import annotations

import json
import secrets

import click

from lms.kernel.commands.context import with_app


@click.group("admin")
def command() -> None:
    """Accounts that administer the site."""


@command.command("create")
@click.option("--name", prompt=True, help="Full name.")
@click.option("--email", help="E-mail address to sign in with.")
@click.option("--phone", help="Phone number to sign in with.")
@click.option("--generate", is_flag=True, help="Make a random password and print it once.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON.")
@with_app
def create(name: str, email: str | None, phone: str | None, generate: bool, as_json: bool) -> None:
    """Create an administrator; asks for the password (or reads it from standard input)."""
    from lms.core.accounts import services  # noqa: PLC0415 -- slow import
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.kernel.permissions import SYSTEM, Role, Scope  # noqa: PLC0415 -- slow import

    password = secrets.token_urlsafe(15) if generate else click.prompt("Password", hide_input=True)
    with unit_of_work():
        account = services.create_account(name=name, email=email, phone=phone, password=password, actor=SYSTEM)
        services.grant(account_id=account.id, role=Role.PUSAT, scope=Scope.SITE, actor=SYSTEM)
    shown = {"id": account.id, "login": account.email or account.phone_e164}
    if generate:
        shown["password"] = password
    click.echo(json.dumps(shown) if as_json else "\n".join(f"{key}: {value}" for key, value in shown.items()))

"""`lms admin`: the first administrator, without any default password, and new passwords for those who forgot theirs."""

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


@command.command("password")
@click.option("--login", prompt=True, help="E-mail address or phone number of the account.")
@click.option("--generate", is_flag=True, help="Make a random password and print it once.")
@with_app
def password(login: str, generate: bool) -> None:
    """Set a new password; the account is signed out everywhere."""
    from lms.core.accounts import services  # noqa: PLC0415 -- slow import
    from lms.kernel.db import unit_of_work  # noqa: PLC0415 -- slow import
    from lms.kernel.permissions import SYSTEM  # noqa: PLC0415 -- slow import

    account, _key = services.login_of(login)
    if account is None:
        raise click.UsageError("No active account signs in with this e-mail address or phone number.")
    new = secrets.token_urlsafe(15) if generate else click.prompt("New password", hide_input=True)
    with unit_of_work():
        services.set_password(account_id=account.id, password=new, actor=SYSTEM)
    click.echo(f"password: {new}" if generate else "The new password is in force.")

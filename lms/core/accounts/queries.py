"""Reads on accounts and on what a grant can reach."""

from __future__ import annotations

import sqlalchemy as sa
from flask_babel import gettext as _
from flask_sqlalchemy.pagination import Pagination

from lms.core.accounts.models import Account, RoleGrant
from lms.core.regions.models import Region
from lms.core.workshops.models import Organiser, Workshop
from lms.core.workshops.queries import BIGGEST_ID
from lms.kernel.db import db
from lms.kernel.errors import NotFound
from lms.kernel.permissions import Role, Scope
from lms.kernel.registry import registry

# Which roles make sense at which reach; other combinations are refused.
REACH_OF_ROLE = {
    Role.PUSAT: Scope.SITE,
    Role.PENYELENGGARA: Scope.ORGANISER,
    Role.PANITIA: Scope.WORKSHOP,
    Role.PETUGAS: Scope.WORKSHOP,
    Role.PENGURUS: Scope.ORGANISATION,
    Role.PENGAMAT: Scope.REGION,
}


_LAST_PAGE = 100_000


def account_by_id(account_id: int) -> Account:
    """Raises NotFound."""
    if account_id >= BIGGEST_ID:
        raise NotFound
    account = db.session.get(Account, account_id, options=[sa.orm.selectinload(Account.grants)])
    if account is None:
        raise NotFound
    return account


def accounts(*, text: str = "", page: int = 1) -> Pagination:
    """A page of accounts by name."""
    query = sa.select(Account).options(sa.orm.selectinload(Account.grants)).order_by(Account.name, Account.id)
    if text:
        query = query.where(
            sa.or_(Account.name.icontains(text, autoescape=True), Account.email.icontains(text, autoescape=True))
        )
    return db.paginate(query, page=min(page, _LAST_PAGE), per_page=50, max_per_page=100, error_out=False)


def account_by_login(*, email: str | None, phone: str | None) -> Account | None:
    """The active account with this e-mail or phone number."""
    condition = Account.email == email if email else Account.phone_e164 == phone
    return db.session.scalar(sa.select(Account).where(condition, Account.is_active))


def has_admin(*, beside: RoleGrant) -> bool:
    """Whether an active account administers the site by another grant than `beside`; holds those rows till the end."""
    query = (
        sa.select(RoleGrant.id)
        .join(RoleGrant.account)
        .where(RoleGrant.role == Role.PUSAT, Account.is_active)
        .order_by(RoleGrant.id)
        .with_for_update(of=RoleGrant)
    )
    return any(number != beside.id for number in db.session.scalars(query))


def reach_choices() -> list[tuple[str, str]]:
    """`(scope:ref, label)` of everything that a grant can reach."""
    choices = [("site:", _("The whole site"))]
    for organiser in db.session.scalars(sa.select(Organiser).order_by(Organiser.name)):
        choices.append((f"organiser:{organiser.id}", organiser.name))
    recent = sa.select(Workshop).order_by(Workshop.starts_on.desc()).limit(50)
    for workshop in db.session.scalars(recent):
        choices.append((f"workshop:{workshop.id}", _("Workshop: %(title)s", title=workshop.title)))
    regions = sa.select(Region).where(sa.func.length(Region.code) <= 5).order_by(Region.code)
    for region in db.session.scalars(regions):
        choices.append((f"region:{region.code}", _("Region: %(name)s", name=region.name)))
    for source in registry().affiliations:
        for hit in source.search("", limit=400):
            choices.append((f"organisation:{hit.key}", _("Organisation: %(name)s", name=hit.name)))
    return choices


def reach_label(grant: RoleGrant) -> str:
    """What a grant reaches, in words."""
    match grant.scope:
        case Scope.ORGANISER:
            organiser = db.session.get(Organiser, int(grant.ref))
            return organiser.name if organiser else grant.ref
        case Scope.WORKSHOP:
            workshop = db.session.get(Workshop, int(grant.ref))
            return workshop.title if workshop else grant.ref
        case Scope.REGION:
            region = db.session.get(Region, grant.ref)
            return region.name if region else grant.ref
        case Scope.ORGANISATION:
            found = [hit for source in registry().affiliations if (hit := source.by_key(grant.ref))]
            return found[0].name if found else grant.ref
        case _:
            return _("The whole site")


def grants_in_workshop(workshop_id: int) -> list[RoleGrant]:
    """Roles given for one workshop, with their accounts."""
    query = (
        sa.select(RoleGrant)
        .where(RoleGrant.scope == Scope.WORKSHOP, RoleGrant.ref == str(workshop_id))
        .options(sa.orm.joinedload(RoleGrant.account))
        .order_by(RoleGrant.id)
    )
    return list(db.session.scalars(query))

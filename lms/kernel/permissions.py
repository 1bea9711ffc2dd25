"""Who may do what: roles, permissions, grants, the actor of a request, and the access rule of every view."""

from __future__ import annotations

import enum
import inspect
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, NoReturn, Protocol

from flask import Flask, abort, g, redirect, request, url_for
from flask_login import current_user

from lms.kernel.errors import ConfigurationError, NotFound, TicketNeeded


class Role(enum.StrEnum):
    """The roles of the domain; the values are stored."""

    PUSAT = "pusat"
    PENYELENGGARA = "penyelenggara"
    PANITIA = "panitia"
    PETUGAS = "petugas_presensi"
    NARASUMBER = "narasumber"
    PENGURUS = "pengurus_lembaga"
    PENGAMAT = "pengamat_wilayah"
    PESERTA = "peserta"


TICKET_ROLES = frozenset({Role.PESERTA, Role.NARASUMBER})


class Scope(enum.StrEnum):
    """What a permission is about, and what a grant reaches."""

    SITE = "site"
    REGION = "region"
    ORGANISATION = "organisation"
    ORGANISER = "organiser"
    WORKSHOP = "workshop"
    OWN = "own"


@dataclass(frozen=True, kw_only=True)
class Permission:
    """A named right and the roles that hold it; `scope` OWN asks that a ticket holder's enrolment is named."""

    key: str
    label: object
    scope: Scope
    default_roles: tuple[Role, ...]


@dataclass(frozen=True, kw_only=True)
class Access:
    """Where an object sits: what a grant must reach to act on it.

    `disabled` names plugins that are switched off for its workshop; `zone` is the IANA zone to show its times in;
    `all_organisers` marks what every organiser shares, such as the registry of organisations.
    """

    workshop_id: int | None = None
    organiser_id: int | None = None
    region_code: str | None = None
    affiliation_key: str | None = None
    enrolment_ids: frozenset[int] = frozenset()
    disabled: frozenset[str] = frozenset()
    zone: str | None = None
    all_organisers: bool = False


class HasAccess(Protocol):
    """Anything a loader may return."""

    @property
    def access(self) -> Access: ...


class TokenHolder(HasAccess, Protocol):
    """Who calls a view of `@bearer`: a device or a program with a token of its own."""

    @property
    def actor(self) -> Actor: ...


@dataclass(frozen=True, kw_only=True)
class Grant:
    """A role and what it reaches: `ref` is an organiser or workshop id, a region code or an affiliation key."""

    role: Role
    scope: Scope
    ref: str = ""

    def reaches(self, access: Access) -> bool:
        """Whether this grant covers an object that sits at `access`."""
        match self.scope:
            case Scope.SITE:
                return True
            case Scope.ORGANISER:
                own = access.organiser_id is not None and self.ref == str(access.organiser_id)
                return own or access.all_organisers
            case Scope.WORKSHOP:
                return access.workshop_id is not None and self.ref == str(access.workshop_id)
            case Scope.REGION:
                code = access.region_code or ""
                return code == self.ref or code.startswith(f"{self.ref}.")
            case Scope.ORGANISATION:
                return bool(access.affiliation_key) and self.ref == access.affiliation_key
            case _:
                return False


@dataclass(frozen=True, kw_only=True)
class ActorEnrolment:
    """The ticket that a visitor holds."""

    id: int
    workshop_id: int
    role: Role
    affiliation_key: str
    person_id: int


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Who acts: an account with grants, a ticket holder, both, or nobody."""

    account_id: int | None = None
    person_id: int | None = None
    name: str = ""
    grants: tuple[Grant, ...] = ()
    enrolment: ActorEnrolment | None = None

    @property
    def is_anonymous(self) -> bool:
        return self.account_id is None and self.enrolment is None

    def can(self, permission: Permission, access: Access | None = None) -> bool:
        """Whether the actor holds `permission` at `access`; None asks whether anywhere at all."""
        roles = permission.default_roles
        if any(grant.role in roles and (access is None or grant.reaches(access)) for grant in self.grants):
            return True
        ticket = self.enrolment
        if ticket is None or not is_of_ticket(permission, ticket.role):
            return False
        if access is None:
            return True
        if permission.scope is Scope.OWN:
            return ticket.id in access.enrolment_ids
        return ticket.workshop_id == access.workshop_id

    def roles(self) -> frozenset[Role]:
        """Every role held by a grant, wherever it reaches."""
        return frozenset(grant.role for grant in self.grants)


def is_of_ticket(permission: Permission, role: Role) -> bool:
    """Whether a ticket of this role carries the permission.

    A ticket opens with a link or six letters, no password: one of a committee member opens what tickets are for, and
    the staff pages of its committee need an account.
    """
    roles = permission.default_roles
    return role in roles and (permission.scope is Scope.OWN or not TICKET_ROLES.isdisjoint(roles))


ANONYMOUS = Actor()
SYSTEM = Actor(name="system", grants=(Grant(role=Role.PUSAT, scope=Scope.SITE),))


def current_actor() -> Actor:
    """The actor of this request; grants are read once per request, so a withdrawn right is gone at the next one."""
    actor: Actor = getattr(current_user, "actor", ANONYMOUS)
    return actor


def can(permission: Permission, obj: HasAccess | None = None) -> bool:
    """Whether the visitor of this request may use `permission` (on `obj`)."""
    return current_actor().can(permission, obj.access if obj is not None else None)


View = Callable[..., Any]
BEARER = "bearer"  # the access rule of views that a token opens


def public(view: View) -> View:
    """Anybody may call this view."""
    view.__lms_access__ = "public"  # type: ignore[attr-defined]
    return view


def login_only(view: View) -> View:
    """Any signed-in account may call this view."""

    @wraps(view)
    def guarded(**kwargs: Any) -> Any:
        if current_actor().account_id is None:
            return _ask_to_sign_in(ticket=False)
        return view(**kwargs)

    guarded.__lms_access__ = "login"  # type: ignore[attr-defined]
    return guarded


def requires(permission: Permission, *, on: Callable[..., HasAccess] | None = None) -> Callable[[View], View]:
    """Only holders of `permission` may call this view.

    `on` is a loader: it takes the URL arguments that it names, and raises NotFound. The view receives what it
    returned as first argument instead of those. A foreign object answers exactly as one that does not exist.
    """
    names = tuple(inspect.signature(on).parameters) if on else ()

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**kwargs: Any) -> Any:
            actor = current_actor()
            if actor.is_anonymous:
                own = permission.scope is Scope.OWN or set(permission.default_roles) <= TICKET_ROLES
                return _ask_to_sign_in(ticket=own)
            if on is None:
                return view(**kwargs) if actor.can(permission) else _forbid()
            obj = load_or_404(on, {name: kwargs.pop(name) for name in names if name in kwargs})
            owner = (request.blueprint or "").partition(".")[0]
            if not actor.can(permission, obj.access) or owner in obj.access.disabled:
                abort(404)
            return view(obj, **kwargs)

        guarded.__lms_access__ = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


@dataclass(frozen=True, kw_only=True)
class _Caller:
    """The visitor of a request that a token opened, in place of whom a cookie would name."""

    actor: Actor
    is_authenticated: bool = False
    is_active: bool = True
    is_anonymous: bool = True


def bearer(authenticate: Callable[[str], TokenHolder]) -> Callable[[View], View]:
    """Only who sends `Authorization: Bearer <token>` may call this view; cookies count for nothing.

    `authenticate` takes the token ("" without one) and raises a RuleViolation with the status of the refusal. The view
    gets what it returned as first argument. No cookie is read, so no other site's page can borrow one: such views, and
    no others, need no CSRF token. Texts are in the language that the request asks for.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(**kwargs: Any) -> Any:
            g._login_user = _Caller(actor=ANONYMOUS)  # where Flask-Login keeps whom the cookie names
            g.lms_language = request.accept_languages.best_match(("id", "en"), default="id")
            scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
            holder = authenticate(token.strip() if scheme.lower() == "bearer" else "")
            if (request.blueprint or "").partition(".")[0] in holder.access.disabled:
                abort(404)
            g._login_user = _Caller(actor=holder.actor)
            g.lms_zone = holder.access.zone
            return view(holder, **kwargs)

        guarded.__lms_access__ = BEARER  # type: ignore[attr-defined]
        return guarded

    return decorate


def load_or_404(loader: Callable[..., HasAccess], arguments: dict[str, Any]) -> HasAccess:
    """What `loader` returns, with its zone remembered for the time filters; 404 when it raises NotFound.

    An account that opens a page of ticket holders is asked for the ticket's code.
    """
    try:
        obj = loader(**arguments)
    except TicketNeeded:
        abort(redirect(_entrance(ticket=True)) if _may_be_led() else 404)
    except NotFound:
        abort(404)
    g.lms_zone = obj.access.zone
    return obj


def _forbid() -> NoReturn:
    abort(403)


def _ask_to_sign_in(*, ticket: bool) -> Any:
    return redirect(_entrance(ticket=ticket)) if _may_be_led() else abort(401)


def _may_be_led() -> bool:
    """Whether another page may answer: somebody reads it, and nothing was sent that would be lost."""
    return request.method in {"GET", "HEAD"} and not request.headers.get("HX-Request") and not request.is_json


def _entrance(*, ticket: bool) -> str:
    endpoint = "enrolments.enter" if ticket else "accounts.login"
    return url_for(endpoint, next=request.full_path.rstrip("?"))


def check_every_endpoint(app: Flask) -> None:
    """Refuse to start while any endpoint has no access rule: default deny."""
    bare = sorted(
        endpoint
        for endpoint, view in app.view_functions.items()
        if endpoint.rpartition(".")[2] != "static" and not hasattr(view, "__lms_access__")
    )
    if bare:
        raise ConfigurationError(f"views without an access rule: {', '.join(bare)}")

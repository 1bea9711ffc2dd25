"""Who may use which route: the declared table against what really happens, for every role."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask

from lms.app import csrf
from lms.kernel.errors import ConfigurationError
from lms.kernel.permissions import BEARER, Permission, Scope, check_every_endpoint
from tests.contract.world import ROLES, World

pytestmark = pytest.mark.contract
REFUSED = {401, 403, 404}


def rules(app: Flask) -> list[Any]:
    return [rule for rule in app.url_map.iter_rules() if rule.endpoint.rpartition(".")[2] != "static"]


def access_of(app: Flask, endpoint: str) -> Any:
    return app.view_functions[endpoint].__lms_access__


def test_every_route_declares_who_may_use_it(demo_app: Flask) -> None:
    for rule in rules(demo_app):
        access = access_of(demo_app, rule.endpoint)
        assert access in {"public", "login", BEARER} or isinstance(access, Permission), rule.endpoint


def test_a_route_without_a_rule_stops_the_start() -> None:
    app = Flask("bare")
    app.add_url_rule("/bare", "bare", lambda: "open to all")
    with pytest.raises(ConfigurationError, match="bare"):
        check_every_endpoint(app)


def test_every_permission_of_a_route_is_declared(demo_app: Flask) -> None:
    declared = demo_app.extensions["lms_registry"].permissions
    for rule in rules(demo_app):
        access = access_of(demo_app, rule.endpoint)
        if isinstance(access, Permission):
            assert declared[access.key] is access, rule.endpoint


@pytest.mark.parametrize("role", ROLES)
def test_a_role_reads_what_it_may_and_nothing_else(demo_app: Flask, world: World, role: str) -> None:
    asked = 0
    with demo_app.app_context():
        browser = world.client(role)
        for rule in rules(demo_app):
            if "GET" not in rule.methods or rule.endpoint == "accounts.logout":
                continue
            arguments = world.arguments(rule)
            assert arguments is not None, f"{rule.endpoint}: no value for {rule.arguments}"
            with demo_app.test_request_context():
                url = demo_app.url_for(rule.endpoint, **arguments)
            answer = browser.get(url)
            asked += 1
            access = access_of(demo_app, rule.endpoint)
            assert answer.status_code < 500, (role, url, answer.status_code)
            if access == "public":
                continue
            if access == BEARER:  # whoever is signed in: a cookie opens nothing here
                assert answer.status_code == 401, (role, url, answer.status_code)
                continue
            holds = isinstance(access, Permission) and role in access.default_roles
            if role == "anonymous":
                assert answer.status_code in {302, 401}, (role, url, answer.status_code)
            elif isinstance(access, Permission) and not holds:
                asks_for_ticket = access.scope is Scope.OWN and (answer.location or "").startswith("/tiket/masuk")
                assert answer.status_code in REFUSED or asks_for_ticket, (role, url, answer.status_code)
    assert asked > 80


@pytest.mark.parametrize("role", ["anonymous", "peserta", "petugas_presensi", "pengamat_wilayah"])
def test_a_role_changes_nothing_that_it_may_not(demo_app: Flask, world: World, role: str) -> None:
    with demo_app.app_context():
        browser = world.client(role)
        for rule in rules(demo_app):
            access = access_of(demo_app, rule.endpoint)
            if "POST" not in rule.methods or not isinstance(access, Permission) or role in access.default_roles:
                continue
            arguments = world.arguments(rule)
            assert arguments is not None, f"{rule.endpoint}: no value for {rule.arguments}"
            with demo_app.test_request_context():
                url = demo_app.url_for(rule.endpoint, **arguments)
            answer = browser.post(url, data={"role": "pusat", "is_active": "0", "status": "hadir", "score": "100"})
            assert answer.status_code in {302, *REFUSED}, (role, url, answer.status_code)
            if answer.status_code == 302:
                assert "/masuk" in answer.headers["Location"], url


@pytest.mark.parametrize("role", ROLES)
def test_no_cookie_opens_a_view_of_tokens(demo_app: Flask, world: World, role: str) -> None:
    with demo_app.app_context():
        browser = world.client(role)
        for rule in rules(demo_app):
            if access_of(demo_app, rule.endpoint) != BEARER:
                continue
            for method in rule.methods - {"HEAD", "OPTIONS"}:
                with demo_app.test_request_context():
                    url = demo_app.url_for(rule.endpoint, **(world.arguments(rule) or {}))
                answer = browser.open(url, method=method, json={})
                assert (answer.status_code, answer.mimetype) == (401, "application/problem+json"), rule.rule


def test_views_of_tokens_and_no_others_need_no_csrf_token(demo_app: Flask) -> None:
    views = {
        f"{view.__module__}.{view.__name__}"
        for view in demo_app.view_functions.values()
        if getattr(view, "__lms_access__", None) == BEARER
    }
    assert views
    assert csrf._exempt_views == views
    assert not csrf._exempt_blueprints


def test_the_organiser_of_another_body_sees_nothing_here(demo_app: Flask, world: World) -> None:
    from lms.core.settings.services import save_organiser
    from lms.kernel.db import unit_of_work
    from lms.kernel.permissions import SYSTEM, Role, Scope
    from lms.testing.clients import Clients

    with demo_app.app_context():
        with unit_of_work():
            other = save_organiser(
                organiser_id=None,
                name="LKKS lain",
                short_name="LKKS",
                number_code="LKKS",
                region_code="61",
                city="Sambas",
                address="",
                contact="",
                leader_name="",
                leader_position="",
                actor=SYSTEM,
            )
            browser = Clients(demo_app).with_role(Role.PENYELENGGARA, Scope.ORGANISER, other.id)
        for path in ("", "/peserta", "/kehadiran", "/agenda", "/kuis", "/sertifikat", "/materi", "/rencana"):
            missing = browser.get(f"/kelola/lokakarya/999999{path}")
            foreign = browser.get(f"/kelola/lokakarya/{world.workshop.id}{path}")
            assert (foreign.status_code, missing.status_code) == (404, 404), path

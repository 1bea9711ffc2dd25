"""Signed-in test browsers for every role of the domain."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient

from lms.core.accounts import sessions
from lms.core.accounts.models import Account
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Workshop
from lms.kernel.permissions import Role, Scope
from lms.testing import factories


class Clients:
    """Each method returns a new browser with its own session."""

    def __init__(self, app: Flask) -> None:
        self._app = app

    def _open(self, *, account: Account | None = None, enrolment: Enrolment | None = None) -> FlaskClient:
        key = sessions.open_session(account_id=account.id if account else None, enrolment=enrolment)
        client = self._app.test_client()
        with client.session_transaction() as cookie:
            cookie["_user_id"] = key
            cookie["_fresh"] = True
        return client

    def account(self, account: Account) -> FlaskClient:
        return self._open(account=account)

    def with_role(self, role: Role, scope: Scope, ref: object = "") -> FlaskClient:
        account = factories.account()
        factories.grant(account, role, scope, ref)
        return self._open(account=account)

    def admin(self) -> FlaskClient:
        """Role pusat on the whole site."""
        return self.with_role(Role.PUSAT, Scope.SITE)

    def organiser(self, workshop: Workshop) -> FlaskClient:
        return self.with_role(Role.PENYELENGGARA, Scope.ORGANISER, workshop.organiser_id)

    def committee(self, workshop: Workshop) -> FlaskClient:
        return self.with_role(Role.PANITIA, Scope.WORKSHOP, workshop.id)

    def door(self, workshop: Workshop) -> FlaskClient:
        """Role petugas presensi of one workshop."""
        return self.with_role(Role.PETUGAS, Scope.WORKSHOP, workshop.id)

    def observer(self, region_code: str) -> FlaskClient:
        """Role pengamat wilayah (Dinas Sosial)."""
        return self.with_role(Role.PENGAMAT, Scope.REGION, region_code)

    def board_of(self, affiliation_key: str) -> FlaskClient:
        """Role pengurus lembaga."""
        return self.with_role(Role.PENGURUS, Scope.ORGANISATION, affiliation_key)

    def ticket(self, enrolment: Enrolment) -> FlaskClient:
        """The holder of a personal link: participant, narasumber or committee member."""
        return self._open(enrolment=enrolment)

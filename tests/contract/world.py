"""What URL arguments can be in the demo, and a browser for each role."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from lms.core.accounts import sessions
from lms.core.accounts.models import Account, RoleGrant
from lms.core.enrolments.models import Enrolment
from lms.core.workshops.models import Organiser, Workshop
from lms.demo import workshops
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import Role
from lms.plugins.schedule.models import Session

ROLES = ("anonymous", *(role.value for role in Role))


class World:
    """Ids and browsers; the running workshop is the one that most arguments mean."""

    def __init__(self, app: Flask) -> None:
        self.app = app
        self.workshop = workshops.find(workshops.RUNNING_TITLE)
        self.participant = workshops.participants_of(self.workshop)[0]
        self.speaker = workshops.speakers_of(self.workshop)[0]

    def arguments(self, rule: Any) -> dict[str, Any] | None:
        """Values for every argument of a rule; None when one is not known here."""
        known = self._known(rule.endpoint)
        return {name: known[name] for name in rule.arguments} if set(rule.arguments) <= set(known) else None

    def _known(self, endpoint: str) -> dict[str, Any]:
        first = db.session.scalar
        return {
            "workshop_id": self.workshop.id,
            "slug": self.workshop.slug,
            "enrolment_id": self.speaker.id if "speaker" in endpoint else self.participant.id,
            "session_id": self._session().id,
            "account_id": first(sa.select(Account.id).order_by(Account.id.desc()).limit(1)),
            "grant_id": first(sa.select(RoleGrant.id).order_by(RoleGrant.id.desc()).limit(1)),
            "organiser_id": first(sa.select(Organiser.id).limit(1)),
            "name": "bantuan",
            "code": "en" if endpoint == "accounts.language" else "ABCDEF",
            "token": "a" * 26,
            "sha": first(sa.text("SELECT min(sha) FROM quiz_picture")),
            "key": "enrolments.list",
            "ending": "csv",
            "year": 2026,
            "payload": "2KRQYA3FGEZDGNBV",
            "asset": "a" * 64,
            "ornament": "corak",
            "side": "front",
            "filename": "x",
            **self._plugins(),
        }

    def _session(self) -> Session:
        speaker = sa.select(Session).where(Session.workshop_id == self.workshop.id, Session.code == "SESI-1")
        return db.session.scalars(speaker).one()

    def _plugins(self) -> dict[str, Any]:
        """The first row of each plugin's table that a URL can name."""
        tables = {
            "organisation_id": "organisations_organisation", "plan_id": "followup_plan", "row_id": "followup_row",
            "quiz_id": "quiz_quiz", "question_id": "quiz_question", "certificate_id": "certificates_certificate",
            "live_id": "quiz_live", "attempt_id": "quiz_attempt", "key_id": "quiz_api_key",
            "category_id": "quiz_category",
            "book_id": "certificates_book", "correction_id": "certificates_correction",
            "batch_id": "certificates_batch", "report_id": "reports_report",
            "recommendation_id": "reports_recommendation", "document_id": "organisations_document",
            "room_id": "schedule_room", "device_id": "checkin_device", "walk_in_id": "checkin_walk_in",
        }  # fmt: skip
        found: dict[str, Any] = {"number": 1, "n": 1}
        for name, table in tables.items():
            if table in db.metadata.tables:
                found[name] = db.session.execute(sa.text(f"SELECT min(id) FROM {table}")).scalar()
        if "certificates_template" in db.metadata.tables:
            found["template_id"] = db.session.scalar(sa.text("SELECT min(id) FROM certificates_template")) or 1
        if "certificates_key" in db.metadata.tables:
            key = db.session.execute(sa.text("SELECT min(fingerprint) FROM certificates_key")).scalar()
            found["fingerprint"] = key or "0" * 64
        material = "SELECT min(id) FROM materials_material WHERE workshop_id = :w"
        found["material_id"] = db.session.execute(sa.text(material), {"w": self.workshop.id}).scalar()
        return found

    def client(self, role: str) -> FlaskClient:
        """A browser signed in with the one role."""
        browser = self.app.test_client()
        if role == "anonymous":
            return browser
        with unit_of_work():
            key = self._open(Role(role))
        with browser.session_transaction() as cookie:
            cookie["_user_id"], cookie["_fresh"] = key, True
        return browser

    def _open(self, role: Role) -> str:
        tickets: dict[Role, Enrolment] = {Role.PESERTA: self.participant, Role.NARASUMBER: self.speaker}
        if role in tickets:
            return sessions.open_session(enrolment=tickets[role])
        account = db.session.scalars(sa.select(RoleGrant).where(RoleGrant.role == role)).first()
        assert account is not None
        return sessions.open_session(account_id=account.account_id)


def workshop_of(title: str) -> Workshop:
    """A workshop of the demo."""
    return workshops.find(title)

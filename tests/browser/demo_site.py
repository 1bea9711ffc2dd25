"""The demo on a real server, and every page of it: whose page it is and under which address."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from flask import Flask, url_for
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from lms.app import create_app
from lms.config import Settings
from lms.core.accounts import sessions
from lms.core.enrolments.models import Enrolment
from lms.core.enrolments.services import badge_token, link_token
from lms.demo import workshops
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import BEARER, SYSTEM, Permission, Role
from lms.plugins.certificates import templates
from lms.plugins.checkin.venue import venue_code
from lms.plugins.quiz import live
from lms.plugins.quiz import services as quiz_services
from lms.plugins.reports.enums import ReportStatus
from lms.plugins.reports.models import Report
from lms.plugins.reports.services import recommend
from tests.browser.markup import values_of_form
from tests.browser.server import Installation
from tests.contract.world import World

ANYBODY = "anonymous"
# Who is asked first; the first who gets the page is the one whose page it is.
TURN = (ANYBODY, Role.PESERTA, Role.NARASUMBER, Role.PENYELENGGARA, Role.PUSAT, Role.PENGURUS, Role.PANITIA)
DOOR = "door"  # this blueprint is the door officer's
WRITING = 20  # the participant who is in the middle of a quiz; the demo lets those before answer


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page: `who` names the cookie to come with."""

    who: str
    path: str
    status: int = 200
    endpoint: str = ""
    sends: bool = False  # the page comes after its form was sent as it stood

    @property
    def title(self) -> str:
        return f"{self.path} as {self.who}{', sent' if self.sends else ''}"


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A workshop of the demo with a person of each ticket role, and the values of URL arguments there."""

    name: str
    people: dict[Role, Enrolment]
    arguments: dict[str, Any]


@dataclass
class DemoSite:
    """The server, and an app on the same database that knows its ids; its clock stands at `moment`."""

    installation: Installation
    app: Flask
    moment: datetime
    scenes: tuple[Scene, ...] = ()
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    visits: list[Visit] = field(default_factory=list)
    downloads: set[str] = field(default_factory=set)
    unseen: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)

    @property
    def url(self) -> str:
        return self.installation.url

    def cookie(self, who: str) -> dict[str, str] | None:
        """The cookie that makes a browser be `who`; None for anybody."""
        name = self.app.config["SESSION_COOKIE_NAME"]
        kept = self.clients[who].get_cookie(name, domain="127.0.0.1")
        return None if kept is None or who == ANYBODY else {"name": name, "value": kept.value, "url": self.url}

    def fetch(self, visit: Visit) -> TestResponse:
        """The page through the app itself, at the site's moment; a form is sent with what it holds."""
        client = self.clients[visit.who]
        with freeze(self.moment):
            answer = client.get(visit.path, base_url=self.url)
            if visit.sends:
                data = values_of_form(answer.text, visit.path)
                answer = client.post(visit.path, base_url=self.url, data=data)
        return answer


@contextmanager
def demo_site(folder: Path) -> Iterator[DemoSite]:
    """Load the demo at ten in the morning of its second day, and serve it from processes of their own."""
    moment = datetime.now(ZoneInfo("Asia/Pontianak")).replace(hour=10, minute=0, second=0, microsecond=0)
    installation = Installation(folder, {"LMS_ENV": "demo"})
    installation.set_clock(moment)
    installation.run("demo", "--data", str(folder), "--load-only")
    settings = Settings.from_env(installation.environment, data_dir=folder)
    site = DemoSite(installation, create_app(settings), moment)
    try:
        with freeze(moment):
            _people(site)
            _walk(site)
        installation.set_clock(moment)
        installation.start()
        yield site
    finally:
        installation.stop()
        with site.app.app_context():
            db.session.remove()
            for engine in db.engines.values():
                engine.dispose()


def _people(site: DemoSite) -> None:
    """The scenes, and a signed-in client for everybody in them."""
    with site.app.app_context(), site.app.test_request_context(base_url=site.url):
        world = World(site.app)
        running, past = world.workshop, workshops.find(workshops.PAST_TITLE)
        people, earlier = workshops.participants_of(running), workshops.participants_of(past)
        pre_test = _one("SELECT id FROM quiz_quiz WHERE workshop_id = :w AND kind = 'pre'", w=running.id)
        draft = db.session.scalars(sa.select(Report).where(Report.status == ReportStatus.DRAFT)).one()
        with unit_of_work():
            quiz_services.start(quiz_id=pre_test, enrolment_id=people[WRITING].id)
            _play(_one("SELECT quiz_id FROM quiz_live"))
            recommend(report=draft, text="Perluas lokakarya", evidence="Cakupan", owner="Dinas Sosial", actor=SYSTEM)
            drawn = _designed(running.organiser_id)
        speakers = {row.id: workshops.speakers_of(row)[0] for row in (running, past)}
        casts = {
            "now": (people[0], speakers[running.id]),
            "writing": (people[WRITING], speakers[running.id]),
            "past": (earlier[0], speakers[past.id]),
        }
        site.scenes = tuple(_scene(world, name, *cast) for name, cast in casts.items())
        for scene in site.scenes:
            scene.arguments.update(drawn)
        named = {status: _one("SELECT id FROM core_enrolment WHERE status = :s", s=status) for status in _OTHERS}
        others = {f"{Role.PESERTA}@{name}": db.session.get_one(Enrolment, key) for name, key in named.items()}
        others |= {f"{Role.PESERTA}@answered": people[1], f"{Role.PESERTA}@revoked": earlier[4]}
        tickets = {f"{role}@{s.name}": row for s in site.scenes for role, row in s.people.items()} | others
        with unit_of_work():
            keys = {who: sessions.open_session(enrolment=row) for who, row in tickets.items()}
            keys |= {role: world._open(role) for role in Role if role not in (Role.PESERTA, Role.NARASUMBER)}
    site.clients = {ANYBODY: site.app.test_client(), **{who: _client(site, key) for who, key in keys.items()}}


def _play(quiz_id: int) -> None:
    """A live round that shows its last question, which has a picture."""
    played = live.make(quiz_id=quiz_id, seconds=0, has_scores=False, actor=SYSTEM)
    for position in range(played.total):
        if position:
            live.move(live_id=played.id, position=position, step=live.Step.SHOW, actor=SYSTEM)
        live.move(live_id=played.id, position=position, step=live.Step.NEXT, actor=SYSTEM)


_SQUARE = (
    b'<svg xmlns="http://www.w3.org/2000/svg" width="20" height="20"><path d="M0 0h20v20H0z" fill="#0a4352"/></svg>'
)


def _designed(organiser_id: int) -> dict[str, Any]:
    """A design of the organiser's own, which the designer opens, and a picture for it."""
    templates.ensure_ready_made(organiser_id)
    source = _one("SELECT min(id) FROM certificates_template WHERE organiser_id = :o", o=organiser_id)
    own = templates.copy(template_id=source, name="Rancangan kami", actor=SYSTEM)
    asset = templates.add_asset(organiser_id=organiser_id, data=_SQUARE, filename="kotak.svg", actor=SYSTEM)
    return {"template_id": own.id, "asset": asset.sha256, "organiser_id": organiser_id}


_OTHERS = ("waitlisted", "cancelled")


def _client(site: DemoSite, key: str) -> FlaskClient:
    client = site.app.test_client()
    with client.session_transaction(base_url=site.url) as cookie:
        cookie["_user_id"], cookie["_fresh"], cookie["_permanent"] = key, True, True
    return client


def _one(statement: str, **values: Any) -> Any:
    return db.session.execute(sa.text(statement), values).scalar()


def _scene(world: World, name: str, participant: Enrolment, speaker: Enrolment) -> Scene:
    """The world's arguments, with those of the scene's workshop and person in their place."""
    workshop = participant.workshop
    firsts = {
        "session_id": "SELECT id FROM schedule_session WHERE workshop_id = :w AND code = 'SESI-1'",
        "quiz_id": "SELECT id FROM quiz_quiz WHERE workshop_id = :w AND kind = 'pre'",
        "practice": "SELECT id FROM quiz_quiz WHERE workshop_id = :w AND kind = 'practice'",
        "playing": "SELECT max(id) FROM quiz_live",
        "essays": "SELECT min(quiz_id) FROM quiz_attempt WHERE is_provisional",
        "essay": "SELECT min(question_id) FROM quiz_item i JOIN quiz_quiz q ON q.id = i.quiz_id"
        " WHERE q.title = 'Rencana saya'",
        "import_token": "SELECT min(token) FROM quiz_import",
        "pictured": "SELECT min(v.question_id) FROM quiz_version v JOIN quiz_picture p ON p.version_id = v.id",
        "evaluation": "SELECT id FROM quiz_quiz WHERE workshop_id = :w AND kind = 'evaluation'",
        "batch_id": "SELECT min(id) FROM certificates_batch WHERE workshop_id = :w",
        "certificate_id": "SELECT min(id) FROM certificates_certificate WHERE enrolment_id = :e",
        "certificate_code": "SELECT min(code) FROM certificates_certificate WHERE enrolment_id = :e",
        "row_id": "SELECT min(r.id) FROM followup_row r JOIN followup_plan p ON p.id = r.plan_id"
        " WHERE p.workshop_id = :w AND p.affiliation_key = :k",
        "print_code": "SELECT min(code) FROM checkin_printed_sheet",
        "report_code": "SELECT min(verify_code) FROM reports_report",
        "report_id": "SELECT min(id) FROM reports_report WHERE status = :r",
        "recommendation_id": "SELECT min(c.id) FROM reports_recommendation c JOIN reports_report p"
        " ON p.id = c.report_id WHERE p.status = :r",
    }
    report = "frozen" if name == "now" else "draft"
    values = {"w": workshop.id, "e": participant.id, "k": participant.affiliation_key, "r": report}
    found = {key: db.session.execute(sa.text(query), values).scalar() for key, query in firsts.items()}
    kept = {key: value for key, value in world._known("").items() if value is not None}
    arguments = {
        **kept,
        "workshop_id": workshop.id,
        "slug": workshop.slug,
        "enrolment_id": participant.id,
        "badge": badge_token(participant),
        "link": link_token(participant),
        "key": "organisations.list",
        **{key: value for key, value in found.items() if value is not None},
    }
    return Scene(name=name, people={Role.PESERTA: participant, Role.NARASUMBER: speaker}, arguments=arguments)


def _values(site: DemoSite, rule: Any, scene: Scene) -> dict[str, Any]:
    """The arguments of one rule; a name that means different things is told apart by the endpoint."""
    known = dict(scene.arguments)
    folder = site.app.static_folder if rule.endpoint == "static" else None
    if rule.endpoint.endswith(".static"):
        folder = site.app.blueprints[rule.endpoint.partition(".")[0]].static_folder
    if folder:
        file = min(path for path in Path(folder).rglob("*") if path.is_file())
        known["filename"] = file.relative_to(folder).as_posix()
    if rule.endpoint.endswith("evaluate"):
        known["quiz_id"] = known["evaluation"]
    if "sha" in rule.arguments:  # of the demo's one picture
        known |= {"question_id": known["pictured"], "quiz_id": known.get("practice", known["quiz_id"])}
    if rule.endpoint in {"quiz.live_picture", "quiz.live_host_picture"}:
        known["live_id"] = known["playing"]
    if rule.endpoint == "quiz.pile":
        known |= {"quiz_id": known.get("essays", known["quiz_id"]), "question_id": known["essay"]}
    known["token"] = known["badge" if rule.endpoint == "checkin.badge" else "link"]
    if rule.endpoint in {"quiz.preview_import", "quiz.import_picture"}:
        known["token"] = known["import_token"]
    if rule.endpoint == "certificates.font":
        known["filename"] = "PlusJakartaSans-400.ttf"
    if rule.endpoint == "certificates.status_list":
        known["number"] = 0
    if rule.endpoint == "quiz.template_file":
        known["ending"] = "xlsx"
    codes = {"accounts.language": "id"}
    if rule.endpoint.startswith("certificates."):
        codes[rule.endpoint] = known.get("certificate_code", "")
    codes |= {"reports.verify": known.get("report_code", ""), "prints.verify": known.get("print_code", "")}
    known["code"] = codes.get(rule.endpoint) or "ABCDEF"
    if rule.endpoint == "checkin.scan":
        known["session_id"] = _current_session(known["workshop_id"])
        known["code"] = venue_code(known["session_id"])
    sizes = {"dari": 1, "ke": 2} if rule.endpoint == "certificates.log_consistency" else {}
    return {name: known[name] for name in rule.arguments} | sizes


def _current_session(workshop_id: int) -> int:
    from lms.plugins.schedule.api import current_session, sessions_of

    running = current_session(workshop_id)
    return running.id if running is not None else sessions_of(workshop_id)[0].id


def _turn(access: Any, endpoint: str) -> Sequence[str]:
    if access == "public" or access is None:
        return (ANYBODY,)
    first = (Role.PETUGAS,) if endpoint.partition(".")[0] == DOOR else ()
    turn = (*first, *(role for role in TURN if role != ANYBODY))
    if isinstance(access, Permission):
        return [role for role in turn if role in access.default_roles]
    return [Role.PUSAT]


def _walk(site: DemoSite) -> None:
    """Ask for every route until somebody gets a page; remember downloads, and what nobody could get."""
    for rule in sorted(site.app.url_map.iter_rules(), key=lambda rule: rule.rule):
        if "GET" not in (rule.methods or ()):
            continue
        access = getattr(site.app.view_functions[rule.endpoint], "__lms_access__", None)
        if access == BEARER:  # no browser page: the scanner's own tests call them
            continue
        seen = _ask(site, rule, _turn(access, rule.endpoint))
        if isinstance(seen, Visit):
            site.visits.append(seen)
        else:
            (site.downloads if seen else site.unseen).add(rule.endpoint)


def _ask(site: DemoSite, rule: Any, turn: Sequence[str]) -> Visit | bool:
    """The first page; else whether there was a download or a way elsewhere."""
    is_download = False
    for scene in site.scenes:
        with site.app.app_context(), site.app.test_request_context(base_url=site.url):
            path = url_for(rule.endpoint, **_values(site, rule, scene))
        for role in turn:
            who = f"{role}@{scene.name}" if role in scene.people else str(role)
            with site.clients[who].get(path, base_url=site.url) as answer:
                pass
            if answer.status_code == 200 and answer.mimetype == "text/html":
                return Visit(who=who, path=path, endpoint=rule.endpoint)
            if answer.status_code >= 500:
                site.broken.add(path)
            is_elsewhere = answer.status_code in {302, 303} and "/masuk" not in answer.headers["Location"]
            is_download = is_download or answer.status_code == 200 or is_elsewhere
    return is_download

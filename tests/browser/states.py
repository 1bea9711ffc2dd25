"""Pages in states that a walk over the routes does not meet: other roles, empty and past workshops, refusals."""

from __future__ import annotations

from lms.demo import workshops
from lms.kernel.db import db
from lms.kernel.permissions import Role
from tests.browser.demo_site import ANYBODY, DemoSite, Visit

# Forms that are sent as they stand; each must come back with its errors.
FORMS = (
    "accounts.create", "accounts.login", "accounts.password", "agenda.create", "certificates.template_list",
    "checkin.typed", "door.walk_in", "enrolments.enter", "enrolments.register", "materials.upload",
    "materials.upload_own", "materials.version_own", "organisations.create", "participants.add", "quiz.import_file",
    "quiz.new_question", "quiz.new_quiz", "reports.create", "reports.recommend", "settings.new_organiser",
    "workshops.create",
)  # fmt: skip
QUERIES = {"quiz.new_question": "?jenis=choice"}  # what a page must be told before it shows its form
_TABS = ("", "/peserta", "/agenda", "/kehadiran", "/kuis", "/kuis/hasil", "/materi", "/rencana", "/sertifikat")


def states(site: DemoSite) -> list[Visit]:
    """All of them."""
    return [*_staff(site), *_tickets(site), *_public(site), *_refused(site), *_sent(site)]


def _staff(site: DemoSite) -> list[Visit]:
    now = site.scenes[0].arguments
    base, door = f"/kelola/lokakarya/{now['workshop_id']}", Role.PETUGAS
    pages: list[tuple[str, str]] = [(role, "/kelola") for role in (Role.PUSAT, door, Role.PENGURUS, Role.PENGAMAT)]
    pages += [(door, base), (door, f"{base}/agenda"), (door, f"{base}/kehadiran"), (Role.PANITIA, base)]
    pages += [(door, f"{base}/presensi/cari?q=sari"), (door, f"{base}/presensi/cari?q=xyz")]
    pages += [
        (Role.PENGAMAT, "/kelola/laporan"),
        (Role.PENGAMAT, "/kelola/lembaga"),
        (Role.PENGURUS, "/kelola/lembaga"),
    ]
    pages += [(Role.PENYELENGGARA, f"/kelola/cari?q={text}") for text in ("siti", "xyzzy")]
    pages += [
        (Role.PENYELENGGARA, f"{base}/sertifikat/rancangan?peran=narasumber"),
        (Role.PUSAT, "/kelola/rancangan/1"),
    ]
    pages += [(Role.PENYELENGGARA, f"{base}/agenda?hari=2"), (Role.PENYELENGGARA, f"{base}/peserta?q=xyzzy")]
    with site.app.app_context():
        later, earlier = workshops.find(workshops.NEXT_TITLE).id, site.scenes[2].arguments["workshop_id"]
    for workshop_id in (later, earlier):
        pages += [(Role.PENYELENGGARA, f"/kelola/lokakarya/{workshop_id}{tab}") for tab in _TABS]
    return [Visit(who=str(who), path=path) for who, path in pages]


def _tickets(site: DemoSite) -> list[Visit]:
    past, now = site.scenes[2].arguments, site.scenes[0].arguments
    paper = "/tiket/sertifikat"
    pages = [
        ("peserta@answered", "/tiket"),
        ("peserta@answered", "/tiket/kuis"),
        ("peserta@answered", f"/tiket/kuis/{now['quiz_id']}/hasil"),
        ("peserta@waitlisted", "/tiket"),
        ("peserta@waitlisted", paper),
        ("peserta@cancelled", "/tiket"),
        ("peserta@past", "/tiket"),
        ("peserta@past", "/tiket/kuis"),
        ("peserta@past", "/tiket/materi"),
        ("peserta@past", "/tiket/rencana"),
        ("peserta@past", paper),
        ("peserta@revoked", paper),
        ("narasumber@now", "/tiket"),
        ("narasumber@now", "/tiket/materi"),
        ("narasumber@past", paper),
        ("peserta@past", f"/tiket/kuis/{past['evaluation']}/evaluasi"),
    ]
    return [Visit(who=who, path=path) for who, path in pages]


def _public(site: DemoSite) -> list[Visit]:
    with site.app.app_context():
        titles = (workshops.NEXT_TITLE, workshops.FULL_TITLE, workshops.PAST_TITLE)
        slugs = [workshops.find(title).slug for title in titles]
        papers = db.metadata.tables["certificates_certificate"]
        rows = db.session.execute(db.select(papers.c.code, papers.c.status).where(papers.c.status != "valid"))
        codes = [code for code, _status in rows]
    pages = [f"/lokakarya/{slug}{end}" for slug in slugs for end in ("", "/daftar")]
    pages += [f"/halaman/{name}" for name in ("privasi", "aksesibilitas")]
    return [Visit(who=ANYBODY, path=path) for path in (*pages, *(f"/v/{code}" for code in codes))]


def _refused(site: DemoSite) -> list[Visit]:
    now = site.scenes[0].arguments
    pages = [
        (ANYBODY, "/tidak-ada", 404),
        (ANYBODY, "/v/ABCDEFGHJKMN", 404),
        (ANYBODY, "/v/ABC", 404),
        (ANYBODY, "/laporan/ABCDEF", 404),
        (ANYBODY, f"/t/{'a' * 26}", 404),
        (ANYBODY, f"/h/{now['session_id']}/ABCDEF", 410),
        ("peserta@now", "/kelola", 403),
        ("peserta@now", "/tiket/kuis/999999", 404),
        (Role.PENYELENGGARA, "/kelola/akun", 403),
        (Role.PENYELENGGARA, "/kelola/lokakarya/999999", 404),
        (Role.PETUGAS, "/kelola/laporan", 403),
    ]
    return [Visit(who=str(who), path=path, status=status) for who, path, status in pages]


def _sent(site: DemoSite) -> list[Visit]:
    return [
        Visit(
            who=visit.who,
            path=visit.path + QUERIES.get(visit.endpoint, ""),
            status=422,
            endpoint=visit.endpoint,
            sends=True,
        )
        for visit in site.visits
        if visit.endpoint in FORMS
    ]

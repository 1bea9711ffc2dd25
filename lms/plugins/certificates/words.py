"""Facts and states in words: what a person lacks, as staff and the person read it."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from lms.kernel.i18n import number, percent
from lms.kernel.permissions import Role
from lms.kernel.registry import registry
from lms.plugins.certificates.enums import CertificateStatus, PaperRole, Standing

ROLES = {
    PaperRole.PESERTA: _l("Participants"),
    PaperRole.NARASUMBER: _l("Speakers"),
    PaperRole.MODERATOR: _l("Moderators"),
    PaperRole.PANITIA: _l("Committee"),
    PaperRole.FASILITATOR: _l("Facilitators"),
}
ENROLLED_AS = {
    Role.PESERTA: _l("Participant"),
    Role.NARASUMBER: _l("Speaker"),
    Role.PANITIA: _l("Committee member"),
}
ROLE_TITLES = {
    PaperRole.PESERTA: _l("Participant"),
    PaperRole.NARASUMBER: _l("Speaker"),
    PaperRole.MODERATOR: _l("Moderator"),
    PaperRole.PANITIA: _l("Committee member"),
    PaperRole.FASILITATOR: _l("Facilitator"),
}
STANDINGS = {
    Standing.ISSUED: _l("issued"),
    Standing.READY: _l("may be issued"),
    Standing.LACKING: _l("not yet"),
    Standing.REVOKED: _l("revoked"),
}
STATUSES = {
    CertificateStatus.VALID: _l("valid"),
    CertificateStatus.REVOKED: _l("revoked"),
    CertificateStatus.REPLACED: _l("replaced"),
}
ATTENDANCE, ATTENDED = "checkin.attendance_ratio", "checkin.sessions_attended"
EVIDENCED = "checkin.well_evidenced_ratio"
SUBMITTED, EVALUATED, PLANNED = "quiz.posttest_submitted", "quiz.evaluation_done", "followup.plan_submitted"
SCORE, BEST, GAIN = "quiz.posttest_score", "quiz.best_score", "quiz.gain"
# Facts that are 1 or absent; a form asks for them with a tick.
YES_NO = frozenset({SUBMITTED, EVALUATED, PLANNED})
# Facts that run from 0 to 1 and are shown, and typed, in percent.
RATIOS = frozenset({ATTENDANCE, EVIDENCED, SCORE, BEST, "quiz.pretest_score"})
# What most workshops ask for, in the order of a form.
USUAL = (ATTENDANCE, SUBMITTED, SCORE, BEST, GAIN, EVALUATED, PLANNED, EVIDENCED)


def fact_text(key: str, facts: Mapping[str, Decimal], threshold: Decimal) -> str:
    """ "hadir 6 dari 8 sesi (75%), perlu 80%"; a missing fact says so and never looks like a pass."""
    value = facts.get(key)
    if key in YES_NO:
        return _yes_no(key, is_met=value is not None and value >= threshold)
    needed = percent(threshold, 1) if key in RATIOS else number(threshold, 2)
    if value is None:
        return _no_data(key, needed)
    if key == ATTENDANCE:
        return _attendance(value, facts.get(ATTENDED), needed)
    shown = percent(value, 1) if key in RATIOS else number(value, 2)
    match key:
        case "quiz.posttest_score":
            return _("score of the post-test %(value)s, needs %(needed)s", value=shown, needed=needed)
        case "quiz.best_score":
            return _("best score of a quiz %(value)s, needs %(needed)s", value=shown, needed=needed)
        case "quiz.gain":
            return _("gain from pre-test to post-test %(value)s, needs %(needed)s", value=shown, needed=needed)
        case "checkin.well_evidenced_ratio":
            return _("well evidenced attendance %(value)s, needs %(needed)s", value=shown, needed=needed)
        case _:
            return _("%(fact)s: %(value)s, needs %(needed)s", fact=label_of(key), value=shown, needed=needed)


def exception_text(reason: str) -> str:
    """Stands among the facts of somebody who passes without them."""
    return _("exception: %(reason)s", reason=reason)


def _yes_no(key: str, *, is_met: bool) -> str:
    match key:
        case "quiz.posttest_submitted":
            return _("post-test handed in") if is_met else _("post-test not handed in yet")
        case "quiz.evaluation_done":
            return _("evaluation handed in") if is_met else _("evaluation not handed in yet")
        case _:
            return _("follow-up plan handed in") if is_met else _("follow-up plan not handed in yet")


def _no_data(key: str, needed: str) -> str:
    match key:
        case "quiz.posttest_score" | "quiz.best_score":
            return _("no marked test yet, needs a score of %(needed)s", needed=needed)
        case "quiz.gain":
            return _("no gain yet, needs %(needed)s: it takes both pre-test and post-test", needed=needed)
        case _:
            return _("%(fact)s: no data yet, needs %(needed)s", fact=label_of(key), needed=needed)


def _attendance(ratio: Decimal, attended: Decimal | None, needed: str) -> str:
    if ratio == 0:
        return _("never present, needs %(needed)s of the sessions", needed=needed)
    if attended is None:
        return _("present at %(ratio)s of the sessions, needs %(needed)s", ratio=percent(ratio, 1), needed=needed)
    return _(
        "present at %(attended)s of %(total)s sessions (%(ratio)s), needs %(needed)s",
        attended=number(attended),
        total=number(round(attended / ratio)),
        ratio=percent(ratio, 1),
        needed=needed,
    )


def label_of(key: str) -> str:
    """The name that the provider gave its fact; the key itself when it is not installed."""
    kind = registry().evidence.get(key)
    return str(kind.label) if kind else key

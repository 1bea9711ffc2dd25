"""Quizzes: question bank, pre-test and post-test, evaluations, learning gain. The wiring, readable on one page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click
from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.core.permissions import SEE_PARTICIPANTS
from lms.core.workshops.events import WorkshopCopied, WorkshopCreated
from lms.kernel.declarations import (
    EvidenceKind,
    Export,
    Job,
    Metric,
    NavItem,
    Panel,
    PersonalData,
    PluginInfo,
    PresenceSign,
    SearchSource,
    Setting,
    Subscription,
)
from lms.kernel.hookspecs import hookimpl
from lms.kernel.permissions import Permission
from lms.plugins.quiz import (
    bank_views,
    cli,
    evidence,
    metrics,
    panels,
    personal_data,
    presence,
    quizzes,
    staff_views,
    views,
)
from lms.plugins.quiz.exports import RESULTS_TABLE
from lms.plugins.quiz.jobs import JOBS
from lms.plugins.quiz.permissions import MANAGE, RESULTS, TAKE
from lms.plugins.quiz.search import search_questions

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="quiz",
    title=_l("Quizzes"),
    version="0.1.0",
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    per_workshop=True,
)
# The modules that add routes to the one blueprint; naming them here keeps their import.
ROUTES = (views, staff_views, bank_views)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [views.bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [MANAGE, RESULTS, TAKE]


@hookimpl
def lms_nav_items() -> Iterable[NavItem]:
    return [
        NavItem(
            label=_l("Quizzes"),
            endpoint="quiz.index",
            place="workshop.tabs",
            icon="clipboard-list",
            order=50,
            permission=MANAGE,
        ),
        NavItem(
            label=_l("Quiz results"),
            endpoint="quiz.gains",
            place="workshop.tabs",
            icon="chart-column",
            order=51,
            permission=RESULTS,
        ),
        NavItem(label=_l("Question bank"), endpoint="quiz.questions", icon="list-checks", order=40, permission=MANAGE),
    ]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="privacy.periods", template="quiz/_period.html", context=panels.period),
        Panel(slot="ticket.deeds", template="quiz/_deed.html", context=panels.deed, order=30),
        Panel(slot="workshop.kpis", template="quiz/_kpi.html", context=panels.kpi, order=40, permission=RESULTS),
        Panel(
            slot="workshop.overview",
            template="quiz/_overview.html",
            context=panels.overview,
            order=40,
            permission=RESULTS,
        ),
        Panel(
            slot="enrolment.detail",
            template="quiz/_scores.html",
            context=panels.scores,
            order=40,
            permission=SEE_PARTICIPANTS,
        ),
    ]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    # Told also where quizzes are off: an organiser who switches them on later finds the drafts.
    return [
        Subscription(event=WorkshopCreated, handler=quizzes.on_workshop_created, even_when_off=True),
        Subscription(event=WorkshopCopied, handler=quizzes.on_workshop_copied, even_when_off=True),
    ]


@hookimpl
def lms_settings() -> Iterable[Setting]:
    return [
        Setting(
            key="quiz.show_score",
            type=bool,
            default=True,
            label=_l("Show the score right after handing in"),
            scope="workshop",
        ),
        Setting(
            key="quiz.reveal_after_minutes",
            type=int,
            default=10,
            scope="workshop",
            label=_l("Minutes from closing a quiz until right answers are shown"),
            hint=_l("Until then a closing by mistake can be undone."),
        ),
        Setting(
            key="quiz.answers_months",
            type=int,
            default=24,
            least=1,
            label=_l("Months that test answers are kept"),
            hint=_l("From the end of the workshop. After that scores and counts stay, and the privacy notice says so."),
        ),
    ]


@hookimpl
def lms_jobs() -> Iterable[Job]:
    return JOBS


@hookimpl
def lms_commands() -> Iterable[click.Command]:
    return [cli.command]


@hookimpl
def lms_search_sources() -> Iterable[SearchSource]:
    return [SearchSource(key="quiz.questions", label=_l("Questions"), search=search_questions)]


@hookimpl
def lms_exports() -> Iterable[Export]:
    return [RESULTS_TABLE]


@hookimpl
def lms_evidence_kinds() -> Iterable[EvidenceKind]:
    return evidence.KINDS


@hookimpl
def lms_presence_signs() -> Iterable[PresenceSign]:
    return presence.SIGNS


@hookimpl
def lms_metrics() -> Iterable[Metric]:
    return metrics.METRICS


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [personal_data.DATA]

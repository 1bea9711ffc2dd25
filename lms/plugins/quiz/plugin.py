"""Quizzes: question bank, pre-test and post-test, evaluations, learning gain. The wiring, readable on one page."""

from __future__ import annotations

from collections.abc import Callable, Iterable
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
    analysis_views,
    bank_preview,
    bank_views,
    category_views,
    cli,
    evidence,
    import_views,
    item_views,
    key_views,
    live_models,
    live_pictures,
    live_play_views,
    live_views,
    marking_views,
    metrics,
    panels,
    people_views,
    personal_data,
    phone_views,
    presence,
    question_views,
    quizzes,
    rest_views,
    screen_views,
    setup_views,
    staff_views,
    views,
    xapi_views,
)
from lms.plugins.quiz.exports import ITEMS_TABLE, RESULTS_TABLE
from lms.plugins.quiz.jobs import JOBS
from lms.plugins.quiz.kinds import builtin, wording
from lms.plugins.quiz.kinds.base import QuestionType
from lms.plugins.quiz.permissions import API_KEYS, MANAGE, RESULTS, TAKE
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
assert live_models.Live.__tablename__  # its tables must be known before the mappers are configured
# The modules that add routes to the one blueprint; naming them here keeps their import.
ROUTES = (
    views,
    phone_views,
    staff_views,
    bank_views,
    question_views,
    category_views,
    screen_views,
    live_views,
    live_play_views,
    live_pictures,
    marking_views,
    people_views,
    setup_views,
    item_views,
    analysis_views,
    key_views,
    xapi_views,
    import_views,
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [views.bp, rest_views.bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [MANAGE, RESULTS, TAKE, API_KEYS]


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
        Panel(slot="ticket.status", template="quiz/_desk.html", context=panels.desk, order=30),
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
def lms_question_types() -> Iterable[QuestionType]:
    return builtin.TYPES


@hookimpl
def lms_jinja_filters() -> Iterable[tuple[str, Callable[..., object]]]:
    return (*wording.FILTERS, *bank_preview.FILTERS)


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
    return [RESULTS_TABLE, ITEMS_TABLE]


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

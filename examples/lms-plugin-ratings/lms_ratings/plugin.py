"""Ratings: one to five stars from each participant. The wiring, readable on one page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from flask import Blueprint
from flask_babel import lazy_gettext as _l

from lms.plugins.quiz.api import QuestionType
from lms.sdk import EvidenceKind, Panel, Permission, PersonalData, PluginInfo, Subscription, hookimpl
from lms_ratings import evidence, handlers, panels, personal_data
from lms_ratings.permissions import SEE
from lms_ratings.questions import Satisfaction
from lms_ratings.views import bp

HERE = Path(__file__).parent
PLUGIN = PluginInfo(
    name="ratings",
    title=_l("Ratings"),
    version="0.1.0",
    sdk=">=1,<2",
    requires=("quiz",),
    migrations=HERE / "migrations",
    translations=HERE / "translations",
    per_workshop=True,
)


@hookimpl
def lms_blueprints() -> Iterable[Blueprint]:
    return [bp]


@hookimpl
def lms_permissions() -> Iterable[Permission]:
    return [SEE]


@hookimpl
def lms_panels() -> Iterable[Panel]:
    return [
        Panel(slot="ticket.deeds", template="ratings/_deed.html", context=panels.deed, order=70),
        Panel(slot="workshop.aside", template="ratings/_summary.html", context=panels.summary, permission=SEE),
    ]


@hookimpl
def lms_subscriptions() -> Iterable[Subscription]:
    return handlers.SUBSCRIPTIONS


@hookimpl
def lms_evidence_kinds() -> Iterable[EvidenceKind]:
    return evidence.KINDS


@hookimpl
def lms_personal_data() -> Iterable[PersonalData]:
    return [personal_data.DATA]


@hookimpl
def lms_question_types() -> Iterable[QuestionType]:
    return [Satisfaction()]

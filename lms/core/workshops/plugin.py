"""Slots, navigation, settings and search of the core's workshop pages: the wiring, readable on one page."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from lms.core import permissions as p
from lms.core.workshops.search import search_workshops
from lms.kernel.declarations import NavItem, SearchSource, Setting, Slot

SLOTS = (
    Slot(name="home.aside", context=()),
    Slot(name="privacy.periods", context=()),  # privacy notice, rows of the table of periods
    Slot(name="manage.main", context=()),  # staff home, under the list of workshops
    Slot(name="workshop.public", context=("workshop",)),  # public page, main column
    Slot(name="workshop.facts", context=("workshop",)),  # public page, rows of the facts list
    Slot(name="workshop.kpis", context=("workshop",)),  # overview, cells of the KPI sheet
    Slot(name="workshop.todo", context=("workshop",)),  # overview, rows of the to-do list
    Slot(name="workshop.overview", context=("workshop",)),  # overview, main column
    Slot(name="workshop.aside", context=("workshop",)),  # overview, context column
    Slot(name="enrolment.detail", context=("workshop", "enrolment")),  # staff page of one person
    Slot(name="affiliation.main", context=("affiliation_key",)),  # page of an organisation
    Slot(name="ticket.status", context=("workshop", "enrolment")),  # ticket, right under the code
    Slot(name="ticket.deeds", context=("workshop", "enrolment")),  # ticket, the tiles of what can be done
    Slot(name="ticket.main", context=("workshop", "enrolment")),  # ticket, below the tiles
)

NAV = (
    NavItem(
        label=_l("All workshops"),
        endpoint="dashboard.manage",
        icon="layout-dashboard",
        order=1,
        permission=p.SEE_WORKSHOP,
    ),
    NavItem(
        label=_l("Overview"),
        endpoint="workshops.show",
        place="workshop.tabs",
        icon="list-checks",
        order=1,
        permission=p.SEE_WORKSHOP,
    ),
    NavItem(
        label=_l("Participants"),
        endpoint="participants.index",
        place="workshop.tabs",
        icon="users",
        order=20,
        permission=p.SEE_PARTICIPANTS,
    ),
    NavItem(
        label=_l("Team"),
        endpoint="workshops.team",
        place="workshop.tabs",
        icon="shield",
        order=90,
        permission=p.EDIT_WORKSHOP,
    ),
    NavItem(
        label=_l("Workshop settings"),
        endpoint="workshops.options",
        place="workshop.tabs",
        icon="settings",
        order=95,
        permission=p.EDIT_WORKSHOP,
    ),
    NavItem(
        label=_l("Accounts"), endpoint="accounts.index", place="admin", icon="user", order=10, permission=p.SITE_ADMIN
    ),
    NavItem(
        label=_l("Organisers"),
        endpoint="settings.organisers",
        place="admin",
        icon="building-2",
        order=20,
        permission=p.SITE_ADMIN,
    ),
    NavItem(
        label=_l("Site settings"),
        endpoint="settings.site",
        place="admin",
        icon="settings",
        order=30,
        permission=p.SITE_ADMIN,
    ),
    NavItem(
        label=_l("Plugins"),
        endpoint="settings.plugins",
        place="admin",
        icon="package",
        order=40,
        permission=p.SITE_ADMIN,
    ),
    NavItem(
        label=_l("Change history"),
        endpoint="settings.audit",
        place="admin",
        icon="history",
        order=50,
        permission=p.SITE_ADMIN,
    ),
)

SETTINGS = (
    Setting(key="core.site_name", type=str, default="BK3S Kalimantan Barat", label=_l("Name shown beside the logo")),
    Setting(key="core.privacy_contact", type=str, default="", label=_l("Contact for personal data")),
    Setting(
        key="core.contact_months",
        type=int,
        default=24,
        least=1,
        label=_l("Months that phone numbers and e-mail addresses are kept"),
        hint=_l("From the end of a person's last workshop. The privacy notice names this period."),
    ),
)

SEARCH = SearchSource(key="core.workshops", label=_l("Workshops"), search=search_workshops)

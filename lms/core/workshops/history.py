"""The change history in words."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

ACTIONS = {
    "workshops.created": _l("Workshop created"),
    "workshops.changed": _l("Details changed"),
    "workshops.published": _l("Made public"),
    "workshops.draft": _l("Taken back to draft"),
    "workshops.closed": _l("Closed"),
    "workshops.cancelled": _l("Called off"),
    "workshops.features": _l("Features changed"),
    "settings.saved": _l("Settings changed"),
    "enrolments.cancelled": _l("Registration cancelled"),
    "enrolments.added": _l("Registered by the committee"),
    "enrolments.consent_withdrawn": _l("Optional consents withdrawn"),
    "enrolments.erasure_requested": _l("Erasure of personal data requested"),
    "enrolments.erased": _l("Personal data erased"),
    "enrolments.confirmed": _l("Seat given"),
    "enrolments.changed": _l("Registration changed"),
    "enrolments.link_renewed": _l("New personal link made"),
    "checkin.undone": _l("Attendance taken back"),
    "checkin.corrected": _l("Attendance entered by hand"),
    "checkin.walk_in": _l("Walk-in registered"),
    "materials.uploaded": _l("Material uploaded"),
    "materials.removed": _l("Material deleted"),
    "schedule.session_added": _l("Session added to the agenda"),
    "schedule.session_changed": _l("Session changed"),
    "schedule.session_moved": _l("Session moved"),
    "schedule.session_removed": _l("Session removed from the agenda"),
    "schedule.session_opened": _l("Session opened"),
    "schedule.session_closed": _l("Session closed"),
    "schedule.room_added": _l("Room added"),
    "schedule.room_removed": _l("Room removed"),
    "schedule.speaker_added": _l("Speaker added"),
    "exports.downloaded": _l("List downloaded"),
}


def audit_action(action: str) -> str:
    """An action in words; one that nobody has named stands as it is."""
    return str(ACTIONS.get(action, action))

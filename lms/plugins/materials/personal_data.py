"""What materials know of a person: which ones a speaker uploaded."""

from __future__ import annotations

from collections.abc import Mapping

from lms.core.people.models import Person
from lms.core.people.names import search_key
from lms.kernel.db import db
from lms.plugins.materials import queries
from lms.plugins.materials.names import safe_filename


def export(person_id: int) -> Mapping[str, object]:
    """What the person uploaded: titles, and the names and times of the files."""
    return {
        "materials": [
            {
                "title": material.title,
                "files": [[row.filename, row.uploaded_at.isoformat(), row.note] for row in material.versions],
            }
            for material in queries.materials_of_person(person_id)
        ]
    }


def erase(person_id: int) -> None:
    """Unlink the person and take the name out of titles and file names; the material belongs to the workshop."""
    name = search_key(db.session.get_one(Person, person_id).full_name)
    for material in queries.materials_of_person(person_id):
        material.enrolment_id = None
        if name and name in search_key(material.title):
            material.title = material.session.title
        for version in material.versions:
            if name and name in search_key(version.filename):
                version.filename = safe_filename("", version.kind)
            version.note = ""
    db.session.flush()

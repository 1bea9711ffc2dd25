"""What other areas use of people."""

from __future__ import annotations

from lms.core.people.enums import Gender
from lms.core.people.models import Person
from lms.core.people.names import clean_name, clean_title, formal_name, initials, masked_name, search_key, tidy_capitals
from lms.core.people.phones import mask_phone, parse_phone, show_phone, whatsapp_link
from lms.core.people.queries import person_by_id, search_people
from lms.core.people.services import create_person, erase_person, find_or_create, update_person

__all__ = [
    "Gender",
    "Person",
    "clean_name",
    "clean_title",
    "create_person",
    "erase_person",
    "find_or_create",
    "formal_name",
    "initials",
    "mask_phone",
    "masked_name",
    "parse_phone",
    "person_by_id",
    "search_key",
    "search_people",
    "show_phone",
    "tidy_capitals",
    "update_person",
    "whatsapp_link",
]

"""Pictures that are uploaded while a question is being written: kept for its author until the question is saved."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from datetime import timedelta
from functools import lru_cache
from typing import Protocol

import filetype
from flask import url_for
from flask_babel import gettext as _

from lms.kernel.clock import now
from lms.kernel.errors import RuleViolation
from lms.kernel.i18n import filesize
from lms.kernel.storage import FileMissing, storage
from lms.plugins.quiz.content import Picture
from lms.plugins.quiz.formats.limits import MAX_PICTURE
from lms.plugins.quiz.formats.pictures import MEDIA_TYPES

KEPT = timedelta(days=1)
MOST_WAITING = 50  # of one author: 2 MB each
_PREFIX = "quiz-staged"


class PictureUrl(Protocol):
    """Turns the SHA-256 of a picture into its address."""

    def __call__(self, sha: str, /) -> str: ...


def checked(data: bytes) -> Picture:
    """A picture, told by its bytes and not by its name. Raises RuleViolation for anything else and for large ones."""
    if len(data) > MAX_PICTURE:
        raise RuleViolation(
            _("The picture is larger than %(size)s. Make it smaller and choose it again.", size=filesize(MAX_PICTURE)),
            "picture",
        )
    media_type = filetype.guess_mime(data) if data else None
    if media_type not in MEDIA_TYPES:
        raise RuleViolation(
            _("This is no PNG, JPEG, GIF or WebP picture. Save it as PNG and choose it again."), "picture"
        )
    return Picture(sha=hashlib.sha256(data).hexdigest(), media_type=media_type, data=data)


def stage(picture: Picture, *, account_id: int) -> None:
    """Keep a picture for its author for a day. Raises RuleViolation when very many wait already."""
    files, own = storage(), key_of(account_id, picture.sha)
    waiting = set(files.iter_keys(f"{_PREFIX}/{account_id}/"))
    if own not in waiting and len(waiting) >= MOST_WAITING:
        raise RuleViolation(_("Your question has very many pictures already. Save it first, then go on."), "picture")
    files.put(own, picture.data, content_type=picture.media_type)


def clear_old() -> int:
    """Forget pictures of questions that were not saved for a day; how many."""
    files, count = storage(), 0
    for key in list(files.iter_keys(f"{_PREFIX}/")):
        row = files.record(key)
        if row is not None and row.created_at < now() - KEPT:
            files.delete(key)
            count += 1
    return count


def staged(shas: Collection[str], *, account_id: int) -> tuple[Picture, ...]:
    """Those of the pictures that this author has uploaded."""
    found = []
    for sha in sorted(shas):
        row = storage().record(key_of(account_id, sha))
        if row is None:
            continue
        try:
            found.append(Picture(sha=sha, media_type=row.content_type, data=storage().read(row.key)))
        except FileMissing:
            continue
    return tuple(found)


def unstage(shas: Collection[str], *, account_id: int) -> None:
    """Forget pictures that are now those of a question."""
    for sha in sorted(shas):
        storage().delete(key_of(account_id, sha))


def key_of(account_id: int, sha: str) -> str:
    """Where it is stored."""
    return f"{_PREFIX}/{account_id}/{sha}"


@lru_cache(maxsize=1024)  # texts are kept rendered per function, so it is the same one each time
def address_in_bank(question_id: int) -> PictureUrl:
    """The addresses of a question's pictures for staff."""

    def address(sha: str, /) -> str:
        return url_for("quiz.question_picture", question_id=question_id, sha=sha)

    return address

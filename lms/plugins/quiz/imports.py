"""Files of questions: read, shown before anything is written, then taken in once (Q1, Q4)."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from flask_babel import gettext as _

from lms.kernel import audit
from lms.kernel.clock import now
from lms.kernel.db import db
from lms.kernel.errors import RuleViolation
from lms.kernel.permissions import Actor
from lms.kernel.storage import storage
from lms.kernel.tokens import new_code
from lms.plugins.quiz import bank, bulk
from lms.plugins.quiz.bank_models import ImportBatch, Question
from lms.plugins.quiz.content import Content, Draft, Fault, Picture, Reading, from_json, to_json
from lms.plugins.quiz.enums import Pillar
from lms.plugins.quiz.formats.catalogue import FORMATS
from lms.plugins.quiz.formats.errors import UnreadableFile
from lms.plugins.quiz.kinds.base import QuestionType
from lms.plugins.quiz.kinds.registry import kinds

KEPT = timedelta(days=7)


@dataclass(frozen=True, kw_only=True)
class Row:
    """One question of a file as the preview shows it; `known` is the question of the bank that is the same."""

    number: int  # in the file, from 1
    draft: Draft
    known: Question | None


def read_file(
    data: bytes, file_name: str, *, format: str = "", types: Mapping[str, QuestionType] | None = None
) -> tuple[str, Reading]:
    """`(format, what the file holds)`; without `format` the content tells it. Raises UnreadableFile.

    Questions that their own type refuses are among the faults; the others are not touched by them. `types` are those
    of the installation when they are not given.
    """
    if not data:
        raise UnreadableFile(_("The file is empty. Choose the file with the questions."))
    key = format or format_of(data, file_name)
    if key not in FORMATS:
        raise UnreadableFile(_("This format is not known."), "format")
    return key, checked(FORMATS[key].read(data, file_name), kinds() if types is None else types)


def format_of(data: bytes, file_name: str = "") -> str:
    """The key of the format that a file is in. Raises UnreadableFile for none."""
    from lms.plugins.quiz.formats.detection import detect  # noqa: PLC0415 -- slow import of readers

    return detect(data, file_name)


def checked(reading: Reading, types: Mapping[str, QuestionType]) -> Reading:
    """The same with questions that their type refuses turned into faults, and what it finds doubtful noted."""
    good: list[Draft] = []
    faults = list(reading.faults)
    for draft in reading.drafts:
        kind = types[draft.content.kind]
        if reasons := kind.problems(draft.content) or _out_of_bounds(draft.content):
            faults.append(Fault(where=draft.where, reason=" ".join(reasons)))
        else:
            doubts = (*draft.doubts, *kind.doubts(draft.content))  # some readers have asked already
            good.append(replace(draft, doubts=tuple(dict.fromkeys(doubts))))
    return replace(reading, drafts=tuple(good), faults=tuple(faults))


def _out_of_bounds(content: Content) -> list[str]:
    """Readers bound most of what they read; what one missed must not break the preview of the good questions."""
    try:
        from_json(to_json(content))
    except ValueError:
        return [_("This value is not possible here.")]
    return []


def add_reading(
    reading: Reading, *, organiser_id: int | None, source: str, skips_known: bool, actor: Actor
) -> dict[str, int]:
    """Put what was read into the bank at once, as the command line does; `{"added", "skipped"}`."""
    known = _known_to(organiser_id) if skips_known else set()
    fresh = [draft for draft in reading.drafts if bank.fingerprint_of(draft.content) not in known]
    questions = bulk.add_many(fresh, organiser_id=organiser_id, source=source)
    audit.record(action="quiz.imported", actor=actor, reason=f"{source}: {len(questions)}")
    return {"added": len(questions), "skipped": len(reading.drafts) - len(fresh)}


def stage(reading: Reading, *, format: str, file_name: str, account_id: int, organiser_id: int | None) -> ImportBatch:
    """Keep what was read for the preview; nothing is in the bank yet."""
    token = new_code(16)
    batch = ImportBatch(
        token=token,
        account_id=account_id,
        organiser_id=organiser_id,
        file_name="".join(char for char in file_name if char.isprintable())[-200:],  # PostgreSQL refuses NUL
        format=format,
        reading={
            "drafts": [_draft_json(draft) for draft in reading.drafts],
            "faults": [{"where": fault.where, "reason": fault.reason} for fault in reading.faults],
        },
        stored=_keep_pictures(token, reading.drafts),
        created_at=now(),
        outcome={},
    )
    db.session.add(batch)
    db.session.flush()
    return batch


def rows_of(batch: ImportBatch, *, visible_to: Actor) -> list[Row]:
    """The questions of a file beside those that the bank has already; two statements."""
    drafts = [_draft(stored) for stored in batch.reading["drafts"]]
    prints = [bank.fingerprint_of(draft.content) for draft in drafts]
    known = _known(prints, visible_to)
    return [
        Row(number=number, draft=draft, known=known.get(mark))
        for number, (draft, mark) in enumerate(zip(drafts, prints, strict=True), start=1)
    ]


def faults_of(batch: ImportBatch) -> list[Fault]:
    """What is wrong in the file, by place."""
    return [Fault(where=fault["where"], reason=fault["reason"]) for fault in batch.reading["faults"]]


def take_in(
    batch_id: int, *, chosen: Collection[int] | None, skips_known: bool, actor: Actor, source: str = ""
) -> dict[str, int]:
    """Put the chosen questions (numbers of the preview; None for all) into the bank; `{"added", "skipped", …}`.

    Taking in twice adds nothing: the first outcome comes again.
    """
    query = sa.select(ImportBatch).where(ImportBatch.id == batch_id).with_for_update()
    batch = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if batch.done_at is not None:
        return dict(batch.outcome)
    rows = rows_of(batch, visible_to=actor)
    wanted = [row for row in rows if chosen is None or row.number in chosen]
    fresh = [row for row in wanted if not (skips_known and row.known is not None)]
    if not fresh and not wanted:
        raise RuleViolation(_("Choose at least one question."))
    pictures = _pictures_of(batch)
    drafts = [_with_pictures(row.draft, pictures) for row in fresh]
    questions = bulk.add_many(drafts, organiser_id=batch.organiser_id, source=source or batch.file_name)
    batch.done_at = now()
    batch.outcome = {
        "added": len(questions),
        "skipped": len(wanted) - len(fresh),
        "left_out": len(rows) - len(wanted),
        "faults": len(batch.reading["faults"]),
    }
    db.session.flush()
    audit.record(action="quiz.imported", subject=batch, actor=actor, reason=f"{batch.file_name}: {len(questions)}")
    return dict(batch.outcome)


def clear_old() -> int:
    """Forget files that were read and not taken in for a week, and the content of those that were; how many."""
    old = sa.select(ImportBatch).where(ImportBatch.created_at < now() - KEPT)
    rows = list(db.session.scalars(old))
    for row in rows:
        if row.stored:
            storage().delete(row.stored)
        db.session.delete(row)
    db.session.flush()
    return len(rows)


def _known(prints: Collection[str], actor: Actor) -> dict[str, Question]:
    found: dict[str, Question] = {}
    marks = sorted(set(prints))
    for begin in range(0, len(marks), 500):
        query = sa.select(Question).where(Question.fingerprint.in_(marks[begin : begin + 500]), bank.visible(actor))
        found.update({row.fingerprint: row for row in db.session.scalars(query)})
    return found


def _known_to(organiser_id: int | None) -> set[str]:
    """Fingerprints of the organiser's own questions and of those that belong to all."""
    own = sa.or_(Question.organiser_id.is_(None), Question.organiser_id == organiser_id)
    return set(db.session.scalars(sa.select(Question.fingerprint).where(own)))


def _draft_json(draft: Draft) -> dict[str, Any]:
    return {
        "content": to_json(draft.content),
        "where": draft.where,
        "category": list(draft.category),
        "tags": list(draft.tags),
        "pillar": draft.pillar.value,
        "objective": draft.objective,
        "doubts": [str(doubt) for doubt in draft.doubts],
        "pictures": [picture.sha for picture in draft.pictures],
    }


def _draft(stored: dict[str, Any]) -> Draft:
    """Pictures come without their data, which the preview does not need."""
    return Draft(
        content=from_json(stored["content"]),
        where=stored["where"],
        category=tuple(stored["category"]),
        tags=tuple(stored["tags"]),
        pillar=Pillar(stored["pillar"]),
        objective=stored["objective"],
        doubts=tuple(stored["doubts"]),
        pictures=tuple(Picture(sha=sha, media_type="", data=b"") for sha in stored["pictures"]),
    )


def _keep_pictures(token: str, drafts: Collection[Draft]) -> str:
    pictures = {picture.sha: picture for draft in drafts for picture in draft.pictures}
    if not pictures:
        return ""
    packed, key = io.BytesIO(), f"quiz/import/{token}"
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as archive:
        for sha, picture in pictures.items():
            archive.writestr(f"{sha}.{picture.media_type.partition('/')[2]}", picture.data)
    storage().put(key, packed.getvalue(), content_type="application/zip")
    return key


def _pictures_of(batch: ImportBatch) -> dict[str, Picture]:
    if not batch.stored:
        return {}
    found: dict[str, Picture] = {}
    with zipfile.ZipFile(io.BytesIO(storage().read(batch.stored))) as archive:
        for name in archive.namelist():
            sha, _dot, kind = name.partition(".")
            found[sha] = Picture(sha=sha, media_type=f"image/{kind}", data=archive.read(name))
    return found


def picture_of(batch: ImportBatch, sha: str) -> Picture | None:
    """A picture of a file that waits, for its preview."""
    return _pictures_of(batch).get(sha)


def _with_pictures(draft: Draft, pictures: dict[str, Picture]) -> Draft:
    return replace(
        draft, pictures=tuple(pictures[picture.sha] for picture in draft.pictures if picture.sha in pictures)
    )

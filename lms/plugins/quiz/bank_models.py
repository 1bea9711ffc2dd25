"""The tables of the question bank: questions in versions, what is right, categories, tags, pictures and imports."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from lms.kernel.db import IntPk, Model, str_enum
from lms.kernel.permissions import Access
from lms.plugins.quiz.enums import Pillar


class Category(Model):
    """A folder of the bank, inside another one or at the top; without organiser it belongs to the shared bank."""

    __tablename__ = "quiz_category"

    id: Mapped[IntPk]
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"), index=True)
    parent_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_category.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(sa.String(120))

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id)


class Question(Model):
    """A question of the bank; one without organiser belongs to all. Its wording and key stand in its versions."""

    __tablename__ = "quiz_question"
    __table_args__ = (
        sa.UniqueConstraint("organiser_id", "code"),
        # NULLs are distinct in a unique key, so shared codes need their own.
        sa.Index(
            "uq_quiz_question_shared_code",
            "code",
            unique=True,
            sqlite_where=sa.text("organiser_id IS NULL"),
            postgresql_where=sa.text("organiser_id IS NULL"),
        ),
    )

    id: Mapped[IntPk]
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"))
    is_shared: Mapped[bool] = mapped_column(default=False)  # other organisers may see and use it, not change it
    code: Mapped[str] = mapped_column(sa.String(20))
    kind: Mapped[str] = mapped_column(sa.String(30))  # a key of `kinds.registry`
    text: Mapped[str] = mapped_column(sa.Text)  # plain wording of the current version, for lists and searches
    category_id: Mapped[int | None] = mapped_column(sa.ForeignKey("quiz_category.id", ondelete="SET NULL"), index=True)
    collection: Mapped[str] = mapped_column(sa.String(40), default="", index=True)  # e.g. "pre_post"
    session_code: Mapped[str] = mapped_column(sa.String(20), default="")  # e.g. "SESI-3"
    pillar: Mapped[Pillar] = mapped_column(str_enum(Pillar), default=Pillar.NONE)
    objective: Mapped[str] = mapped_column(sa.String(160), default="")  # what the question tests, in the author's words
    source: Mapped[str] = mapped_column(sa.String(300), default="")
    needs_review: Mapped[bool] = mapped_column(default=False)  # a narasumber has not confirmed it yet
    fingerprint: Mapped[str] = mapped_column(sa.String(64), default="", index=True)  # of the current content
    version_id: Mapped[int] = mapped_column(default=0)  # the current version; no key, since they point at each other
    retired_at: Mapped[datetime | None]  # put away: in no list, kept for quizzes that use it

    @property
    def access(self) -> Access:
        return Access(organiser_id=self.organiser_id)


class Tag(Model):
    """A word that authors give to questions."""

    __tablename__ = "quiz_tag"

    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(60), primary_key=True)


class QuestionVersion(Model):
    """A wording of a question, as attempts saw it. Never changed; `public` holds nothing of what is right."""

    __tablename__ = "quiz_version"
    # Processes keep versions by their id (see `versions`), so an id is never given twice.
    __table_args__ = (sa.UniqueConstraint("question_id", "number"), {"sqlite_autoincrement": True})

    id: Mapped[IntPk]
    question_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_question.id", ondelete="CASCADE"))
    number: Mapped[int]
    public: Mapped[dict[str, Any]] = mapped_column(sa.JSON)
    created_at: Mapped[datetime]


class Key(Model):
    """The whole content with what is right. A table of its own, so that no query of answering pages brings it along."""

    __tablename__ = "quiz_key"

    version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_version.id", ondelete="CASCADE"), primary_key=True)
    content: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # `content.to_json`


class QuestionPicture(Model):
    """A picture of a version; `is_public` when it stands where people see it before anything is revealed."""

    __tablename__ = "quiz_picture"
    __table_args__ = (sa.UniqueConstraint("version_id", "sha"),)

    id: Mapped[IntPk]
    version_id: Mapped[int] = mapped_column(sa.ForeignKey("quiz_version.id", ondelete="CASCADE"))
    sha: Mapped[str] = mapped_column(sa.String(64), index=True)
    stored: Mapped[str] = mapped_column(sa.String(200))  # key in the storage
    media_type: Mapped[str] = mapped_column(sa.String(40))
    is_public: Mapped[bool]


class ImportBatch(Model):
    """A file that was read and waits for its author's yes; what became of it afterwards."""

    __tablename__ = "quiz_import"

    id: Mapped[IntPk]
    token: Mapped[str] = mapped_column(sa.String(32), unique=True)  # in addresses
    account_id: Mapped[int] = mapped_column(sa.ForeignKey("core_account.id", ondelete="CASCADE"), index=True)
    organiser_id: Mapped[int | None] = mapped_column(sa.ForeignKey("core_organiser.id", ondelete="CASCADE"))
    file_name: Mapped[str] = mapped_column(sa.String(200))
    format: Mapped[str] = mapped_column(sa.String(20))
    reading: Mapped[dict[str, Any]] = mapped_column(sa.JSON)  # drafts and faults
    stored: Mapped[str] = mapped_column(sa.String(200), default="")  # the pictures' zip in the storage, empty for none
    created_at: Mapped[datetime]
    done_at: Mapped[datetime | None]
    outcome: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)  # {"added": 3, "skipped": 1, …}

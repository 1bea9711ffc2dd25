"""The tables of quizzes: bank, attempts, answers and anonymous evaluations.

Revision ID: quz01
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "quz01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiz_question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("single", "likert", "text", name="questionkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("collection", sa.String(length=40), nullable=False),
        sa.Column("session_code", sa.String(length=20), nullable=False),
        sa.Column(
            "pillar",
            sa.Enum("manajemen", "kepemimpinan", "kontrol", "", name="pillar", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("explanation", sa.Text(), nullable=False),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("needs_review", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["core_organiser.id"],
            name=op.f("fk_quiz_question_organiser_id_core_organiser"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_question")),
        sa.UniqueConstraint("organiser_id", "code", name=op.f("uq_quiz_question_organiser_id_code")),
    )
    with op.batch_alter_table("quiz_question", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_question_collection"), ["collection"], unique=False)
        batch_op.create_index(
            "uq_quiz_question_shared_code",
            ["code"],
            unique=True,
            sqlite_where=sa.text("organiser_id IS NULL"),
            postgresql_where=sa.text("organiser_id IS NULL"),
        )

    op.create_table(
        "quiz_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_option_question_id_quiz_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_option")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_quiz_option_question_id_position")),
    )
    op.create_table(
        "quiz_quiz",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("pre", "post", "session", "evaluation", "practice", name="quizkind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column(
            "state", sa.Enum("draft", "open", "closed", name="quizstate", native_enum=False, length=20), nullable=False
        ),
        sa.Column("opens_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closes_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("time_limit", sa.Integer(), nullable=True),
        sa.Column("pass_ratio", sa.Numeric(precision=12, scale=6), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_quiz_quiz_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_quiz")),
    )
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_quiz_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "quiz_attempt",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("in_progress", "submitted", "auto_closed", name="attemptstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("started_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("submitted_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("score_ratio", sa.Numeric(precision=12, scale=6), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_quiz_attempt_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz_quiz.id"], name=op.f("fk_quiz_attempt_quiz_id_quiz_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_attempt")),
        sa.UniqueConstraint("quiz_id", "enrolment_id", name=op.f("uq_quiz_attempt_quiz_id_enrolment_id")),
    )
    with op.batch_alter_table("quiz_attempt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_attempt_enrolment_id"), ["enrolment_id"], unique=False)
        batch_op.create_index("ix_quiz_attempt_state_quiz", ["state", "quiz_id"], unique=False)

    op.create_table(
        "quiz_item",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_item_question_id_quiz_question"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz_quiz.id"], name=op.f("fk_quiz_item_quiz_id_quiz_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_item")),
        sa.UniqueConstraint("quiz_id", "question_id", name=op.f("uq_quiz_item_quiz_id_question_id")),
    )
    with op.batch_alter_table("quiz_item", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_item_question_id"), ["question_id"], unique=False)

    op.create_table(
        "quiz_key",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["option_id"], ["quiz_option.id"], name=op.f("fk_quiz_key_option_id_quiz_option"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_key_question_id_quiz_question"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("question_id", "option_id", name=op.f("pk_quiz_key")),
    )
    op.create_table(
        "quiz_receipt",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_quiz_receipt_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz_quiz.id"], name=op.f("fk_quiz_receipt_quiz_id_quiz_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_receipt")),
        sa.UniqueConstraint("quiz_id", "enrolment_id", name=op.f("uq_quiz_receipt_quiz_id_enrolment_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("quiz_receipt", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_receipt_enrolment_id"), ["enrolment_id"], unique=False)

    op.create_table(
        "quiz_response",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz_quiz.id"], name=op.f("fk_quiz_response_quiz_id_quiz_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_response")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("quiz_response", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_response_quiz_id"), ["quiz_id"], unique=False)

    op.create_table(
        "quiz_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("client_seq", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"], ["quiz_attempt.id"], name=op.f("fk_quiz_answer_attempt_id_quiz_attempt"), ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["option_id"], ["quiz_option.id"], name=op.f("fk_quiz_answer_option_id_quiz_option"), ondelete="RESTRICT"
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_answer_question_id_quiz_question"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answer")),
        sa.UniqueConstraint("attempt_id", "question_id", name=op.f("uq_quiz_answer_attempt_id_question_id")),
    )
    with op.batch_alter_table("quiz_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_answer_question_id"), ["question_id"], unique=False)

    op.create_table(
        "quiz_answer_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("client_seq", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["attempt_id"],
            ["quiz_attempt.id"],
            name=op.f("fk_quiz_answer_log_attempt_id_quiz_attempt"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_answer_log_question_id_quiz_question"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_answer_log")),
        sa.UniqueConstraint("attempt_id", "client_seq", name=op.f("uq_quiz_answer_log_attempt_id_client_seq")),
    )
    op.create_table(
        "quiz_response_answer",
        sa.Column("id", sa.String(length=32), nullable=False),
        sa.Column("response_id", sa.String(length=32), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=True),
        sa.Column("text", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_response_answer_question_id_quiz_question"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["response_id"],
            ["quiz_response.id"],
            name=op.f("fk_quiz_response_answer_response_id_quiz_response"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_response_answer")),
        sa.UniqueConstraint("response_id", "question_id", name=op.f("uq_quiz_response_answer_response_id_question_id")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("quiz_response_answer", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_quiz_response_answer_question_id"), ["question_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("quiz_response_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_response_answer_question_id"))

    op.drop_table("quiz_response_answer")
    op.drop_table("quiz_answer_log")
    with op.batch_alter_table("quiz_answer", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_answer_question_id"))

    op.drop_table("quiz_answer")
    with op.batch_alter_table("quiz_response", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_response_quiz_id"))

    op.drop_table("quiz_response")
    with op.batch_alter_table("quiz_receipt", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_receipt_enrolment_id"))

    op.drop_table("quiz_receipt")
    op.drop_table("quiz_key")
    with op.batch_alter_table("quiz_item", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_item_question_id"))

    op.drop_table("quiz_item")
    with op.batch_alter_table("quiz_attempt", schema=None) as batch_op:
        batch_op.drop_index("ix_quiz_attempt_state_quiz")
        batch_op.drop_index(batch_op.f("ix_quiz_attempt_enrolment_id"))

    op.drop_table("quiz_attempt")
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_quiz_quiz_workshop_id"))

    op.drop_table("quiz_quiz")
    op.drop_table("quiz_option")
    with op.batch_alter_table("quiz_question", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_quiz_question_shared_code",
            sqlite_where=sa.text("organiser_id IS NULL"),
            postgresql_where=sa.text("organiser_id IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_quiz_question_collection"))

    op.drop_table("quiz_question")

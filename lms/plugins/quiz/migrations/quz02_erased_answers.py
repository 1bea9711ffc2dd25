"""Old answers are erased, the counts of right ones stay.

Revision ID: quz02
Revises: quz01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "quz02"
down_revision = "quz01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "quiz_tally",
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("right", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["question_id"],
            ["quiz_question.id"],
            name=op.f("fk_quiz_tally_question_id_quiz_question"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["quiz_id"], ["quiz_quiz.id"], name=op.f("fk_quiz_tally_quiz_id_quiz_quiz"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("quiz_id", "question_id", name=op.f("pk_quiz_tally")),
    )
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answers_erased_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.drop_column("answers_erased_at")

    op.drop_table("quiz_tally")

"""A quiz may open for each person with their exit code.

Revision ID: quz03
Revises: quz02
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "quz03"
down_revision = "quz02"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.add_column(sa.Column("opens_with_exit", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    with op.batch_alter_table("quiz_quiz", schema=None) as batch_op:
        batch_op.drop_column("opens_with_exit")

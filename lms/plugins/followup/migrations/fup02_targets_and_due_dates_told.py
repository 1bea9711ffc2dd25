"""Whom an activity reaches, and the due date that was told.

Revision ID: fup02
Revises: fup01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "fup02"
down_revision = "fup01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("followup_row", schema=None) as batch_op:
        batch_op.add_column(sa.Column("target", sa.String(length=300), server_default="", nullable=False))
        batch_op.add_column(sa.Column("due_told", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("followup_row", schema=None) as batch_op:
        batch_op.drop_column("due_told")
        batch_op.drop_column("target")

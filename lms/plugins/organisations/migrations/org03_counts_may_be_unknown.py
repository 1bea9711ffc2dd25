"""What was not counted is empty, not 0.

Revision ID: org03
Revises: org02
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "org03"
down_revision = "org02"
branch_labels = None
depends_on = None
COUNTS = ("inside", "outside", "carers", "social_workers")


def upgrade() -> None:
    with op.batch_alter_table("organisations_snapshot", schema=None) as batch_op:
        for name in COUNTS:
            batch_op.alter_column(name, existing_type=sa.Integer(), nullable=True)


def downgrade() -> None:
    snapshot = sa.table("organisations_snapshot", *(sa.column(name, sa.Integer) for name in COUNTS))
    for name in COUNTS:
        op.execute(snapshot.update().where(snapshot.c[name].is_(None)).values({name: 0}))
    with op.batch_alter_table("organisations_snapshot", schema=None) as batch_op:
        for name in COUNTS:
            batch_op.alter_column(name, existing_type=sa.Integer(), nullable=False)

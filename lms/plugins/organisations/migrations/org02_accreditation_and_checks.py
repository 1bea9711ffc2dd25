"""Contact person, end of the accreditation, and whether a document was checked.

Revision ID: org02
Revises: org01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "org02"
down_revision = "org01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("organisations_document", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column(
                "status",
                sa.Enum("belum", "diperiksa", name="documentstatus", native_enum=False, length=20),
                server_default="belum",
                nullable=False,
            )
        )

    with op.batch_alter_table("organisations_organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("accreditation_until", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("contact_name", sa.String(length=150), server_default="", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("organisations_organisation", schema=None) as batch_op:
        batch_op.drop_column("contact_name")
        batch_op.drop_column("accreditation_until")

    with op.batch_alter_table("organisations_document", schema=None) as batch_op:
        batch_op.drop_column("status")

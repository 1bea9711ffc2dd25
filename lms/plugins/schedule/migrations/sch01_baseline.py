"""The tables of the schedule: rooms, sessions, speakers of sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sch01"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "schedule_room",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("capacity", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_schedule_room_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_room")),
        sa.UniqueConstraint("workshop_id", "name", name=op.f("uq_schedule_room_workshop_id_name")),
    )
    op.create_table(
        "schedule_session",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=20), nullable=False),
        sa.Column("uid", sa.String(length=36), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "session",
                "registration",
                "ceremony",
                "break",
                "test",
                "closing",
                name="sessionkind",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("room_id", sa.Integer(), nullable=True),
        sa.Column(
            "pillar",
            sa.Enum("manajemen", "kepemimpinan", "kontrol", "", name="pillar", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("speaker_label", sa.String(length=120), nullable=False),
        sa.Column("counts_attendance", sa.Boolean(), nullable=False),
        sa.Column(
            "state",
            sa.Enum("planned", "open", "closed", name="sessionstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_schedule_session_ends_after_start")),
        sa.CheckConstraint("jp >= 0", name=op.f("ck_schedule_session_jp_not_negative")),
        sa.ForeignKeyConstraint(
            ["room_id"],
            ["schedule_room.id"],
            name=op.f("fk_schedule_session_room_id_schedule_room"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_schedule_session_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_session")),
        sa.UniqueConstraint("uid", name=op.f("uq_schedule_session_uid")),
        sa.UniqueConstraint("workshop_id", "code", name=op.f("uq_schedule_session_workshop_id_code")),
    )
    with op.batch_alter_table("schedule_session", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_session_room_id"), ["room_id"], unique=False)
        batch_op.create_index("ix_schedule_session_workshop_starts", ["workshop_id", "starts_at"], unique=False)

    op.create_table(
        "schedule_session_speaker",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_schedule_session_speaker_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_schedule_session_speaker_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_schedule_session_speaker")),
        sa.UniqueConstraint(
            "session_id", "enrolment_id", name=op.f("uq_schedule_session_speaker_session_id_enrolment_id")
        ),
    )
    with op.batch_alter_table("schedule_session_speaker", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_schedule_session_speaker_enrolment_id"), ["enrolment_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("schedule_session_speaker", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_schedule_session_speaker_enrolment_id"))

    op.drop_table("schedule_session_speaker")
    with op.batch_alter_table("schedule_session", schema=None) as batch_op:
        batch_op.drop_index("ix_schedule_session_workshop_starts")
        batch_op.drop_index(batch_op.f("ix_schedule_session_room_id"))

    op.drop_table("schedule_session")
    op.drop_table("schedule_room")

"""Devices, rules, absences, walk-ins, prints

Revision ID: chk02
Revises: chk01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "chk02"
down_revision = "chk01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "checkin_printed_sheet",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("session_ref", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "pusat",
                "penyelenggara",
                "panitia",
                "petugas_presensi",
                "narasumber",
                "pengurus_lembaga",
                "pengamat_wilayah",
                "peserta",
                name="role",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("mode", sa.String(length=10), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("facts_hash", sa.String(length=64), nullable=False),
        sa.Column("file_hash", sa.String(length=64), nullable=False),
        sa.Column("row_count", sa.Integer(), nullable=False),
        sa.Column("present_count", sa.Integer(), nullable=False),
        sa.Column("corrected_count", sa.Integer(), nullable=False),
        sa.Column("printed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_checkin_printed_sheet_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_printed_sheet")),
        sa.UniqueConstraint("code", name=op.f("uq_checkin_printed_sheet_code")),
        sa.UniqueConstraint("workshop_id", "day", "session_ref", "role", "mode", "facts_hash", name="uq_checkin_print"),
    )
    op.create_table(
        "checkin_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("excused", "sick", "substituted", name="absencekind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column("letter", sa.String(length=120), nullable=False),
        sa.Column("substitute_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_checkin_absence_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_checkin_absence_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["substitute_id"],
            ["core_enrolment.id"],
            name=op.f("fk_checkin_absence_substitute_id_core_enrolment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_checkin_absence_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_absence")),
        sa.UniqueConstraint("enrolment_id", "session_id", name=op.f("uq_checkin_absence_enrolment_id_session_id")),
    )
    with op.batch_alter_table("checkin_absence", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_absence_workshop_session", ["workshop_id", "session_id"], unique=False)

    op.create_table(
        "checkin_device",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("expires_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("seen_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("roster_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("skew_seconds", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_checkin_device_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_checkin_device_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_device")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_checkin_device_token_hash")),
    )
    with op.batch_alter_table("checkin_device", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_device_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "checkin_session_rule",
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column(
            "mode", sa.Enum("once", "entry_exit", "day", name="mode", native_enum=False, length=20), nullable=False
        ),
        sa.Column("question", sa.String(length=200), nullable=False),
        sa.Column(
            "required", sa.Enum("strong", "fair", "weak", name="strength", native_enum=False, length=20), nullable=True
        ),
        sa.Column("has_second_code", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_checkin_session_rule_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("session_id", name=op.f("pk_checkin_session_rule")),
    )
    op.create_table(
        "checkin_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_checkin_signature_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_checkin_signature_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_checkin_signature_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_signature")),
        sa.UniqueConstraint("enrolment_id", "session_id", name=op.f("uq_checkin_signature_enrolment_id_session_id")),
    )
    with op.batch_alter_table("checkin_signature", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_checkin_signature_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "checkin_walk_in",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column("session_id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(length=40), nullable=False),
        sa.Column("client_id", sa.String(length=64), nullable=False),
        sa.Column("full_name", sa.String(length=100), nullable=False),
        sa.Column("phone_e164", sa.String(length=20), nullable=True),
        sa.Column("affiliation", sa.String(length=200), nullable=False),
        sa.Column("position", sa.String(length=100), nullable=False),
        sa.Column("gender", sa.String(length=1), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "state",
            sa.Enum("waiting", "admitted", "merged", "dismissed", name="walkinstate", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("enrolment_id", sa.Integer(), nullable=True),
        sa.Column("account_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_checkin_walk_in_enrolment_id_core_enrolment"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["session_id"],
            ["schedule_session.id"],
            name=op.f("fk_checkin_walk_in_session_id_schedule_session"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_checkin_walk_in_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_checkin_walk_in")),
        sa.UniqueConstraint("device", "client_id", name=op.f("uq_checkin_walk_in_device_client_id")),
    )
    with op.batch_alter_table("checkin_walk_in", schema=None) as batch_op:
        batch_op.create_index("ix_checkin_walk_in_workshop_state", ["workshop_id", "state"], unique=False)

    with op.batch_alter_table("checkin_attendance", schema=None) as batch_op:
        batch_op.add_column(sa.Column("scan_id", sa.Integer(), nullable=True))

    with op.batch_alter_table("checkin_scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("skew_seconds", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("answer", sa.String(length=200), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("flags", sa.String(length=80), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("code_age", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("phone", sa.String(length=40), nullable=False, server_default=""))

    op.execute("UPDATE checkin_scan SET at = COALESCE(client_time, server_time)")
    with op.batch_alter_table("checkin_scan", schema=None) as batch_op:
        batch_op.alter_column("at", existing_type=sa.DateTime(timezone=True), nullable=False)
        for name, length in (("answer", 200), ("flags", 80), ("phone", 40)):
            batch_op.alter_column(name, existing_type=sa.String(length=length), server_default=None)
        batch_op.create_index("ix_checkin_scan_session_phone", ["session_id", "phone"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("checkin_scan", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_scan_session_phone")
        batch_op.drop_column("phone")
        batch_op.drop_column("code_age")
        batch_op.drop_column("flags")
        batch_op.drop_column("answer")
        batch_op.drop_column("skew_seconds")
        batch_op.drop_column("at")

    with op.batch_alter_table("checkin_attendance", schema=None) as batch_op:
        batch_op.drop_column("scan_id")

    with op.batch_alter_table("checkin_walk_in", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_walk_in_workshop_state")

    op.drop_table("checkin_walk_in")
    with op.batch_alter_table("checkin_signature", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_signature_workshop_id"))

    op.drop_table("checkin_signature")
    op.drop_table("checkin_session_rule")
    with op.batch_alter_table("checkin_device", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_checkin_device_workshop_id"))

    op.drop_table("checkin_device")
    with op.batch_alter_table("checkin_absence", schema=None) as batch_op:
        batch_op.drop_index("ix_checkin_absence_workshop_session")

    op.drop_table("checkin_absence")
    op.drop_table("checkin_printed_sheet")

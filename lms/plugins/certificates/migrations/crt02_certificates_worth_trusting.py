"""Certificates worth trusting

Revision ID: crt02
Revises: crt01
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "crt02"
down_revision = "crt01"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificates_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("purpose", sa.String(length=12), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("algorithm", sa.String(length=20), nullable=False),
        sa.Column("public_pem", sa.Text(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("is_certified", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("retired_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_key")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_certificates_key_fingerprint")),
    )
    op.create_table(
        "certificates_log",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_log")),
        sa.UniqueConstraint("year", name=op.f("uq_certificates_log_year")),
    )
    op.create_table(
        "certificates_log_head",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("root", sa.String(length=64), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("signature", sa.String(length=100), nullable=False),
        sa.Column("key_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["key_id"],
            ["certificates_key.id"],
            name=op.f("fk_certificates_log_head_key_id_certificates_key"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["log_id"],
            ["certificates_log.id"],
            name=op.f("fk_certificates_log_head_log_id_certificates_log"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_log_head")),
        sa.UniqueConstraint("log_id", "size", name=op.f("uq_certificates_log_head_log_id_size")),
    )
    op.create_table(
        "certificates_asset",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("width", sa.Integer(), nullable=False),
        sa.Column("height", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["core_organiser.id"],
            name=op.f("fk_certificates_asset_organiser_id_core_organiser"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_asset")),
        sa.UniqueConstraint("organiser_id", "sha256", name=op.f("uq_certificates_asset_organiser_id_sha256")),
    )
    op.create_table(
        "certificates_template",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("ready_made", sa.String(length=40), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("archived_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organiser_id"],
            ["core_organiser.id"],
            name=op.f("fk_certificates_template_organiser_id_core_organiser"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_template")),
        sa.UniqueConstraint(
            "organiser_id", "ready_made", name=op.f("uq_certificates_template_organiser_id_ready_made")
        ),
    )
    with op.batch_alter_table("certificates_template", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_template_organiser_id"), ["organiser_id"], unique=False)

    op.create_table(
        "certificates_book",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "peserta",
                "narasumber",
                "moderator",
                "panitia",
                "fasilitator",
                name="paperrole",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("open_key", sa.String(length=40), nullable=True),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("storage_key", sa.String(length=200), nullable=False),
        sa.Column("papers", sa.Integer(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("finished_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_certificates_book_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_book")),
        sa.UniqueConstraint("open_key", name=op.f("uq_certificates_book_open_key")),
    )
    with op.batch_alter_table("certificates_book", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_book_workshop_id"), ["workshop_id"], unique=False)

    op.create_table(
        "certificates_template_choice",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "peserta",
                "narasumber",
                "moderator",
                "panitia",
                "fasilitator",
                name="paperrole",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["certificates_template.id"],
            name=op.f("fk_certificates_template_choice_template_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["workshop_id"],
            ["core_workshop.id"],
            name=op.f("fk_certificates_template_choice_workshop_id_core_workshop"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_template_choice")),
        sa.UniqueConstraint("workshop_id", "role", name=op.f("uq_certificates_template_choice_workshop_id_role")),
    )
    op.create_table(
        "certificates_template_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("template_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("design", sa.JSON(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by_id"],
            ["core_account.id"],
            name=op.f("fk_certificates_template_version_created_by_id_core_account"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["template_id"],
            ["certificates_template.id"],
            name=op.f("fk_certificates_template_version_template_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_template_version")),
        sa.UniqueConstraint("template_id", "number", name=op.f("uq_certificates_template_version_template_id_number")),
    )
    op.create_table(
        "certificates_decision",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column(
            "role",
            sa.Enum(
                "peserta",
                "narasumber",
                "moderator",
                "panitia",
                "fasilitator",
                name="paperrole",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("detail", sa.String(length=300), nullable=False),
        sa.Column("exception_reason", sa.String(length=300), nullable=False),
        sa.Column("exception_by_id", sa.Integer(), nullable=True),
        sa.Column("exception_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("external_number", sa.String(length=120), nullable=False),
        sa.ForeignKeyConstraint(
            ["enrolment_id"],
            ["core_enrolment.id"],
            name=op.f("fk_certificates_decision_enrolment_id_core_enrolment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["exception_by_id"],
            ["core_account.id"],
            name=op.f("fk_certificates_decision_exception_by_id_core_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_decision")),
        sa.UniqueConstraint("enrolment_id", "role", name=op.f("uq_certificates_decision_enrolment_id_role")),
    )
    op.create_table(
        "certificates_correction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("open_key", sa.Integer(), nullable=True),
        sa.Column("wanted_name", sa.String(length=200), nullable=False),
        sa.Column("wanted_organisation", sa.String(length=200), nullable=False),
        sa.Column("note", sa.String(length=300), nullable=False),
        sa.Column(
            "status",
            sa.Enum("open", "accepted", "declined", name="correctionstatus", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("answer", sa.String(length=300), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_correction_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["core_account.id"],
            name=op.f("fk_certificates_correction_decided_by_id_core_account"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_correction")),
        sa.UniqueConstraint("open_key", name=op.f("uq_certificates_correction_open_key")),
    )
    with op.batch_alter_table("certificates_correction", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_certificates_correction_certificate_id"), ["certificate_id"], unique=False)

    op.create_table(
        "certificates_delivery",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column(
            "status",
            sa.Enum(
                "queued",
                "sent",
                "suppressed",
                "off",
                "no_address",
                "failed",
                name="deliverystatus",
                native_enum=False,
                length=20,
            ),
            nullable=False,
        ),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("job_id", sa.Integer(), nullable=True),
        sa.Column("error", sa.String(length=60), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_delivery_certificate_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_delivery")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificates_delivery_certificate_id")),
    )
    op.create_table(
        "certificates_log_leaf",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("log_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column("entry", sa.String(length=400), nullable=False),
        sa.Column("leaf_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_log_leaf_certificate_id"),
            ondelete="RESTRICT",
        ),
        sa.ForeignKeyConstraint(
            ["log_id"],
            ["certificates_log.id"],
            name=op.f("fk_certificates_log_leaf_log_id_certificates_log"),
            ondelete="RESTRICT",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_log_leaf")),
        sa.UniqueConstraint("certificate_id", name=op.f("uq_certificates_log_leaf_certificate_id")),
        sa.UniqueConstraint("log_id", "position", name=op.f("uq_certificates_log_leaf_log_id_position")),
    )
    op.create_table(
        "certificates_tally",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("certificate_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("verified", "viewed", "downloaded", name="tallykind", native_enum=False, length=20),
            nullable=False,
        ),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.Column("last_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["certificate_id"],
            ["certificates_certificate.id"],
            name=op.f("fk_certificates_tally_certificate_id_certificates_certificate"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificates_tally")),
        sa.UniqueConstraint("certificate_id", "kind", name=op.f("uq_certificates_tally_certificate_id_kind")),
    )
    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.add_column(sa.Column("organiser_id", sa.Integer(), nullable=True))
        batch_op.add_column(
            sa.Column(
                "kind",
                sa.Enum("certificate", "letter", name="paperkind", native_enum=False, length=20),
                nullable=False,
                server_default="certificate",
            )
        )
        batch_op.add_column(sa.Column("template_version_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("key_id", sa.Integer(), nullable=True))
        batch_op.add_column(sa.Column("expires_on", sa.Date(), nullable=True))
        batch_op.alter_column("series_id", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column("number", existing_type=sa.INTEGER(), nullable=True)
        batch_op.alter_column(
            "active_key", existing_type=sa.VARCHAR(length=40), type_=sa.String(length=60), existing_nullable=True
        )

    # Every certificate belongs to the organiser of its workshop.
    op.execute(
        "UPDATE certificates_certificate SET organiser_id ="
        " (SELECT w.organiser_id FROM core_workshop w WHERE w.id = certificates_certificate.workshop_id)"
    )
    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.alter_column("organiser_id", existing_type=sa.Integer(), nullable=False)
        batch_op.alter_column("kind", existing_type=sa.String(length=20), server_default=None)
        batch_op.create_index(batch_op.f("ix_certificates_certificate_sha256"), ["sha256"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_certificates_certificate_template_version_id"), ["template_version_id"], unique=False
        )
        batch_op.create_unique_constraint(
            batch_op.f("uq_certificates_certificate_organiser_id_number_text"), ["organiser_id", "number_text"]
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_certificates_certificate_template_version_id"),
            "certificates_template_version",
            ["template_version_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_certificates_certificate_organiser_id_core_organiser"),
            "core_organiser",
            ["organiser_id"],
            ["id"],
            ondelete="RESTRICT",
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_certificates_certificate_key_id_certificates_key"),
            "certificates_key",
            ["key_id"],
            ["id"],
            ondelete="RESTRICT",
        )

    with op.batch_alter_table("certificates_series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("book", sa.String(length=60), nullable=True))

    # The counter of a year is the book of that year.
    op.execute("UPDATE certificates_series SET book = CAST(year AS VARCHAR(60))")
    with op.batch_alter_table("certificates_series", schema=None) as batch_op:
        batch_op.alter_column("book", existing_type=sa.String(length=60), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_certificates_series_organiser_id_year"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_certificates_series_organiser_id_book"), ["organiser_id", "book"]
        )
        batch_op.drop_column("year")


def downgrade() -> None:
    with op.batch_alter_table("certificates_series", schema=None) as batch_op:
        batch_op.add_column(sa.Column("year", sa.INTEGER(), nullable=True))

    # Papers without a number of a yearly counter cannot be told in the older form.
    op.execute("DELETE FROM certificates_log_leaf")
    op.execute("DELETE FROM certificates_log_head")
    op.execute("DELETE FROM certificates_log")
    series = sa.table("certificates_series", sa.column("id"), sa.column("book"))
    papers = sa.table(
        "certificates_certificate", *map(sa.column, ("id", "number", "kind", "series_id", "replaced_by_id"))
    )
    outside = sa.select(series.c.id).where(sa.or_(series.c.book.like("%:%"), series.c.book.like("w%")))
    is_gone = sa.or_(papers.c.number.is_(None), papers.c.kind == "letter", papers.c.series_id.in_(outside))
    gone = op.get_bind().scalars(sa.select(papers.c.id).where(is_gone)).all()
    op.execute(sa.update(papers).where(papers.c.replaced_by_id.in_(gone)).values(replaced_by_id=None))
    for name in ("delivery", "correction", "tally"):
        table = sa.table(f"certificates_{name}", sa.column("certificate_id"))
        op.execute(sa.delete(table).where(table.c.certificate_id.in_(gone)))
    op.execute(sa.delete(papers).where(papers.c.id.in_(gone)))
    op.execute(sa.delete(series).where(sa.or_(series.c.book.like("%:%"), series.c.book.like("w%"))))
    op.execute("UPDATE certificates_series SET year = CAST(book AS INTEGER)")
    with op.batch_alter_table("certificates_series", schema=None) as batch_op:
        batch_op.alter_column("year", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_constraint(batch_op.f("uq_certificates_series_organiser_id_book"), type_="unique")
        batch_op.create_unique_constraint(
            batch_op.f("uq_certificates_series_organiser_id_year"), ["organiser_id", "year"]
        )
        batch_op.drop_column("book")

    with op.batch_alter_table("certificates_certificate", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_certificates_certificate_key_id_certificates_key"), type_="foreignkey")
        batch_op.drop_constraint(
            batch_op.f("fk_certificates_certificate_organiser_id_core_organiser"), type_="foreignkey"
        )
        batch_op.drop_constraint(batch_op.f("fk_certificates_certificate_template_version_id"), type_="foreignkey")
        batch_op.drop_constraint(batch_op.f("uq_certificates_certificate_organiser_id_number_text"), type_="unique")
        batch_op.drop_index(batch_op.f("ix_certificates_certificate_template_version_id"))
        batch_op.drop_index(batch_op.f("ix_certificates_certificate_sha256"))
        batch_op.alter_column(
            "active_key", existing_type=sa.String(length=60), type_=sa.VARCHAR(length=40), existing_nullable=True
        )
        batch_op.alter_column("number", existing_type=sa.INTEGER(), nullable=False)
        batch_op.alter_column("series_id", existing_type=sa.INTEGER(), nullable=False)
        batch_op.drop_column("expires_on")
        batch_op.drop_column("key_id")
        batch_op.drop_column("template_version_id")
        batch_op.drop_column("kind")
        batch_op.drop_column("organiser_id")

    op.drop_table("certificates_tally")
    op.drop_table("certificates_log_leaf")
    op.drop_table("certificates_delivery")
    with op.batch_alter_table("certificates_correction", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_correction_certificate_id"))

    op.drop_table("certificates_correction")
    op.drop_table("certificates_decision")
    op.drop_table("certificates_template_version")
    op.drop_table("certificates_template_choice")
    with op.batch_alter_table("certificates_book", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_book_workshop_id"))

    op.drop_table("certificates_book")
    with op.batch_alter_table("certificates_template", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_certificates_template_organiser_id"))

    op.drop_table("certificates_template")
    op.drop_table("certificates_asset")
    op.drop_table("certificates_log_head")
    op.drop_table("certificates_log")
    op.drop_table("certificates_key")

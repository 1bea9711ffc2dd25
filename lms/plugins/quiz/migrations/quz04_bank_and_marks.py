"""Questions in versions with every type, marks by question, pools, forms, allowances, imports, live rounds, API keys.

What was there is carried over: each question becomes its version 1, each attempt names versions, each answer becomes
JSON, and finished attempts get their marks. The old tables go.

Revision ID: quz04
Revises: quz03
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "quz04"
down_revision = "quz03"
branch_labels = None
depends_on = None

KINDS = {"single": "choice", "likert": "likert", "text": "essay"}
FORM = sa.Enum("", "A", "B", name="form", native_enum=False, length=20)
LIVE = sa.Enum("lobby", "question", "shown", "ended", name="livestate", native_enum=False, length=20)
POINT = sa.Enum("", "start", "end", name="sessionpoint", native_enum=False, length=20)
WHEN = sa.DateTime(timezone=True)


def upgrade() -> None:
    _bank_tables()
    _widen()
    carried = _carry_questions(op.get_bind())
    _carry_attempts(op.get_bind(), carried)
    _narrow()
    _quiz_tables()
    _live_tables()


def _fk(column: str, target: str, ondelete: str, table: str) -> sa.ForeignKeyConstraint:
    name = op.f(f"fk_{table}_{column}_{target}")
    return sa.ForeignKeyConstraint([column], [f"{target}.id"], name=name, ondelete=ondelete)


def _bank_tables() -> None:
    op.create_table(
        "quiz_category",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("parent_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=120), nullable=False),
        _fk("organiser_id", "core_organiser", "CASCADE", "quiz_category"),
        _fk("parent_id", "quiz_category", "CASCADE", "quiz_category"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_category")),
    )
    op.create_index(op.f("ix_quiz_category_organiser_id"), "quiz_category", ["organiser_id"])
    op.create_index(op.f("ix_quiz_category_parent_id"), "quiz_category", ["parent_id"])
    op.create_table(
        "quiz_tag",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=60), nullable=False),
        _fk("question_id", "quiz_question", "CASCADE", "quiz_tag"),
        sa.PrimaryKeyConstraint("question_id", "name", name=op.f("pk_quiz_tag")),
    )
    op.create_table(
        "quiz_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("public", sa.JSON(), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        _fk("question_id", "quiz_question", "CASCADE", "quiz_version"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_version")),
        sa.UniqueConstraint("question_id", "number", name=op.f("uq_quiz_version_question_id_number")),
        sqlite_autoincrement=True,
    )
    op.rename_table("quiz_key", "quiz_old_key")
    op.create_table(
        "quiz_key",
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        _fk("version_id", "quiz_version", "CASCADE", "quiz_key"),
        sa.PrimaryKeyConstraint("version_id", name=op.f("pk_quiz_key_version")),
    )
    op.create_table(
        "quiz_picture",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("sha", sa.String(length=64), nullable=False),
        sa.Column("stored", sa.String(length=200), nullable=False),
        sa.Column("media_type", sa.String(length=40), nullable=False),
        sa.Column("is_public", sa.Boolean(), nullable=False),
        _fk("version_id", "quiz_version", "CASCADE", "quiz_picture"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_picture")),
        sa.UniqueConstraint("version_id", "sha", name=op.f("uq_quiz_picture_version_id_sha")),
    )
    op.create_index(op.f("ix_quiz_picture_sha"), "quiz_picture", ["sha"])
    op.create_table(
        "quiz_import",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("token", sa.String(length=32), nullable=False),
        sa.Column("account_id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=True),
        sa.Column("file_name", sa.String(length=200), nullable=False),
        sa.Column("format", sa.String(length=20), nullable=False),
        sa.Column("reading", sa.JSON(), nullable=False),
        sa.Column("stored", sa.String(length=200), nullable=False),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("done_at", WHEN, nullable=True),
        sa.Column("outcome", sa.JSON(), nullable=False),
        _fk("account_id", "core_account", "CASCADE", "quiz_import"),
        _fk("organiser_id", "core_organiser", "CASCADE", "quiz_import"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_import")),
        sa.UniqueConstraint("token", name=op.f("uq_quiz_import_token")),
    )
    op.create_index(op.f("ix_quiz_import_account_id"), "quiz_import", ["account_id"])


def _widen() -> None:
    """New columns beside the old ones, so that their content can be carried over."""
    with op.batch_alter_table("quiz_question") as batch:
        batch.add_column(sa.Column("is_shared", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("category_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("objective", sa.String(length=160), nullable=False, server_default=""))
        batch.add_column(sa.Column("fingerprint", sa.String(length=64), nullable=False, server_default=""))
        batch.add_column(sa.Column("version_id", sa.Integer(), nullable=False, server_default="0"))
        batch.add_column(sa.Column("retired_at", WHEN, nullable=True))
        batch.alter_column(
            "kind", existing_type=sa.String(length=20), type_=sa.String(length=30), existing_nullable=False
        )
        batch.create_foreign_key(
            op.f("fk_quiz_question_category_id_quiz_category"),
            "quiz_category", ["category_id"], ["id"], ondelete="SET NULL",
        )  # fmt: skip
        batch.create_index(op.f("ix_quiz_question_category_id"), ["category_id"])
        batch.create_index(op.f("ix_quiz_question_fingerprint"), ["fingerprint"])
    with op.batch_alter_table("quiz_attempt") as batch:
        batch.add_column(sa.Column("number", sa.Integer(), nullable=False, server_default="1"))
        batch.add_column(sa.Column("form", FORM, nullable=False, server_default=""))
        batch.add_column(sa.Column("marks", sa.JSON(), nullable=False, server_default="[]"))
        batch.add_column(sa.Column("mark", sa.Numeric(12, 6), nullable=True))
        batch.add_column(sa.Column("max_mark", sa.Numeric(12, 6), nullable=True))
        batch.add_column(sa.Column("is_provisional", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("late_answers", sa.Integer(), nullable=False, server_default="0"))
        batch.drop_constraint(op.f("uq_quiz_attempt_quiz_id_enrolment_id"), type_="unique")
        batch.create_unique_constraint(
            op.f("uq_quiz_attempt_quiz_id_enrolment_id_number"), ["quiz_id", "enrolment_id", "number"]
        )
    with op.batch_alter_table("quiz_answer") as batch:
        batch.add_column(sa.Column("value", sa.JSON(none_as_null=True), nullable=True))
    with op.batch_alter_table("quiz_answer_log") as batch:
        batch.add_column(sa.Column("made_at", WHEN, nullable=True))
        batch.add_column(sa.Column("is_late", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("quiz_tally") as batch:
        batch.alter_column("right", existing_type=sa.Integer(), type_=sa.Numeric(12, 6), existing_nullable=False)
        batch.add_column(sa.Column("asked", sa.Integer(), nullable=False, server_default="0"))


class _Carried:
    """What became of the questions: versions, the place of every option, and the right one."""

    def __init__(self) -> None:
        self.version: dict[int, int] = {}
        self.kind: dict[int, str] = {}
        self.place: dict[int, int] = {}  # of an option id, from 0
        self.options: dict[int, list[int]] = {}
        self.right: dict[int, int] = {}


def _carry_questions(bind: sa.Connection) -> _Carried:
    carried = _Carried()
    written = "SELECT id, question_id, text FROM quiz_option ORDER BY question_id, position"
    options = bind.execute(sa.text(written)).all()
    keys = {row[0]: row[1] for row in bind.execute(sa.text("SELECT question_id, option_id FROM quiz_old_key"))}
    texts: dict[int, list[str]] = {}
    for option_id, question_id, text in options:
        carried.place[option_id] = len(texts.setdefault(question_id, []))
        texts[question_id].append(text)
        carried.options.setdefault(question_id, []).append(option_id)
    rows = bind.execute(sa.text("SELECT id, kind, text, explanation FROM quiz_question ORDER BY id")).all()
    for number, old_kind, text, explanation in rows:
        kind = KINDS[old_kind]
        right = carried.place.get(keys.get(number, 0))
        if right is not None:
            carried.right[number] = right
        content, public = _question(kind, text, explanation, texts.get(number, []), right)
        carried.version[number], carried.kind[number] = _write_version(bind, number, kind, content, public), kind
    return carried


def _question(
    kind: str, text: str, explanation: str, options: list[str], right: int | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """`(content, public)` as the product wrote them when this migration was made."""
    content: dict[str, Any] = {"kind": kind, "text": {"source": text}}
    public: dict[str, Any] = {"kind": kind, "text": text.strip()}
    if explanation:
        content["feedback"] = {"source": explanation}
    if kind == "choice":
        content["options"] = [
            {"text": {"source": option}, **({"fraction": "1"} if place == right else {})}
            for place, option in enumerate(options)
        ]
        public.update(options=[option.strip() for option in options], shuffles=True)
    if kind == "likert":
        public["options"] = []
    return content, public


def _write_version(bind: sa.Connection, number: int, kind: str, content: dict[str, Any], public: dict[str, Any]) -> int:
    now = datetime.now(UTC)
    made = sa.table("quiz_version", *map(sa.column, ("id", "question_id", "number")),
                    sa.column("public", sa.JSON), sa.column("created_at", WHEN))  # fmt: skip
    bind.execute(made.insert().values(question_id=number, number=1, public=public, created_at=now))
    query = sa.text("SELECT id FROM quiz_version WHERE question_id = :question")
    version = int(bind.execute(query, {"question": number}).scalar_one())
    keyed = sa.table("quiz_key", sa.column("version_id"), sa.column("content", sa.JSON))
    bind.execute(keyed.insert().values(version_id=version, content=content))
    fingerprint = hashlib.sha256(json.dumps(content, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    bind.execute(
        sa.text("UPDATE quiz_question SET kind = :kind, version_id = :v, fingerprint = :f WHERE id = :id"),
        {"kind": kind, "v": version, "f": fingerprint, "id": number},
    )
    return version


def _carry_attempts(bind: sa.Connection, carried: _Carried) -> None:
    given: dict[int, dict[int, Any]] = {}
    answer = sa.table("quiz_answer", sa.column("id"), sa.column("value", sa.JSON))
    rows = bind.execute(sa.text("SELECT id, attempt_id, question_id, option_id, text, number FROM quiz_answer")).all()
    for number, attempt_id, question_id, option_id, text, rating in rows:
        value: Any = carried.place[option_id] if option_id is not None else text or None
        value = rating - 1 if rating is not None else value
        bind.execute(answer.update().where(answer.c.id == number).values(value=value))
        given.setdefault(attempt_id, {})[question_id] = value
    logged = bind.execute(sa.text("SELECT id, question_id, value FROM quiz_answer_log")).all()
    for number, question_id, text in logged:
        bind.execute(
            sa.text("UPDATE quiz_answer_log SET value = :value WHERE id = :id"),
            {"id": number, "value": _logged(carried, question_id, text)},
        )
    attempt = sa.table("quiz_attempt", *map(sa.column, ("id", "state", "mark", "max_mark")),
                       sa.column("layout", sa.JSON), sa.column("marks", sa.JSON))  # fmt: skip
    for number, state, layout in bind.execute(sa.select(attempt.c.id, attempt.c.state, attempt.c.layout)).all():
        values = _marked(carried, layout, given.get(number, {}), is_over=state != "in_progress")
        bind.execute(attempt.update().where(attempt.c.id == number).values(**values))


def _logged(carried: _Carried, question_id: int, text: str) -> str:
    if carried.kind[question_id] == "essay":
        return json.dumps(text, ensure_ascii=False)
    number = int(text) if text.isdigit() else 0
    return json.dumps(carried.place.get(number) if carried.kind[question_id] == "choice" else number - 1)


def _marked(carried: _Carried, layout: list[Any], given: dict[int, Any], *, is_over: bool) -> dict[str, Any]:
    slots, marks, most, total = [], [], 0, 0
    for question_id, options in layout:
        order = [carried.place[option] for option in options]
        slots.append({"q": question_id, "v": carried.version[question_id], "m": "1", "o": order})
        if question_id in carried.right:
            is_right = given.get(question_id) == carried.right[question_id]
            most, total = most + 1, total + is_right
            marks.append("1" if is_right else "0")
        else:
            marks.append("0")
    if not is_over:
        return {"layout": slots}
    return {"layout": slots, "marks": marks, "mark": total if most else None, "max_mark": most or None}


def _narrow() -> None:
    with op.batch_alter_table("quiz_answer") as batch:
        batch.drop_constraint(op.f("fk_quiz_answer_option_id_quiz_option"), type_="foreignkey")
        for name in ("option_id", "text", "number"):
            batch.drop_column(name)
    op.drop_table("quiz_old_key")
    op.drop_table("quiz_option")
    with op.batch_alter_table("quiz_question") as batch:
        batch.drop_column("explanation")
        for name in ("is_shared", "objective", "fingerprint", "version_id"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("quiz_attempt") as batch:
        for name in ("number", "form", "marks", "is_provisional", "late_answers"):
            batch.alter_column(name, server_default=None)
    with op.batch_alter_table("quiz_answer_log") as batch:
        batch.alter_column("is_late", server_default=None)
    with op.batch_alter_table("quiz_tally") as batch:
        batch.alter_column("asked", server_default=None)


def _quiz_tables() -> None:
    with op.batch_alter_table("quiz_quiz") as batch:
        batch.add_column(sa.Column("intro", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("max_attempts", sa.Integer(), nullable=False, server_default="1"))
        for name in ("shuffles_questions", "shuffles_options"):
            batch.add_column(sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.true()))
        batch.add_column(sa.Column("has_forms", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch.add_column(sa.Column("opens_with_session", POINT, nullable=False, server_default=""))
        batch.add_column(sa.Column("review", sa.JSON(), nullable=False, server_default="{}"))
        batch.add_column(sa.Column("bands", sa.JSON(), nullable=False, server_default="[]"))
    with op.batch_alter_table("quiz_quiz") as batch:
        for name in ("intro", "max_attempts", "shuffles_questions", "shuffles_options", "has_forms",
                     "opens_with_session", "opens_with_exit", "review", "bands"):  # fmt: skip
            batch.alter_column(name, server_default=None)
    op.create_table(
        "quiz_pool",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("draws", sa.Integer(), nullable=False),
        _fk("quiz_id", "quiz_quiz", "CASCADE", "quiz_pool"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_pool")),
    )
    op.create_index(op.f("ix_quiz_pool_quiz_id"), "quiz_pool", ["quiz_id"])
    with op.batch_alter_table("quiz_item") as batch:
        batch.add_column(sa.Column("mark", sa.Numeric(12, 6), nullable=False, server_default="1"))
        batch.add_column(sa.Column("pool_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("form", FORM, nullable=False, server_default=""))
        batch.add_column(sa.Column("drawn", sa.Integer(), nullable=False, server_default="0"))
        batch.create_foreign_key(
            op.f("fk_quiz_item_pool_id_quiz_pool"), "quiz_pool", ["pool_id"], ["id"], ondelete="SET NULL"
        )
        batch.create_index(op.f("ix_quiz_item_pool_id"), ["pool_id"])
    with op.batch_alter_table("quiz_item") as batch:
        for name in ("mark", "form", "drawn"):
            batch.alter_column(name, server_default=None)
    op.create_table(
        "quiz_mark",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attempt_id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("fraction", sa.Numeric(12, 6), nullable=False),
        sa.Column("points", sa.JSON(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("grader_id", sa.Integer(), nullable=True),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        _fk("attempt_id", "quiz_attempt", "CASCADE", "quiz_mark"),
        _fk("question_id", "quiz_question", "RESTRICT", "quiz_mark"),
        _fk("grader_id", "core_account", "SET NULL", "quiz_mark"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_mark")),
        sa.UniqueConstraint("attempt_id", "question_id", name=op.f("uq_quiz_mark_attempt_id_question_id")),
    )
    op.create_index(op.f("ix_quiz_mark_question_id"), "quiz_mark", ["question_id"])
    op.create_table(
        "quiz_allowance",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("extra_minutes", sa.Integer(), nullable=False),
        sa.Column("opens_at", WHEN, nullable=True),
        sa.Column("closes_at", WHEN, nullable=True),
        sa.Column("more_attempts", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        _fk("quiz_id", "quiz_quiz", "CASCADE", "quiz_allowance"),
        _fk("enrolment_id", "core_enrolment", "CASCADE", "quiz_allowance"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_allowance")),
        sa.UniqueConstraint("quiz_id", "enrolment_id", name=op.f("uq_quiz_allowance_quiz_id_enrolment_id")),
    )
    op.create_index(op.f("ix_quiz_allowance_enrolment_id"), "quiz_allowance", ["enrolment_id"])
    op.create_table(
        "quiz_regrade",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("actor_id", sa.Integer(), nullable=True),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("rows", sa.JSON(), nullable=False),
        sa.Column("at", WHEN, nullable=False),
        _fk("quiz_id", "quiz_quiz", "CASCADE", "quiz_regrade"),
        _fk("actor_id", "core_account", "SET NULL", "quiz_regrade"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_regrade")),
    )
    op.create_index(op.f("ix_quiz_regrade_quiz_id"), "quiz_regrade", ["quiz_id"])


def _live_tables() -> None:
    op.create_table(
        "quiz_live",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("quiz_id", sa.Integer(), nullable=False),
        sa.Column("state", LIVE, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.Integer(), nullable=False),
        sa.Column("has_scores", sa.Boolean(), nullable=False),
        sa.Column("layout", sa.JSON(), nullable=False),
        sa.Column("opened_at", WHEN, nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("ended_at", WHEN, nullable=True),
        _fk("quiz_id", "quiz_quiz", "CASCADE", "quiz_live"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_live")),
    )
    op.create_index(op.f("ix_quiz_live_quiz_id"), "quiz_live", ["quiz_id"])
    op.create_table(
        "quiz_live_answer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("live_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("fraction", sa.Numeric(12, 6), nullable=True),
        sa.Column("at", WHEN, nullable=False),
        _fk("live_id", "quiz_live", "CASCADE", "quiz_live_answer"),
        _fk("enrolment_id", "core_enrolment", "CASCADE", "quiz_live_answer"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_live_answer")),
        sa.UniqueConstraint(
            "live_id", "position", "enrolment_id", name=op.f("uq_quiz_live_answer_live_id_position_enrolment_id")
        ),
    )
    op.create_index(op.f("ix_quiz_live_answer_enrolment_id"), "quiz_live_answer", ["enrolment_id"])
    op.create_table(
        "quiz_api_key",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organiser_id", sa.Integer(), nullable=False),
        sa.Column("workshop_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("token_hash", sa.String(length=64), nullable=False),
        sa.Column("may_read", sa.Boolean(), nullable=False),
        sa.Column("may_push", sa.Boolean(), nullable=False),
        sa.Column("created_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", WHEN, nullable=False),
        sa.Column("ends_at", WHEN, nullable=False),
        sa.Column("revoked_at", WHEN, nullable=True),
        sa.Column("used_at", WHEN, nullable=True),
        _fk("organiser_id", "core_organiser", "CASCADE", "quiz_api_key"),
        _fk("workshop_id", "core_workshop", "CASCADE", "quiz_api_key"),
        _fk("created_by_id", "core_account", "SET NULL", "quiz_api_key"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_api_key")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_quiz_api_key_token_hash")),
    )
    op.create_index(op.f("ix_quiz_api_key_organiser_id"), "quiz_api_key", ["organiser_id"])
    op.create_index(op.f("ix_quiz_api_key_workshop_id"), "quiz_api_key", ["workshop_id"])


def downgrade() -> None:
    """Back to the tables of quz03, emptied: types, versions and marks have no place in them."""
    for table in ("quiz_api_key", "quiz_live_answer", "quiz_live", "quiz_regrade", "quiz_allowance", "quiz_mark"):
        op.drop_table(table)
    for table in ("answer_log", "answer", "attempt", "tally", "response_answer", "response", "receipt", "item"):
        op.execute(sa.text(f"DELETE FROM quiz_{table}"))  # noqa: S608 -- names from the line above
    op.execute(sa.text("DELETE FROM quiz_question"))
    with op.batch_alter_table("quiz_item") as batch:
        batch.drop_index(op.f("ix_quiz_item_pool_id"))
        batch.drop_constraint(op.f("fk_quiz_item_pool_id_quiz_pool"), type_="foreignkey")
        for name in ("mark", "pool_id", "form", "drawn"):
            batch.drop_column(name)
    for table in ("quiz_pool", "quiz_import", "quiz_picture", "quiz_key", "quiz_version", "quiz_tag"):
        op.drop_table(table)
    with op.batch_alter_table("quiz_quiz") as batch:
        for name in ("intro", "max_attempts", "shuffles_questions", "shuffles_options", "has_forms",
                     "opens_with_session", "review", "bands"):  # fmt: skip
            batch.drop_column(name)
    with op.batch_alter_table("quiz_question") as batch:
        batch.drop_index(op.f("ix_quiz_question_category_id"))
        batch.drop_index(op.f("ix_quiz_question_fingerprint"))
        batch.drop_constraint(op.f("fk_quiz_question_category_id_quiz_category"), type_="foreignkey")
        for name in ("is_shared", "category_id", "objective", "fingerprint", "version_id", "retired_at"):
            batch.drop_column(name)
        batch.add_column(sa.Column("explanation", sa.Text(), nullable=False, server_default=""))
        batch.alter_column("kind", existing_type=sa.String(length=30), type_=sa.String(length=20))
    op.drop_table("quiz_category")
    _old_options()
    _old_attempts()


def _old_options() -> None:
    op.create_table(
        "quiz_option",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        _fk("question_id", "quiz_question", "CASCADE", "quiz_option"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_quiz_option")),
        sa.UniqueConstraint("question_id", "position", name=op.f("uq_quiz_option_question_id_position")),
    )
    op.create_table(
        "quiz_key",
        sa.Column("question_id", sa.Integer(), nullable=False),
        sa.Column("option_id", sa.Integer(), nullable=False),
        _fk("question_id", "quiz_question", "CASCADE", "quiz_key"),
        _fk("option_id", "quiz_option", "CASCADE", "quiz_key"),
        sa.PrimaryKeyConstraint("question_id", "option_id", name=op.f("pk_quiz_key")),
    )


def _old_attempts() -> None:
    with op.batch_alter_table("quiz_attempt") as batch:
        batch.drop_constraint(op.f("uq_quiz_attempt_quiz_id_enrolment_id_number"), type_="unique")
        for name in ("number", "form", "marks", "mark", "max_mark", "is_provisional", "late_answers"):
            batch.drop_column(name)
        batch.create_unique_constraint(op.f("uq_quiz_attempt_quiz_id_enrolment_id"), ["quiz_id", "enrolment_id"])
    with op.batch_alter_table("quiz_answer") as batch:
        batch.drop_column("value")
        batch.add_column(sa.Column("option_id", sa.Integer(), nullable=True))
        batch.add_column(sa.Column("text", sa.Text(), nullable=False, server_default=""))
        batch.add_column(sa.Column("number", sa.Integer(), nullable=True))
        batch.create_foreign_key(
            op.f("fk_quiz_answer_option_id_quiz_option"), "quiz_option", ["option_id"], ["id"], ondelete="RESTRICT"
        )
    with op.batch_alter_table("quiz_answer_log") as batch:
        batch.drop_column("made_at")
        batch.drop_column("is_late")
    with op.batch_alter_table("quiz_tally") as batch:
        batch.drop_column("asked")
        batch.alter_column("right", existing_type=sa.Numeric(12, 6), type_=sa.Integer(), existing_nullable=False)

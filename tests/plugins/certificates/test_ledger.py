"""The transparency log: it grows without gaps, its heads are signed, and the audit names what was tampered with."""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from lms.core.people.services import erase_person
from lms.kernel.cli import lms
from lms.kernel.clock import freeze
from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.kernel.storage import storage
from lms.plugins.certificates import keys, ledger, log_audit, merkle
from lms.plugins.certificates.models import Certificate
from lms.plugins.certificates.record_models import Log, LogHead
from lms.testing.live import at_once, committed
from tests.plugins.certificates.log_tools import add_paper, add_papers, leaves_of, log_all

MOMENT = datetime(2026, 11, 27, 3, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _moment() -> Any:
    with freeze(MOMENT):
        yield


def audit_2026(**values: Any) -> log_audit.YearReport:
    (report,) = log_audit.audit(year=2026, **values)
    return report


def test_an_entry_names_moment_number_and_hash_and_no_person(factories: Any) -> None:
    (paper,) = add_papers(1)
    log_all([paper])
    (leaf,) = leaves_of(2026)
    assert leaf.entry == f"lokakarya-log-1\n2026-11-27T03:00:00.000000Z\n{paper.number_text}\n{paper.sha256}"
    assert leaf.leaf_hash == merkle.leaf_hash(leaf.entry.encode()).hex()
    assert (leaf.position, leaf.certificate_id) == (0, paper.id)


def test_appending_again_changes_nothing(factories: Any) -> None:
    papers = add_papers(2)
    log_all(papers)
    log_all(papers)
    assert [leaf.position for leaf in leaves_of(2026)] == [0, 1]
    log = ledger.log_of(2026)
    assert log is not None and log.size == 2


def test_the_year_is_that_of_the_date_on_the_paper(factories: Any) -> None:
    """1.30 on New Year's Day in Pontianak is still the old year in UTC."""
    with freeze(datetime(2026, 12, 31, 18, 30, tzinfo=UTC)):
        (paper,) = add_papers(1)
        log_all([paper])
    assert ledger.years() == [2027]
    assert [leaf.certificate_id for leaf in leaves_of(2027)] == [paper.id]


def test_a_head_is_signed_over_year_size_root_and_moment(factories: Any) -> None:
    head = log_all(add_papers(3))
    assert head is not None
    root = merkle.root([bytes.fromhex(leaf.leaf_hash) for leaf in leaves_of(2026)]).hex()
    assert (head.size, head.root) == (3, root)
    public = load_pem_public_key(head.key.public_pem.encode())
    assert isinstance(public, Ed25519PublicKey)
    statement = f"lokakarya-head-1\n2026\n3\n{root}\n2026-11-27T03:00:00.000000Z"
    public.verify(base64.b64decode(head.signature), statement.encode())
    assert ledger.is_genuine(head, year=2026)
    assert not ledger.is_genuine(head, year=2025)


def test_signing_again_without_new_entries_gives_the_head_there_is(factories: Any) -> None:
    papers = add_papers(2)
    first = log_all(papers)
    assert log_all(papers) is first
    with unit_of_work():
        assert ledger.sign_head(1999) is None
    assert db.session.scalar(sa.select(sa.func.count(LogHead.id))) == 1


def test_every_entry_is_proven_against_the_newest_head(factories: Any) -> None:
    papers = add_papers(5)
    log_all(papers[:2])
    assert ledger.proof_of(papers[4]) is None
    log_all(papers[2:], sign=False)
    assert ledger.proof_of(papers[4]) is None
    head = log_all(papers)
    for position, paper in enumerate(papers):
        proof = ledger.proof_of(paper)
        assert proof is not None
        assert (proof.head, proof.leaf.position) == (head, position)
        assert merkle.verify_inclusion(
            leaf=bytes.fromhex(proof.leaf.leaf_hash),
            index=position,
            size=5,
            proof=[bytes.fromhex(step) for step in proof.path],
            root=bytes.fromhex(proof.head.root),
        )


def test_two_sizes_are_proven_consistent_and_no_others(factories: Any) -> None:
    older = log_all(add_papers(3))
    newer = log_all(add_papers(4, first=4))
    log = ledger.log_of(2026)
    assert older is not None and newer is not None and log is not None
    found = ledger.consistency(log, 3, 7)
    assert (found.first_root, found.second_root) == (older.root, newer.root)
    steps = [bytes.fromhex(step) for step in found.path]
    roots = {"first_root": bytes.fromhex(older.root), "second_root": bytes.fromhex(newer.root)}
    assert merkle.verify_consistency(first=3, second=7, proof=steps, **roots)
    for first, second in ((0, 7), (4, 3), (3, 8), (-1, 7)):
        with pytest.raises(ValueError, match="sizes"):
            ledger.consistency(log, first, second)


def test_a_rolled_back_entry_is_not_remembered(factories: Any) -> None:
    kept, lost, later = add_papers(3)
    log_all([kept])
    with pytest.raises(RuntimeError, match="lost"), unit_of_work():
        ledger.append(lost)
        ledger.sign_head(2026)
        raise RuntimeError("lost")
    head = log_all([later, lost])
    assert head is not None
    assert head.root == merkle.root([bytes.fromhex(leaf.leaf_hash) for leaf in leaves_of(2026)]).hex()
    assert audit_2026().flaw is None


def test_parallel_appends_leave_no_gap(live_app: Any, crowd: Callable[[int], list[int]]) -> None:
    from lms.core.enrolments.queries import enrolment_by_id

    people = crowd(12)
    papers = [add_paper(enrolment_by_id(one), f"{at:03}/SERT/X/XI/2026").id for at, one in enumerate(people)]
    db.session.remove()

    def append(at: int) -> int:
        with unit_of_work():
            position = ledger.append(db.session.get_one(Certificate, papers[at])).position
            ledger.sign_head(2026)
            return position

    assert sorted(at_once(live_app, append, count=12)) == list(range(12))
    assert [row.size for row in committed(live_app, LogHead)] == list(range(1, 13))
    assert audit_2026().flaw is None


def test_a_sound_log_passes_and_erased_files_are_said(factories: Any) -> None:
    papers = add_papers(3)
    log_all(papers)
    with unit_of_work():
        erase_person(person_id=papers[1].enrolment.person_id, actor=SYSTEM)
    report = audit_2026()
    assert (report.leaves, report.heads, report.files, report.erased) == (3, 1, 2, 1)
    assert (report.before_log, report.flaw) == (0, None)
    assert audit_2026(with_files=False).files == 0


def _change_row(papers: list[Certificate]) -> None:
    papers[2].number_text = "999/SERT/BK3S-KB/XI/2026"


def _change_hash(papers: list[Certificate]) -> None:
    papers[2].sha256 = "0" * 64


def _change_file(papers: list[Certificate]) -> None:
    _file(papers[2]).write_bytes(b"%PDF-1.7 forged")


def _lose_file(papers: list[Certificate]) -> None:
    _file(papers[2]).unlink()


def _file(paper: Certificate) -> Path:
    folder = Path(str(storage().backend.root))  # type: ignore[attr-defined]
    (found,) = folder.rglob(Path(paper.storage_key).name)
    return found


def _change_entry(papers: list[Certificate]) -> None:
    leaf = leaves_of(2026)[2]
    leaf.entry += "0"


def _change_leaf_hash(papers: list[Certificate]) -> None:
    leaves_of(2026)[2].leaf_hash = "0" * 64


def _remove_leaf(papers: list[Certificate]) -> None:
    db.session.delete(leaves_of(2026)[2])


@pytest.mark.parametrize(
    ("harm", "problem"),
    [
        (_change_row, "differ"),
        (_change_hash, "differ"),
        (_change_file, "the file was changed"),
        (_lose_file, "the file is missing"),
        (_change_entry, "differ"),
        (_change_leaf_hash, "hash of the entry"),
        (_remove_leaf, "the entry is missing"),
    ],
)
def test_the_audit_names_the_first_entry_that_was_tampered_with(factories: Any, harm: Any, problem: str) -> None:
    papers = add_papers(5)
    log_all(papers)
    with unit_of_work():
        harm(papers)
    flaw = audit_2026().flaw
    assert flaw is not None
    assert (flaw.position, problem in flaw.problem) == (2, True)
    assert flaw.number == ("" if harm is _remove_leaf else papers[2].number_text)


def test_what_only_files_show_is_passed_without_reading_them(factories: Any) -> None:
    """The control: the audit reads files because nothing else would show this."""
    papers = add_papers(3)
    log_all(papers)
    _change_file(papers)
    assert audit_2026(with_files=False).flaw is None
    assert audit_2026().flaw is not None


def test_a_forger_who_rewrites_row_file_and_entry_is_found_by_the_signed_head(factories: Any) -> None:
    papers = add_papers(6)
    log_all(papers[:2])
    log_all(papers[2:])
    with unit_of_work():
        forged = papers[3]
        forged.number_text = "777/SERT/BK3S-KB/XI/2026"
        leaf = leaves_of(2026)[3]
        leaf.entry = ledger.entry_text(issued_at=forged.issued_at, number_text=forged.number_text, sha256=forged.sha256)
        leaf.leaf_hash = merkle.leaf_hash(leaf.entry.encode()).hex()
    flaw = audit_2026().flaw
    assert flaw is not None
    # The head over two still holds, so it is one of those that the next head added.
    assert flaw.position == 2
    assert "from 2 to 5" in flaw.problem


def test_a_forged_head_is_found(factories: Any) -> None:
    log_all(add_papers(3))
    with unit_of_work():
        head = db.session.scalars(sa.select(LogHead)).one()
        head.signature = base64.b64encode(bytes(64)).decode()
    flaw = audit_2026().flaw
    assert flaw is not None and "signature" in flaw.problem


@pytest.mark.parametrize("forgets_heads", [False, True])
def test_a_removed_end_is_found_even_where_the_counter_was_set_back(factories: Any, forgets_heads: bool) -> None:
    papers = add_papers(3)
    log_all(papers)
    with unit_of_work():
        if forgets_heads:
            db.session.execute(sa.delete(LogHead))
        db.session.delete(leaves_of(2026)[2])
        db.session.execute(sa.update(Log).values(size=2))
    flaw = audit_2026().flaw
    assert flaw is not None and flaw.position == 2
    assert flaw.number == (papers[2].number_text if forgets_heads else "")


def test_certificates_from_before_the_log_are_counted_and_can_be_added(factories: Any) -> None:
    early = add_papers(2)
    assert (audit_2026().before_log, audit_2026().flaw) == (2, None)
    log_all(add_papers(1, first=3))
    assert (audit_2026().before_log, audit_2026().flaw) == (2, None)
    with unit_of_work():
        assert ledger.append_missing() == {2026: 2}
        ledger.sign_head(2026)
    assert [leaf.certificate_id for leaf in leaves_of(2026)][1:] == [paper.id for paper in early]
    report = audit_2026()
    assert (report.leaves, report.before_log, report.flaw) == (3, 0, None)
    with unit_of_work():
        assert ledger.append_missing() == {}


def test_the_backfill_follows_the_order_of_issue(factories: Any) -> None:
    (late,) = add_papers(1)
    (early,) = add_papers(1, first=2, moment=datetime(2026, 11, 20, 3, tzinfo=UTC))
    with unit_of_work():
        ledger.append_missing()
    assert [leaf.certificate_id for leaf in leaves_of(2026)] == [early.id, late.id]


def test_the_command_ends_with_1_and_names_the_entry(live_app: Any, live_settings: Any, monkeypatch: Any) -> None:
    with unit_of_work():
        papers = add_papers(2)
    db.session.remove()
    monkeypatch.setenv("LMS_ENV", "development")
    monkeypatch.setenv("LMS_DATABASE_URL", live_settings.database_url)
    monkeypatch.setenv("LMS_SECRET_KEY", live_settings.secret_key)
    monkeypatch.setenv("LMS_STORAGE_URL", live_settings.storage_url)

    def run(*words: str) -> Any:
        return CliRunner().invoke(lms, ["--data", str(live_settings.data_dir), "certificates", *words])

    assert "2026: 2 certificates issued before the log" in run("audit").output
    assert "2026: added 2" in run("log-backfill").output
    sound = run("audit")
    assert (sound.exit_code, "2026: ok" in sound.output) == (0, True)
    with unit_of_work():
        _file(papers[1]).write_bytes(b"forged")
    bad = run("audit", "--year", "2026")
    assert bad.exit_code == 1
    assert f"2026: BAD entry 1 ({papers[1].number_text}): the file was changed" in bad.output
    assert run("audit", "--no-files").exit_code == 0


def test_a_rotated_key_leaves_old_heads_valid(factories: Any) -> None:
    log_all(add_papers(1))
    with unit_of_work():
        keys.rotate("statement")
    newer = log_all(add_papers(1, first=2))
    assert newer is not None
    heads = ledger.heads_of(newer.log_id, limit=5)
    assert len({head.key_id for head in heads}) == 2
    assert audit_2026().flaw is None

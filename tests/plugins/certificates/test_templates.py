"""Designs of an organiser: versions, choices, pictures, and their way from one organiser to another."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from flask import Flask
from PIL import Image

from lms.core.workshops.models import Workshop
from lms.kernel.db import db, unit_of_work
from lms.kernel.errors import NotFound
from lms.kernel.permissions import SYSTEM
from lms.kernel.storage import storage
from lms.plugins.certificates import template_queries, templates
from lms.plugins.certificates.design import ready_made
from lms.plugins.certificates.design.model import Design, canonical, digest
from lms.plugins.certificates.design_models import Template, TemplateVersion
from lms.plugins.certificates.enums import PaperKind, PaperRole
from lms.plugins.certificates.errors import CertificateRefused
from lms.testing import factories as factory_module

CERTIFICATE, LETTER = PaperKind.CERTIFICATE, PaperKind.LETTER
PESERTA = PaperRole.PESERTA


def picture(colour: tuple[int, int, int, int] = (10, 67, 82, 90)) -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), colour).save(file, "PNG")
    return file.getvalue()


def changed(design: Design, **values: Any) -> Design:
    return Design.model_validate(canonical(design) | values)


def stamped(design: Design, sha256: str) -> Design:
    plain: dict[str, Any] = canonical(design)
    stamp = {"id": "cap", "kind": "stamp", "x": 40, "y": 150, "w": 30, "h": 30, "asset": sha256, "alt": "Cap"}
    plain["front"]["elements"].append(stamp)
    return Design.model_validate(plain)


def make(organiser_id: int, name: str = "Rancangan kami", design: Design | None = None) -> Template:
    return templates.create(
        organiser_id=organiser_id, name=name, design=design or ready_made.design("polos"), actor=SYSTEM
    )


@pytest.mark.parametrize(
    ("role", "kind", "name"),
    [
        (PaperRole.PESERTA, CERTIFICATE, "kalbar"),
        (PaperRole.PANITIA, CERTIFICATE, "kalbar"),
        (PaperRole.NARASUMBER, CERTIFICATE, "piagam"),
        (PaperRole.MODERATOR, CERTIFICATE, "piagam"),
        (PaperRole.FASILITATOR, CERTIFICATE, "piagam"),
        (PaperRole.NARASUMBER, LETTER, "surat"),
    ],
)
def test_without_a_choice_a_ready_made_design_is_used(
    workshop: Workshop, role: PaperRole, kind: PaperKind, name: str
) -> None:
    version = templates.version_for(workshop, role, kind)
    assert (version.template.ready_made, version.number) == (name, 1)
    assert templates.design_of(version) == ready_made.design(name) == templates.design_for(workshop, role, kind)
    assert templates.version_for(workshop, role, kind) is version


def test_a_preview_writes_nothing(workshop: Workshop) -> None:
    templates.design_for(workshop, PESERTA, CERTIFICATE)
    assert template_queries.templates_of(workshop.organiser_id) == []


def test_the_ready_made_designs_come_first_in_the_list_and_only_once(workshop: Workshop) -> None:
    make(workshop.organiser_id, "Bagus")
    make(workshop.organiser_id, "Aneka")
    for _ in range(2):
        templates.ensure_ready_made(workshop.organiser_id)
    listed = template_queries.templates_of(workshop.organiser_id)
    assert [row.template.name for row in listed] == [*ready_made.NAMES.values(), "Aneka", "Bagus"]
    assert {row.number for row in listed} == {1}


def test_a_design_that_the_product_changed_becomes_a_new_version(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = templates.version_for(workshop, PESERTA, CERTIFICATE)
    fresh = changed(ready_made.design("kalbar"), title="SERTIFIKAT BARU")
    with monkeypatch.context() as patch:
        patch.setattr(ready_made, "design", lambda name: fresh)
        patch.setattr(ready_made, "fingerprint", lambda name: digest(fresh))
        new = templates.version_for(workshop, PESERTA, CERTIFICATE)
        assert (new.number, templates.design_of(new)) == (2, fresh)
    assert templates.design_of(old) == ready_made.design("kalbar")
    # A process that still runs the old product does not bring the old design back.
    assert templates.version_for(workshop, PESERTA, CERTIFICATE) is new


def test_a_ready_made_design_is_not_edited_but_copied(workshop: Workshop) -> None:
    template = templates.version_for(workshop, PESERTA, CERTIFICATE).template
    design = changed(ready_made.design("kalbar"), title="LAIN")
    with pytest.raises(CertificateRefused, match="Buat salinan"):
        templates.save_version(template_id=template.id, design=design, seen_number=1, actor=SYSTEM)
    with pytest.raises(CertificateRefused, match="Buat salinan"):
        templates.rename(template_id=template.id, name="Lain", actor=SYSTEM)
    with pytest.raises(CertificateRefused, match="Buat salinan"):
        templates.archive(template_id=template.id, actor=SYSTEM)
    made = templates.copy(template_id=template.id, name="  Kalbar   kami ", actor=SYSTEM)
    assert (made.name, made.ready_made) == ("Kalbar kami", None)
    assert templates.design_of(template_queries.newest_version(made.id)) == ready_made.design("kalbar")


def test_c21_saving_makes_a_new_version_and_the_old_one_stays(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    first = template_queries.newest_version(made.id)
    kept = (dict(first.design), first.sha256)
    second = templates.save_version(
        template_id=made.id,
        design=changed(ready_made.design("polos"), title="PIAGAM"),
        seen_number=1,
        actor=SYSTEM,
    )
    assert (second.number, second.design["title"]) == (2, "PIAGAM")
    db.session.refresh(first)
    assert (first.design, first.sha256) == kept
    assert [version.number for version in template_queries.versions_of(made.id)] == [2, 1]


def test_c21_issued_papers_keep_their_version_and_their_bytes(workshop: Workshop, add_person: Any, issue: Any) -> None:
    made = make(workshop.organiser_id)
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=made.id, actor=SYSTEM)
    before = issue(add_person("Yohana Lestari"))
    seen = (before.template_version_id, before.sha256, storage().read(before.storage_key))
    design = changed(ready_made.design("polos"), title="PIAGAM")
    templates.save_version(template_id=made.id, design=design, seen_number=1, actor=SYSTEM)
    after = issue(add_person("Rafi"))
    db.session.refresh(before)
    assert (before.template_version_id, before.sha256, storage().read(before.storage_key)) == seen
    assert after.template_version_id == template_queries.newest_version(made.id).id != before.template_version_id


def test_saving_the_same_design_again_makes_no_version(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    design = changed(ready_made.design("polos"), title="PIAGAM")
    for _ in range(2):  # the second time as a repeated request, which has seen version 1 only
        saved = templates.save_version(template_id=made.id, design=design, seen_number=1, actor=SYSTEM)
        assert saved.number == 2


def test_who_saves_after_somebody_else_is_told(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    one, other = (changed(ready_made.design("polos"), title=title) for title in ("SATU", "DUA"))
    templates.save_version(template_id=made.id, design=one, seen_number=1, actor=SYSTEM)
    with pytest.raises(CertificateRefused, match="orang lain"):
        templates.save_version(template_id=made.id, design=other, seen_number=1, actor=SYSTEM)
    assert template_queries.newest_version(made.id).design["title"] == "SATU"


def test_names_are_asked_for(workshop: Workshop) -> None:
    for name in ("", "   ", "x" * 121):
        with pytest.raises(CertificateRefused) as caught:
            make(workshop.organiser_id, name)
        assert caught.value.field == "name"


def test_the_choice_of_a_workshop_is_used_for_its_role_only(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    for _ in range(2):
        templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=made.id, actor=SYSTEM)
    assert templates.version_for(workshop, PESERTA, CERTIFICATE).template_id == made.id
    assert templates.version_for(workshop, PaperRole.NARASUMBER, CERTIFICATE).template.ready_made == "piagam"
    assert templates.version_for(workshop, PESERTA, LETTER).template.ready_made == "surat"
    other = make(workshop.organiser_id, "Lain")
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=other.id, actor=SYSTEM)
    assert template_queries.choices_of(workshop.id) == {PESERTA: other}
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=None, actor=SYSTEM)
    assert templates.version_for(workshop, PESERTA, CERTIFICATE).template.ready_made == "kalbar"


def test_the_newest_version_of_the_choice_is_used(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=made.id, actor=SYSTEM)
    design = changed(ready_made.design("polos"), title="PIAGAM")
    templates.save_version(template_id=made.id, design=design, seen_number=1, actor=SYSTEM)
    assert templates.version_for(workshop, PESERTA, CERTIFICATE).number == 2
    assert templates.design_for(workshop, PESERTA, CERTIFICATE).title == "PIAGAM"


def test_foreign_and_archived_templates_cannot_be_chosen(workshop: Workshop, factories: Any) -> None:
    foreign = make(factories.organiser().id)
    archived = make(workshop.organiser_id)
    templates.archive(template_id=archived.id, actor=SYSTEM)
    for template_id in (foreign.id, archived.id, 999_999):
        with pytest.raises(CertificateRefused) as caught:
            templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=template_id, actor=SYSTEM)
        assert caught.value.field == "template_id"


def test_an_archived_template_leaves_the_list_and_goes_on_where_it_was_chosen(workshop: Workshop) -> None:
    made = make(workshop.organiser_id)
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=made.id, actor=SYSTEM)
    templates.archive(template_id=made.id, actor=SYSTEM)
    assert template_queries.templates_of(workshop.organiser_id) == []
    [listed] = template_queries.templates_of(workshop.organiser_id, with_archived=True)
    assert (listed.template, listed.uses) == (made, 1)
    assert templates.version_for(workshop, PESERTA, CERTIFICATE).template_id == made.id
    templates.archive(template_id=made.id, actor=SYSTEM, is_archived=False)
    assert made.archived_at is None


def test_a_copied_workshop_prints_with_the_same_designs(workshop: Workshop, factories: Any) -> None:
    made = make(workshop.organiser_id)
    templates.choose(workshop_id=workshop.id, role=PESERTA, template_id=made.id, actor=SYSTEM)
    later, foreign = factories.workshop(organiser=workshop.organiser), factories.workshop()
    for target in (later, foreign):
        templates.copy_choices(source_id=workshop.id, workshop_id=target.id)
    assert template_queries.choices_of(later.id) == {PESERTA: made}
    assert template_queries.choices_of(foreign.id) == {}


def test_a_picture_is_kept_once_and_read_by_its_organiser_only(workshop: Workshop, factories: Any) -> None:
    organiser_id = workshop.organiser_id
    first = templates.add_asset(organiser_id=organiser_id, data=picture(), filename="C:\\cap\\kami.png", actor=SYSTEM)
    again = templates.add_asset(organiser_id=organiser_id, data=picture(), filename="lain.png", actor=SYSTEM)
    assert again is first
    assert first.storage_key == f"certificates/assets/{organiser_id}/{first.sha256}.png"
    assert (first.name, first.media_type, first.width) == ("kami.png", "image/png", 40)
    media_type, data = templates.asset_reader(organiser_id)(first.sha256)
    assert (media_type, len(data)) == ("image/png", first.size)
    with pytest.raises(NotFound):
        templates.asset_reader(factories.organiser().id)(first.sha256)


def test_a_design_may_only_show_pictures_of_its_organiser(workshop: Workshop, factories: Any) -> None:
    foreign = templates.add_asset(
        organiser_id=factories.organiser().id, data=picture(), filename="cap.png", actor=SYSTEM
    )
    design = stamped(ready_made.design("polos"), foreign.sha256)
    with pytest.raises(CertificateRefused, match="Unggah kembali"):
        make(workshop.organiser_id, design=design)
    made = make(workshop.organiser_id)
    with pytest.raises(CertificateRefused, match="Unggah kembali"):
        templates.save_version(template_id=made.id, design=design, seen_number=1, actor=SYSTEM)


def test_c20_a_design_with_pictures_goes_to_another_organiser_as_one_file(workshop: Workshop, factories: Any) -> None:
    asset = templates.add_asset(organiser_id=workshop.organiser_id, data=picture(), filename="cap.png", actor=SYSTEM)
    made = make(workshop.organiser_id, design=stamped(ready_made.design("kalbar"), asset.sha256))
    file = templates.export_zip(template_queries.newest_version(made.id))
    assert file == templates.export_zip(template_queries.newest_version(made.id))
    other = factories.organiser()
    arrived = templates.import_zip(organiser_id=other.id, data=file, actor=SYSTEM)
    version = template_queries.newest_version(arrived.id)
    assert (arrived.name, arrived.organiser_id, version.number) == ("Rancangan kami", other.id, 1)
    assert templates.design_of(version) == stamped(ready_made.design("kalbar"), asset.sha256)
    [kept] = template_queries.assets_of(other.id)
    assert (kept.sha256, kept.name) == (asset.sha256, "cap.png")


def test_a_refused_file_leaves_nothing_behind(workshop: Workshop) -> None:
    with pytest.raises(CertificateRefused), unit_of_work():
        templates.import_zip(organiser_id=workshop.organiser_id, data=b"bukan zip", actor=SYSTEM)
    assert template_queries.templates_of(workshop.organiser_id) == []


def test_the_list_costs_the_same_for_many(workshop: Workshop, count_statements: Any) -> None:
    make(workshop.organiser_id)
    db.session.flush()
    count_statements()
    template_queries.templates_of(workshop.organiser_id)
    few = count_statements()
    for number in range(5):
        make(workshop.organiser_id, f"Rancangan {number}")
    db.session.flush()
    count_statements()
    template_queries.templates_of(workshop.organiser_id)
    assert count_statements() == few == 1


def test_many_at_once_make_each_ready_made_design_once(live_app: Flask) -> None:
    with unit_of_work():
        workshop_id = factory_module.workshop().id

    def ask(_: int) -> int:
        with live_app.app_context():
            workshop = db.session.get_one(Workshop, workshop_id)
            try:
                return templates.version_for(workshop, PESERTA, CERTIFICATE).id
            finally:
                db.session.remove()

    with ThreadPoolExecutor(8) as pool:
        found = set(pool.map(ask, range(16)))
    assert len(found) == 1
    assert len(db.session.scalars(db.select(Template)).all()) == 1
    assert len(db.session.scalars(db.select(TemplateVersion)).all()) == 1

"""Pages of designs: the list, the designer's answers to its scripts, files, and the choice of a workshop."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from PIL import Image

from lms.kernel.db import db, unit_of_work
from lms.kernel.permissions import SYSTEM
from lms.plugins.certificates import template_queries as queries
from lms.plugins.certificates import templates
from lms.plugins.certificates.design import starter
from lms.plugins.certificates.design.model import canonical
from lms.plugins.certificates.design_models import Template
from lms.plugins.certificates.enums import PaperKind, PaperRole


@pytest.fixture
def own(workshop: Any) -> Template:
    """A design of the organiser with the least that a design has."""
    with unit_of_work():
        return templates.create(
            organiser_id=workshop.organiser_id, name="Rancangan kami", design=starter.empty(), actor=SYSTEM
        )


def list_of(workshop: Any) -> str:
    return f"/kelola/penyelenggara/{workshop.organiser_id}/rancangan"


def png(colour: str = "#dfecec") -> io.BytesIO:
    made = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(made, "PNG")
    made.seek(0)
    return made


def sent(template: Template, **changes: Any) -> dict[str, Any]:
    """What the designer posts: the design as it is, with `changes` of its first element, from the newest version."""
    newest = queries.newest_version(template.id)
    design = canonical(templates.design_of(newest))
    design["front"]["elements"][0] |= changes
    return {"design": design, "seen": newest.number}


def test_the_list_shows_ready_made_designs_and_own_ones_with_pictures(
    as_user: Any, workshop: Any, own: Template
) -> None:
    browser = as_user.organiser(workshop)
    page = browser.get(list_of(workshop)).text
    assert page.index("Kalimantan Barat") < page.index("Rancangan kami")
    assert "belum dipilih di lokakarya mana pun" in page
    first = browser.get(f"/kelola/rancangan/{own.id}/gambar/front.png")
    assert (first.status_code, first.mimetype) == (200, "image/png")
    assert browser.get(f"/kelola/rancangan/{own.id}/gambar/front.png").data == first.data
    assert browser.get(f"/kelola/rancangan/{own.id}/gambar/back.png").status_code == 404


def test_nobody_but_the_organiser_sees_or_changes_a_design(
    as_user: Any, workshop: Any, own: Template, factories: Any, client: Any
) -> None:
    foreign = as_user.organiser(factories.workshop(organiser=factories.organiser()))
    for browser in (foreign, as_user.committee(workshop)):
        for path in ("", ".zip", "/contoh.pdf", "/gambar/front.png"):
            assert browser.get(f"/kelola/rancangan/{own.id}{path}").status_code == 404
        assert browser.get(list_of(workshop)).status_code == 404
        assert browser.post(f"/kelola/rancangan/{own.id}/simpan", json=sent(own, y=50)).status_code == 404
        assert browser.post(f"/kelola/rancangan/{own.id}/arsip").status_code == 404
    assert queries.newest_version(own.id).number == 1
    assert client.get(f"/kelola/rancangan/{own.id}").status_code == 302


def test_a_new_design_begins_with_what_every_design_needs(as_user: Any, workshop: Any) -> None:
    browser = as_user.organiser(workshop)
    assert browser.post(list_of(workshop), data={"name": " "}).status_code == 422
    answer = browser.post(list_of(workshop), data={"name": "Piagam desa"})
    assert answer.status_code == 303
    page = browser.get(answer.location).text
    assert "data-designer" in page
    assert "Rancangan hanya dapat diubah dengan JavaScript" in page
    assert browser.get(answer.location + "/contoh.pdf").data.startswith(b"%PDF")


def test_a_ready_made_design_is_copied_and_not_changed(as_user: Any, workshop: Any) -> None:
    templates.ensure_ready_made(workshop.organiser_id)
    ready = queries.ready_made_of(workshop.organiser_id, "kalbar")
    assert ready is not None
    browser = as_user.organiser(workshop)
    assert "data-designer" not in browser.get(f"/kelola/rancangan/{ready.id}").text
    assert browser.post(f"/kelola/rancangan/{ready.id}/simpan", json=sent(ready, x=40)).status_code == 422
    answer = browser.post(f"/kelola/rancangan/{ready.id}/salin")
    made = queries.templates_of(workshop.organiser_id)[-1].template
    assert answer.location.endswith(f"/kelola/rancangan/{made.id}")
    assert (made.ready_made, made.name) == (None, "Kalimantan Barat (salinan)")


def test_c21_saving_makes_a_version_once_and_tells_who_comes_too_late(
    as_user: Any, workshop: Any, own: Template
) -> None:
    browser, save = as_user.organiser(workshop), f"/kelola/rancangan/{own.id}/simpan"
    mine, rival = sent(own, y=50), sent(own, y=55)
    for _again in range(2):
        answer = browser.post(save, json=mine)
        assert (answer.status_code, answer.json) == (200, {"number": 2})
    late = browser.post(save, json=rival)
    assert (late.status_code, late.json["number"]) == (409, 2)
    assert browser.post(save, json=rival | {"seen": 2}).json == {"number": 3}


def test_c20_a_refusal_names_the_element_and_its_field(as_user: Any, workshop: Any, own: Template) -> None:
    browser = as_user.organiser(workshop)
    answer = browser.post(f"/kelola/rancangan/{own.id}/simpan", json=sent(own, x=-999))
    assert answer.status_code == 422
    [fault] = answer.json["faults"]
    assert (fault["side"], fault["element"]) == ("front", "judul")
    assert fault["message"].startswith("Kiri, mm:")
    nameless = sent(own)
    nameless["design"]["front"]["elements"] = [
        element for element in nameless["design"]["front"]["elements"] if element["kind"] != "name"
    ]
    [fault] = browser.post(f"/kelola/rancangan/{own.id}/simpan", json=nameless).json["faults"]
    assert (fault["side"], fault["element"]) == ("", "")
    for nonsense in ([], {"seen": "x"}, {"seen": 1, "design": 7}):
        assert browser.post(f"/kelola/rancangan/{own.id}/simpan", json=nonsense).status_code in {400, 422}


def test_c19_the_print_shows_the_sample_or_the_longest_name_of_a_workshop(
    as_user: Any, workshop: Any, own: Template, add_person: Any, factories: Any
) -> None:
    browser, path = as_user.organiser(workshop), f"/kelola/rancangan/{own.id}/cetak"
    body = sent(own) | {"side": "front"}
    sample = browser.post(path, json=body | {"workshop": None})
    assert (sample.status_code, sample.mimetype) == (200, "image/png")
    empty = browser.post(path, json=body | {"workshop": workshop.id})
    assert empty.status_code == 422
    add_person("Bartolomeus Aleksander Tumenggung")
    real = browser.post(path, json=body | {"workshop": workshop.id})
    assert (real.status_code, real.mimetype) == (200, "image/png")
    assert real.data != sample.data
    foreign = factories.workshop(organiser=factories.organiser())
    assert browser.post(path, json=body | {"workshop": foreign.id}).status_code == 404
    assert browser.post(path, json=body | {"side": "above"}).status_code == 400


def test_c20_pictures_are_uploaded_once_and_shown_to_the_organiser_only(
    as_user: Any, workshop: Any, factories: Any
) -> None:
    browser, path = as_user.organiser(workshop), f"{list_of(workshop)}/gambar"
    answers = [browser.post(path, data={"file": (png(), "latar.png")}).json for _again in range(2)]
    assert answers[0] == answers[1]
    sha = answers[0]["asset"]["sha256"]
    assert browser.get(f"{path}/{sha}").mimetype.startswith("image/")
    refused = browser.post(path, data={"file": (io.BytesIO(b"MZ\x90"), "virus.exe")})
    assert refused.status_code == 422
    assert refused.json["message"]
    other = factories.workshop(organiser=factories.organiser())
    assert as_user.organiser(other).get(f"{path}/{sha}").status_code == 404
    assert as_user.organiser(other).get(f"{list_of(other)}/gambar/{sha}").status_code == 404


def test_c20_a_design_travels_as_one_file(as_user: Any, workshop: Any, own: Template) -> None:
    browser = as_user.organiser(workshop)
    file = browser.get(f"/kelola/rancangan/{own.id}.zip")
    assert "design.json" in zipfile.ZipFile(io.BytesIO(file.data)).namelist()
    answer = browser.post(f"{list_of(workshop)}/impor", data={"file": (io.BytesIO(file.data), "a.zip")})
    assert answer.status_code == 303
    copies = [row for row in queries.templates_of(workshop.organiser_id) if row.template.name == own.name]
    assert len(copies) == 2
    broken = browser.post(f"{list_of(workshop)}/impor", data={"file": (io.BytesIO(b"PK"), "a.zip")})
    assert broken.status_code == 422
    assert "error-summary" in broken.text


def test_a_design_is_renamed_put_away_and_brought_back(as_user: Any, workshop: Any, own: Template) -> None:
    browser, one = as_user.organiser(workshop), f"/kelola/rancangan/{own.id}"
    assert browser.post(f"{one}/nama", data={f"r{own.id}-name": "Baru"}).status_code == 303
    assert own.name == "Baru"
    empty = browser.post(f"{one}/nama", data={f"r{own.id}-name": ""})
    assert empty.status_code == 422
    assert browser.post(f"{one}/arsip").status_code == 303
    page = browser.get(list_of(workshop)).text
    assert "“Baru” diarsipkan" in page
    assert f"/kelola/rancangan/{own.id}/gambar" not in page
    assert browser.post(f"{one}/pulihkan").status_code == 303
    assert f"/kelola/rancangan/{own.id}/gambar" in browser.get(list_of(workshop)).text


def test_each_role_of_a_workshop_gets_the_design_that_was_chosen(as_user: Any, workshop: Any, own: Template) -> None:
    browser, path = as_user.organiser(workshop), f"/kelola/lokakarya/{workshop.id}/sertifikat/rancangan"
    assert "Surat ucapan terima kasih" in browser.get(f"{path}?peran=narasumber").text
    assert browser.post(path, data={"peran": "panitia", "template_id": own.id}).status_code == 303
    db.session.expire_all()
    assert templates.version_for(workshop, PaperRole.PANITIA, PaperKind.CERTIFICATE).template_id == own.id
    assert templates.version_for(workshop, PaperRole.PESERTA, PaperKind.CERTIFICATE).template_id != own.id
    assert browser.post(path, data={"peran": "panitia", "template_id": 999_999}).status_code == 422
    browser.post(f"/kelola/rancangan/{own.id}/arsip")
    page = browser.get(f"{path}?peran=panitia").text
    assert own.name in page
    assert own.name not in browser.get(f"{path}?peran=peserta").text


def test_ornaments_and_fonts_come_as_they_are_printed(as_user: Any, workshop: Any) -> None:
    browser = as_user.organiser(workshop)
    drawn = browser.get("/kelola/rancangan/hiasan/corak.svg?w=120&h=7&warna=0a4352&aksen=eab042")
    assert (drawn.status_code, drawn.mimetype) == (200, "image/svg+xml")
    assert b'viewBox="0 0 120 7"' in drawn.data
    assert browser.get("/kelola/rancangan/hiasan/microtext.svg").status_code == 200
    assert browser.get("/kelola/rancangan/hiasan/corak.svg?w=-3").status_code == 400
    assert browser.get('/kelola/rancangan/hiasan/corak.svg?warna="><b').status_code == 400
    assert browser.get("/kelola/rancangan/hiasan/naga.svg").status_code == 404
    assert browser.get("/certificates/huruf/PlusJakartaSans-400.ttf").mimetype == "font/ttf"
    assert browser.get("/certificates/huruf/OFL.txt").status_code == 404

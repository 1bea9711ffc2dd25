"""A design as one file: out and in again, and what is refused."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from typing import Any

import pytest
from flask import Flask
from flask_babel import Babel
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from lms.plugins.certificates.design import exchange, ready_made
from lms.plugins.certificates.design.exchange import Packed, pack, unpack, with_assets
from lms.plugins.certificates.design.model import Design, canonical
from lms.plugins.certificates.errors import CertificateRefused

pytestmark = pytest.mark.usefixtures("words")


@pytest.fixture(scope="module")
def words() -> Any:
    app = Flask(__name__)
    Babel(app)
    with app.test_request_context():
        yield


def stamp() -> bytes:
    file = io.BytesIO()
    Image.new("RGBA", (40, 40), (10, 67, 82, 90)).save(file, "PNG", compress_level=0)
    return file.getvalue()


def sha(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def illustrated() -> Design:
    """A ready-made design with a stamp on the front, and the same picture behind the back page."""
    plain: dict[str, Any] = canonical(ready_made.design("polos"))
    plain["front"]["elements"].append(
        {"id": "cap", "kind": "stamp", "x": 40, "y": 150, "w": 30, "h": 30, "asset": sha(stamp()), "alt": "Cap"}
    )
    plain["back"]["background"] = sha(stamp())
    return Design.model_validate(plain)


def packed(name: str = "Rancangan Café", design: Design | None = None) -> bytes:
    pictures = {sha(stamp()): Packed("image/png", stamp(), name="cap kami.png")}
    return pack(name=name, design=design or illustrated(), pictures=pictures)


def zipped(parts: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return made.getvalue()


def sheet(**values: Any) -> str:
    plain = {"kind": exchange.KIND, "format": 1, "name": "x", "design": canonical(ready_made.design("polos"))}
    return json.dumps(plain | values)


def refusal(data: bytes) -> str:
    with pytest.raises(CertificateRefused) as caught:
        unpack(data)
    assert caught.value.field == "file"
    return str(caught.value)


@pytest.mark.parametrize("name", ready_made.NAMES)
def test_c20_a_design_comes_back_as_it_went(name: str) -> None:
    design = ready_made.design(name)
    parcel = unpack(pack(name="Dari kami", design=design, pictures={}))
    assert (parcel.name, parcel.design, dict(parcel.pictures)) == ("Dari kami", design, {})


def test_c20_pictures_travel_along_and_are_cleaned_again() -> None:
    parcel = unpack(packed())
    [(old, picture)] = parcel.pictures.items()
    assert (old, parcel.names[old], parcel.name) == (sha(stamp()), "cap kami.png", "Rancangan Café")
    assert picture.media_type == "image/png" and len(picture.data) < len(stamp())
    moved = with_assets(parcel.design, {old: sha(picture.data)})
    assert set(moved.assets()) == {sha(picture.data)} and len(list(moved.assets())) == 2
    assert with_assets(moved, {sha(picture.data): old}) == illustrated()


def test_the_same_design_gives_the_same_bytes() -> None:
    assert packed() == packed()


def test_the_file_holds_the_design_and_its_pictures_and_nothing_else() -> None:
    with zipfile.ZipFile(io.BytesIO(packed())) as archive:
        assert archive.namelist() == ["design.json", f"pictures/{sha(stamp())}.png"]


@pytest.mark.parametrize(
    ("parts", "says"),
    [
        ({}, "holds no design"),
        ({"design.json": "{"}, "no JSON"),
        ({"design.json": "[" * 9_000}, "no JSON"),
        ({"design.json": "[]"}, "holds no design"),
        ({"design.json": sheet(kind="lain")}, "holds no design"),
        ({"design.json": sheet(format=2)}, "newer version"),
        ({"design.json": sheet(design=7)}, "has mistakes"),
        ({"design.json": sheet(), "../../jahat.py": "x"}, "belongs to no design: ../../jahat.py"),
        ({"design.json": sheet(), "pictures/a.png": "x"}, "belongs to no design"),
        ({"design.json": sheet(), "README": "x"}, "belongs to no design"),
        ({"design.json": b" " * 400_000 + sheet().encode()}, "too large: design.json"),
        ({"design.json": sheet()} | {f"pictures/{n:064x}.png": "x" for n in range(60)}, "too many parts"),
        ({"design.json": sheet(design=canonical(illustrated()))}, "picture of the design is missing"),
        (
            {"design.json": sheet(design=canonical(illustrated())), f"pictures/{sha(stamp())}.png": "rusak"},
            "A picture in the file cannot be used",
        ),
    ],
)
def test_a_file_that_is_no_design_is_refused_with_the_reason(parts: dict[str, bytes | str], says: str) -> None:
    assert says in refusal(zipped(parts))


def test_what_is_no_zip_is_refused() -> None:
    assert "damaged" in refusal(b"bukan zip")
    assert "damaged" in refusal(packed()[:-40])


def test_a_locked_or_oddly_packed_zip_is_refused() -> None:
    locked = bytearray(zipped({"design.json": sheet()}))
    at = locked.rindex(b"PK\x01\x02")
    locked[at + 8] |= 1
    assert "password" in refusal(bytes(locked))
    assert "unknown way" in refusal(zipped({"design.json": sheet()}, zipfile.ZIP_BZIP2))


def test_a_bomb_is_refused_before_it_is_unpacked() -> None:
    bomb = zipped({"design.json": sheet(), f"pictures/{'0' * 64}.png": b"\0" * 15_000_000})
    assert len(bomb) < 30_000
    assert "too large" in refusal(bomb)


def test_one_that_lies_about_its_size_is_refused() -> None:
    honest = bytearray(packed())
    at = honest.rindex(b"PK\x01\x02")
    honest[at + 24 : at + 28] = (10).to_bytes(4, "little")
    assert refusal(bytes(honest))


def test_the_same_part_twice_is_refused() -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as archive:
        archive.writestr("design.json", sheet())
        with pytest.warns(UserWarning, match="Duplicate"):
            archive.writestr("design.json", sheet())
    assert "there twice" in refusal(made.getvalue())


def test_mistakes_in_the_design_are_named_with_their_place() -> None:
    plain: dict[str, Any] = canonical(ready_made.design("polos"))
    plain["front"]["elements"][2]["size"] = 500
    plain["back"]["elements"][0]["colour"] = "merah"
    del plain["front"]["elements"][4]["x"]
    plain["front"]["elements"][5]["kind"] = "bintang"
    said = refusal(zipped({"design.json": sheet(design=plain)}))
    assert said == (
        "The design in the file has mistakes: front, element 3, size: must be at most 120; front, element 5, x: is "
        "missing; front, element 6: is of an unknown kind; back, element 1, colour: is not written as it should be."
    )


def test_rules_of_the_whole_design_are_named_too() -> None:
    plain: dict[str, Any] = canonical(ready_made.design("polos"))
    plain["front"]["elements"] = [e for e in plain["front"]["elements"] if e["kind"] != "qr"]
    assert "the design needs a QR code" in refusal(zipped({"design.json": sheet(design=plain)}))


def test_a_name_is_made_tidy() -> None:
    assert unpack(zipped({"design.json": sheet(name="  Dua\n\x00baris  " + "x" * 300)})).name.startswith("Dua baris x")
    assert unpack(zipped({"design.json": sheet(name=7)})).name == "Imported design"


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_a_changed_or_cut_file_is_read_or_refused(data: st.DataObject) -> None:
    changed = bytearray(packed())
    for at in data.draw(st.lists(st.integers(0, len(changed) - 1), max_size=6)):
        changed[at] = data.draw(st.integers(0, 255))
    try:
        unpack(bytes(changed[: data.draw(st.integers(1, len(changed)))]))
    except CertificateRefused:
        return


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.data(), JSON)
def test_any_value_at_any_place_of_the_design_is_read_or_refused(data: st.DataObject, value: Any) -> None:
    plain: dict[str, Any] = canonical(ready_made.design("polos"))
    place: Any = plain
    while True:
        key = data.draw(st.sampled_from(sorted(place) if isinstance(place, dict) else range(len(place))))
        if not isinstance(place[key], dict | list) or not place[key] or data.draw(st.booleans()):
            break
        place = place[key]
    place[key] = value
    try:
        unpack(zipped({"design.json": sheet(design=plain)}))
    except CertificateRefused:
        return

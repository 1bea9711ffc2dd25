"""What the designer begins with: an empty page, an empty back page, and new elements of each kind."""

from __future__ import annotations

from typing import Any

from lms.plugins.certificates.design.model import (
    Design,
    Drawing,
    Materials,
    Page,
    Picture,
    QrCode,
    Signature,
    Text,
)

_SOFT = "#4b5a5e"
_BOX: dict[str, Any] = {"id": "x", "x": 0, "y": 0, "w": 40, "h": 10}


def empty() -> Design:
    """What every design needs, on white: a heading, the number, the name and the QR code."""
    middle: dict[str, Any] = {"x": 48.5, "w": 200}
    return Design(
        front=Page(
            elements=(
                Text(
                    id="judul", content="SERTIFIKAT", y=40, h=18, size=38, min_size=20, weight=800, tracking=0.12,
                    colour="#0a4352", **middle,
                ),
                Text(id="nomor", content="Nomor: {nomor}", y=60, h=7, size=11, colour=_SOFT, **middle),
                Text(
                    id="nama", kind="name", content="{nama_gelar}", y=84, h=22, size=32, min_size=14, weight=800,
                    **middle,
                ),
                Text(
                    id="kalimat", content="{kalimat}\n{lokakarya}", y=112, h=18, size=13, min_size=9, **middle
                ),
                QrCode(id="qr", x=18, y=166, w=28, h=28),
            )
        )
    )  # fmt: skip


def back() -> Page:
    """A back page with the table of materials."""
    return Page(
        elements=(
            Text(id="judul", content="Materi {lokakarya}", x=18, y=14, w=261, h=12, size=16, min_size=10, weight=800,
                 colour="#0a4352", align="left"),
            Materials(id="materi", x=18, y=32, w=261, h=150),
        )
    )  # fmt: skip


def fresh() -> dict[str, dict[str, Any]]:
    """A new element of each kind as JSON values; the browser gives it an id and a place."""
    made = (
        Text(**_BOX, content="{lokakarya}", size=14, min_size=9),
        Picture(**_BOX, kind="picture"),
        Picture(**_BOX, kind="logo"),
        Picture(**_BOX, kind="stamp", opacity=0.85),
        Signature(**_BOX, place=1),
        QrCode(**_BOX),
        Drawing(**_BOX, ornament="corak"),
    )
    return {element.kind: element.model_dump(mode="json") for element in made}

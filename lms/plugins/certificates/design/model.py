"""What a design is: elements in millimetres on A4 landscape pages, as plain JSON that people may exchange as a file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

WIDTH, HEIGHT = 297.0, 210.0  # mm, A4 landscape
FORMAT = 1
MAX_ELEMENTS = 80
Millimetres = Annotated[float, Field(ge=-50, le=350, allow_inf_nan=False)]
Length = Annotated[float, Field(ge=0.5, le=297, allow_inf_nan=False)]
Colour = Annotated[str, Field(pattern=r"^#[0-9a-f]{6}$")]
AssetId = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]  # the SHA-256 of an asset of the organiser
Font = Literal["sans", "serif", "display"]
Align = Literal["left", "center", "right"]
Ornament = Literal["corak", "line", "double-line", "diamond", "frame-woven", "frame-line", "guilloche", "microtext"]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Element(_Strict):
    """A box: its upper left corner and size in mm. `id` is unique on its page; later elements lie above."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,40}$")]
    x: Millimetres
    y: Millimetres
    w: Length
    h: Length
    is_locked: bool = False


class Text(Element):
    """A text with `{tokens}` of `design.facts.TOKENS`.

    It shrinks from `size` to `min_size` (pt) to fit on one line, then wraps, and never leaves its box. `name` is the
    holder's name: every front page has exactly one.
    """

    kind: Literal["text", "name"] = "text"
    content: Annotated[str, Field(max_length=600)]
    font: Font = "sans"
    size: Annotated[float, Field(ge=4, le=120)] = 11
    min_size: Annotated[float, Field(ge=4, le=120)] = 8
    weight: Literal[400, 600, 800] = 400
    is_italic: bool = False
    colour: Colour = "#16262b"
    align: Align = "center"
    valign: Literal["top", "middle", "bottom"] = "middle"
    tracking: Annotated[float, Field(ge=-0.1, le=1)] = 0  # em
    leading: Annotated[float, Field(ge=0.2, le=2)] = 0.55  # em between lines
    is_upper: bool = False


class Picture(Element):
    """An asset of the organiser: a picture, a logo or a stamp. Without `alt` it is decoration."""

    kind: Literal["picture", "logo", "stamp"] = "picture"
    asset: AssetId | None = None  # a logo without one is the mark of the product
    alt: Annotated[str, Field(max_length=200)] = ""
    opacity: Annotated[float, Field(ge=0.05, le=1)] = 1


class Signature(Element):
    """The picture of the signature of signatory `place`; empty room when it is signed by hand."""

    kind: Literal["signature"] = "signature"
    place: Annotated[int, Field(ge=1, le=3)]


class QrCode(Element):
    """The QR code of the verification page, on white, as large as fits."""

    kind: Literal["qr"] = "qr"


class Drawing(Element):
    """An ornament of the house, drawn as vectors; decoration for screen readers."""

    kind: Literal["ornament"] = "ornament"
    ornament: Ornament
    colour: Colour = "#0a4352"
    accent: Colour = "#c8932b"
    opacity: Annotated[float, Field(ge=0.05, le=1)] = 1


class Materials(Element):
    """The table of materials, narasumber and JP; on the back page only. It flows over to further pages."""

    kind: Literal["materials"] = "materials"
    size: Annotated[float, Field(ge=6, le=16)] = 10
    colour: Colour = "#0a4352"


AnyElement = Annotated[
    Text | Picture | Signature | QrCode | Drawing | Materials,
    Field(discriminator="kind"),
]


class Page(_Strict):
    """One side. The background covers the whole page, under every element."""

    background: AssetId | None = None
    ground: Colour = "#ffffff"
    elements: Annotated[tuple[AnyElement, ...], Field(max_length=MAX_ELEMENTS)] = ()

    @model_validator(mode="after")
    def _ids_are_unique(self) -> Page:
        ids = [element.id for element in self.elements]
        if len(set(ids)) != len(ids):
            raise ValueError("two elements have the same id")
        return self


class Design(_Strict):
    """A whole design. The back page is used only where there are materials to list."""

    format: Literal[1] = 1
    title: Annotated[str, Field(max_length=60)] = "SERTIFIKAT"  # the title of the file, e.g. PIAGAM PENGHARGAAN
    front: Page
    back: Page | None = None

    @model_validator(mode="after")
    def _parts_are_there(self) -> Design:
        kinds = [element.kind for element in self.front.elements]
        if kinds.count("name") != 1:
            raise ValueError("the front page needs exactly one name")
        if "materials" in kinds:
            raise ValueError("the table of materials belongs on the back page")
        if self.back is not None and [e.kind for e in self.back.elements].count("materials") != 1:
            raise ValueError("the back page needs exactly one table of materials")
        if "qr" not in kinds and "qr" not in [e.kind for e in (self.back.elements if self.back else ())]:
            raise ValueError("the design needs a QR code")
        return self

    def assets(self) -> Iterator[str]:
        """The SHA-256 of every asset it shows."""
        for page in filter(None, (self.front, self.back)):
            if page.background:
                yield page.background
            yield from (e.asset for e in page.elements if isinstance(e, Picture) and e.asset)


def canonical(design: Design) -> dict[str, Any]:
    """Plain JSON values with every default written out, as versions store them."""
    return design.model_dump(mode="json")


def digest(design: Design) -> str:
    """SHA-256 (hex) of the canonical JSON."""
    text = json.dumps(canonical(design), sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()

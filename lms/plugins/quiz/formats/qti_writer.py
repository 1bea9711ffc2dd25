"""Writes a package of QTI 3: an item for each question, a test whose sections are the categories, and a manifest."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape, quoteattr

from lms.plugins.quiz.content import Draft, Fault, Picture
from lms.plugins.quiz.formats.errors import Broken
from lms.plugins.quiz.formats.naming import where_of
from lms.plugins.quiz.formats.qti_frame import NAMESPACE, file_name
from lms.plugins.quiz.formats.qti_item_writer import ItemWriter

_MANIFEST = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_TEST = "test.xml"
_WHEN = (1980, 1, 1, 0, 0, 0)  # the same questions give the same bytes


@dataclass(frozen=True, kw_only=True)
class _Item:
    identifier: str
    category: tuple[str, ...]
    markup: str
    pictures: tuple[Picture, ...]

    @property
    def path(self) -> str:
        return f"items/{self.identifier}.xml"


def write(drafts: Sequence[Draft]) -> tuple[bytes, list[Fault]]:
    """The package, and what QTI cannot express: whole questions, or parts of those that were written."""
    items: list[_Item] = []
    faults: list[Fault] = []
    for draft in drafts:
        identifier = f"item-{len(items) + 1:04}"
        writer = ItemWriter(draft, identifier)
        try:
            markup = writer.item()
        except Broken as error:
            faults.append(Fault(where=where_of(draft), reason=error.reason))
            continue
        faults.extend(Fault(where=where_of(draft), reason=note) for note in writer.notes)
        items.append(
            _Item(identifier=identifier, category=draft.category, markup=markup, pictures=writer.used_pictures())
        )
    return _zipped(items), faults


def _zipped(items: Sequence[_Item]) -> bytes:
    files = {"imsmanifest.xml": _manifest(items).encode(), _TEST: _test(items).encode()}
    for item in items:
        files[item.path] = (_DECLARATION + item.markup).encode()
        for picture in item.pictures:
            files[f"images/{file_name(picture)}"] = picture.data
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name, _WHEN), data, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _manifest(items: Sequence[_Item]) -> str:
    resources = [_resource("test", "imsqti_test_xmlv3p0", _TEST, [item.identifier for item in items])]
    pictures = {file_name(picture): picture for item in items for picture in item.pictures}
    for item in items:
        needed = [f"image-{picture.sha[:16]}" for picture in item.pictures]
        resources.append(_resource(item.identifier, "imsqti_item_xmlv3p0", item.path, needed))
    for name, picture in pictures.items():
        resources.append(_resource(f"image-{picture.sha[:16]}", "webcontent", f"images/{name}", []))
    return (
        f'{_DECLARATION}<manifest xmlns="{_MANIFEST}" identifier="lokakarya">\n'
        "<metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata>\n"
        "<organizations/>\n<resources>\n" + "\n".join(resources) + "\n</resources>\n</manifest>\n"
    )


def _resource(identifier: str, kind: str, path: str, needed: Sequence[str]) -> str:
    dependencies = "".join(f'<dependency identifierref="{name}"/>' for name in needed)
    file = f'<file href="{path}"/>'
    return f'<resource identifier="{identifier}" type="{kind}" href="{path}">{file}{dependencies}</resource>'


def _test(items: Sequence[_Item]) -> str:
    """The items in their order, in sections that are named like their categories."""
    parts: list[str] = []
    open_path: tuple[str, ...] = ()
    number = 0
    for item in items:
        shared = _shared(open_path, item.category)
        parts.append("</qti-assessment-section>" * (len(open_path) - shared))
        for name in item.category[shared:]:
            number += 1
            title = quoteattr(name)
            parts.append(f'<qti-assessment-section identifier="section-{number}" title={title} visible="true">')
        open_path = item.category
        parts.append(f'<qti-assessment-item-ref identifier="{item.identifier}" href="{escape(item.path)}"/>')
    parts.append("</qti-assessment-section>" * len(open_path))
    return (
        f'{_DECLARATION}<qti-assessment-test xmlns="{NAMESPACE}" identifier="test" title="Lokakarya">\n'
        '<qti-test-part identifier="part" navigation-mode="nonlinear" submission-mode="simultaneous">\n'
        '<qti-assessment-section identifier="all" title="Lokakarya" visible="false">\n'
        + "\n".join(part for part in parts if part)
        + "\n</qti-assessment-section>\n</qti-test-part>\n</qti-assessment-test>\n"
    )


def _shared(one: Sequence[str], other: Sequence[str]) -> int:
    """How many names they share from the outside in."""
    count = 0
    for first, second in zip(one, other, strict=False):
        if first != second:
            break
        count += 1
    return count

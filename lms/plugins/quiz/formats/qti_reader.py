"""Reads QTI 2 and QTI 3: single items, and packages with a manifest."""

from __future__ import annotations

import posixpath
from collections.abc import Iterator
from functools import partial
from urllib.parse import unquote

from flask_babel import gettext as _

from lms.plugins.quiz.content import Draft, Reading
from lms.plugins.quiz.formats import xml_safety
from lms.plugins.quiz.formats.collecting import Collector
from lms.plugins.quiz.formats.errors import Broken, UnreadableFile
from lms.plugins.quiz.formats.qti_item import read_item
from lms.plugins.quiz.formats.qti_markup import finder
from lms.plugins.quiz.formats.qti_tree import attribute, children, descendants, name_of
from lms.plugins.quiz.formats.xml_safety import Element
from lms.plugins.quiz.formats.zip_safety import SafeZip, is_zip, open_zip

MANIFEST = "imsmanifest.xml"
_ITEM = "imsqti_item"
_TEST = "imsqti_test"


def read(data: bytes, file_name: str = "") -> Reading:
    """The questions of an item or a package; a broken one is a fault with its file and stops no other.

    Raises UnreadableFile for what is dangerous, too large or no such file.
    """
    if is_zip(data):
        return _Package(open_zip(data)).reading()
    root = xml_safety.parse(data)
    items = [root] if name_of(root) == "assessmentitem" else list(descendants(root, "assessmentitem"))
    if not items:
        raise _not_qti(root)
    collector = Collector()
    for number, item in enumerate(items, start=1):
        where = attribute(item, "title") or attribute(item, "identifier") or _("item %(number)s", number=number)
        collector.attempt(where, partial(read_item, item, where, (), lambda _address: None))
    return collector.reading()


def _not_qti(root: Element) -> UnreadableFile:
    if name_of(root) == "questestinterop":
        return UnreadableFile(
            _("This is QTI 1.2. Export the questions as QTI 2, QTI 3 or Moodle XML and choose that file.")
        )
    return UnreadableFile(_("This file holds no QTI items. Choose the package or the item that was exported."))


class _Package:
    """A zip file with a manifest."""

    def __init__(self, archive: SafeZip) -> None:
        self._archive = archive
        manifests = [name for name in archive.names() if posixpath.basename(name) == MANIFEST]
        if not manifests:
            raise UnreadableFile(
                _("The archive holds no %(name)s. Make it again and choose the new file.", name=MANIFEST)
            )
        self._manifest = min(manifests, key=len)
        self._categories: dict[str, tuple[str, ...]] = {}

    def reading(self) -> Reading:
        collector = Collector()
        manifest = xml_safety.parse(self._archive.read(self._manifest))
        resources = [(attribute(found, "type"), self._path(found)) for found in descendants(manifest, "resource")]
        for kind, path in resources:
            if kind.startswith(_TEST) and path in self._archive:
                self._read_test(path)
        paths = [path for kind, path in resources if kind.startswith(_ITEM) and path]
        for path in dict.fromkeys(paths or self._items_without_manifest()):
            category = collector.category(self._categories.get(path, ()))
            collector.attempt(path, partial(self._draft, path, category))
        return collector.reading()

    def _path(self, resource: Element) -> str:
        """The file of a resource, by its name in the archive."""
        files = [attribute(file, "href") for file in children(resource, "file")]
        address = attribute(resource, "href") or (files[0] if files else "")
        return self._joined(self._manifest, address) if address else ""

    @staticmethod
    def _joined(base: str, address: str) -> str:
        return posixpath.normpath(posixpath.join(posixpath.dirname(base), unquote(address)))

    def _items_without_manifest(self) -> Iterator[str]:
        return (name for name in self._archive.names() if name.endswith(".xml") and name != self._manifest)

    def _read_test(self, path: str) -> None:
        """The titles of sections are the categories of the items in them."""
        try:
            test = xml_safety.parse(self._archive.read(path))
        except UnreadableFile:
            return
        for part in descendants(test, "testpart"):
            self._read_sections(part, path, ())

    def _read_sections(self, parent: Element, path: str, above: tuple[str, ...]) -> None:
        for reference in children(parent, "assessmentitemref"):
            if above:
                self._categories.setdefault(self._joined(path, attribute(reference, "href")), above)
        for section in children(parent, "assessmentsection"):
            title = attribute(section, "title")
            is_named = title and attribute(section, "visible", "true") != "false"
            self._read_sections(section, path, (*above, title) if is_named else above)

    def _draft(self, path: str, category: tuple[str, ...]) -> Draft:
        if path not in self._archive:
            raise Broken(_("The file is named in the manifest, but is not in the package."))
        try:
            item = xml_safety.parse(self._archive.read(path))
        except UnreadableFile as error:
            raise Broken(str(error)) from None
        if name_of(item) != "assessmentitem":
            raise Broken(_("The file holds no question."))
        return read_item(item, path, category, finder(self._find, path))

    def _find(self, name: str) -> bytes | None:
        return self._archive.read(name) if name in self._archive else None

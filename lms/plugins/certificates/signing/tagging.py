"""The signature field in the structure of a tagged PDF, where ISO 14289-1 (7.18.4) wants every widget."""

from __future__ import annotations

from typing import Any

from pyhanko.pdf_utils import generic as objects
from pyhanko.pdf_utils.generic import IndirectObject, pdf_name
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

generic: Any = objects  # it carries hints for half of what it has

TOOLTIP = "Tanda tangan elektronik"  # what screen readers say; official papers are Indonesian


def tag_field(writer: IncrementalPdfFileWriter, field: Any) -> None:
    """Put the widget `field` into a Form element below the document's own; a file without tags stays as it is."""
    root = writer.root
    if "/StructTreeRoot" not in root:
        return
    tree = root["/StructTreeRoot"]
    widget = field.get_object()
    page = widget.raw_get("/P")
    sheet: Any = page.get_object()
    above = _first(tree)
    element = writer.add_object(
        generic.DictionaryObject(
            {
                pdf_name("/Type"): pdf_name("/StructElem"),
                pdf_name("/S"): pdf_name("/Form"),
                pdf_name("/P"): above,
                pdf_name("/Pg"): page,
                pdf_name("/K"): generic.DictionaryObject(
                    {pdf_name("/Type"): pdf_name("/OBJR"), pdf_name("/Obj"): field, pdf_name("/Pg"): page}
                ),
            }
        )
    )
    _add_kid(writer, above.get_object(), element)
    key = int(tree.get("/ParentTreeNextKey", 0))
    tree["/ParentTree"]["/Nums"].extend([generic.NumberObject(key), element])
    tree[pdf_name("/ParentTreeNextKey")] = generic.NumberObject(key + 1)
    widget[pdf_name("/StructParent")] = generic.NumberObject(key)
    widget[pdf_name("/TU")] = generic.TextStringObject(TOOLTIP)
    sheet[pdf_name("/Tabs")] = pdf_name("/S")
    for changed in (tree, tree["/ParentTree"], widget, sheet):
        writer.update_container(changed)


def _first(tree: Any) -> Any:
    """The reference to the document's element."""
    kids = tree.raw_get("/K")
    return kids if isinstance(kids, IndirectObject) else kids.raw_get(0)


def _add_kid(writer: IncrementalPdfFileWriter, element: Any, kid: Any) -> None:
    kids = element.raw_get("/K")
    if isinstance(element["/K"], generic.ArrayObject):
        kids = element["/K"]
    if not isinstance(kids, generic.ArrayObject):
        kids = generic.ArrayObject([kids])
        element[pdf_name("/K")] = kids
    kids.append(kid)
    writer.update_container(element)

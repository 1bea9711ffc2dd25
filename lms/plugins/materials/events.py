"""Events of materials."""

from __future__ import annotations

from dataclasses import dataclass

from lms.kernel.declarations import Event


@dataclass(frozen=True, kw_only=True)
class MaterialUploaded(Event):
    """A new version of a material is stored."""

    material_id: int
    version: int
    workshop_id: int

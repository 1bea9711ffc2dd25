"""What other plugins may import from materials."""

from __future__ import annotations

from lms.plugins.materials.events import MaterialUploaded

__all__ = ["MaterialUploaded"]

"""The drills, in the order in which they run."""

from __future__ import annotations

from drills import r1, r1b, r2, r4, r7, r8, r10, r11, r15, r15b
from drills.trial import Drill

_MODULES = (r1, r1b, r2, r4, r7, r8, r10, r11, r15, r15b)
DRILLS: dict[str, Drill] = {module.DRILL.key: module.DRILL for module in _MODULES}

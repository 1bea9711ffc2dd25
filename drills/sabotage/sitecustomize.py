"""Imported by every interpreter that finds this folder on its path: breaks what the drill's control names.

A sabotage that cannot be made ends the process: a control may fail for its own reason only.
"""

import importlib
import os
import traceback

try:
    for _name in os.environ.get("LMS_DRILL_SABOTAGE", "").split():
        importlib.import_module(f"drills.sabotage.{_name}")
except Exception:  # noqa: BLE001 -- the interpreter itself would print it and go on
    traceback.print_exc()
    os._exit(70)

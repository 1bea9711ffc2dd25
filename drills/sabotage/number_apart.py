"""The counter of certificates in a file of its own: a number is used up before the paper that carries it is stored."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from lms.kernel.installation import settings
from lms.plugins.certificates import numbering

_real_take = numbering.take


def _take(**about: Any) -> numbering.Taken:
    taken = _real_take(**about)
    counter: Path = settings().data_dir / "counter"
    number = int(counter.read_text() if counter.exists() else 0) + 1
    counter.write_text(str(number))
    return replace(taken, number=number, text=f"{number:03}/{taken.text.partition('/')[2]}")


numbering.take = _take

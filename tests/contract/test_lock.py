"""The two lock files: what one machine needs is part of what the whole product and its tests need."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
pytestmark = pytest.mark.contract


def _pins(name: str) -> set[tuple[str, str]]:
    return set(re.findall(r"^([a-z0-9.-]+)==([^ ;\\]+)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE))


def test_the_base_lock_pins_the_same_versions_as_the_whole() -> None:
    base, whole = _pins("requirements-base.lock"), _pins("requirements.lock")
    assert len(base) > 30
    assert base <= whole
    assert {"pytest", "playwright"}.isdisjoint(dict(base))


def test_every_pin_has_a_hash_and_names_no_host() -> None:
    for name in ("requirements-base.lock", "requirements.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert text.count("--hash=sha256:") >= len(_pins(name))
        assert "://" not in text

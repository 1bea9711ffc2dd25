"""The reliability drills in their short forms: each must hold, and each must fail on a server broken on purpose.

The long forms, with figures: `python -m drills --write`, results in docs/proof/.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from drills.__main__ import QUICK_PEOPLE, perform
from drills.catalogue import DRILLS
from drills.proof import HOLDS, Result
from drills.site import Scene, seed

# One group: each wants the two processors for itself.
pytestmark = [pytest.mark.integration, pytest.mark.xdist_group("drills")]
SEED = 20


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Scene:
    """One installation at rest; every trial works on a copy."""
    return seed(tmp_path_factory.mktemp("drills") / "scene", QUICK_PEOPLE)


@pytest.mark.parametrize("key", DRILLS)
def test_drill_holds_and_its_control_fails(key: str, scene: Scene, tmp_path: Path) -> None:
    drill = DRILLS[key]
    if missing := drill.missing():
        pytest.skip(f"{', '.join(missing)} is not installed, or may not do its work here")
    short = replace(drill, controls=drill.controls[:1])  # the others take part in the long forms
    result = perform(short, scene, tmp_path, first=SEED, rounds=1, quick=True)
    assert result.verdict == HOLDS, said(result)


def said(result: Result) -> str:
    """Which checks did not end as they must."""
    wrong = [f"{c.name}: {c.value}, wanted {c.wanted}" for trial in result.rounds for c in trial.checks if not c.is_met]
    dull = [f"control did not fail: {t.control.says}" for t in result.controls if t.control and not t.is_proven]
    return "\n".join([result.verdict, *wrong, *dull])

"""In CI nothing may be skipped: controls of that rule, on tiny runs of their own."""

from __future__ import annotations

import pytest

pytest_plugins = ["pytester"]
pytestmark = pytest.mark.contract
# Only the rule itself, without the apps and servers of the product's plugin.
ALONE = ("-p", "no:lokakarya", "-p", "lms.testing.strict", "-p", "no:cacheprovider", "-p", "no:xdist")
SKIPS = {
    "inside": "import pytest\ndef test_it():\n    pytest.skip('no server')\n",
    "by mark": "import pytest\n@pytest.mark.skip(reason='no server')\ndef test_it():\n    pass\n",
    "by fixture": (
        "import pytest\n@pytest.fixture\ndef server():\n    pytest.skip('no server')\ndef test_it(server):\n    pass\n"
    ),
    "whole module": "import pytest\npytest.skip('no server', allow_module_level=True)\n",
}


@pytest.fixture
def elsewhere(monkeypatch: pytest.MonkeyPatch) -> None:
    """The environment of a contributor's machine."""
    for name in ("CI", "LMS_CI", "PYTEST_ADDOPTS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize("kind", SKIPS)
def test_a_skip_fails_the_run_in_ci_and_is_named(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elsewhere: None, kind: str
) -> None:
    monkeypatch.setenv("CI", "true")
    pytester.makepyfile(SKIPS[kind])
    done = pytester.runpytest_inprocess(*ALONE)
    assert done.ret != 0
    done.stdout.fnmatch_lines(["*1 skipped, and nothing may be skipped in CI*", "*no server*"])


def test_the_other_variable_says_the_same(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elsewhere: None
) -> None:
    monkeypatch.setenv("LMS_CI", "1")
    pytester.makepyfile(SKIPS["inside"])
    assert pytester.runpytest_inprocess(*ALONE).ret != 0


def test_a_skip_is_allowed_elsewhere(pytester: pytest.Pytester, elsewhere: None) -> None:
    pytester.makepyfile(SKIPS["inside"])
    done = pytester.runpytest_inprocess(*ALONE)
    assert done.ret == 0
    done.assert_outcomes(skipped=1)


def test_a_run_without_skips_passes_in_ci(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, elsewhere: None
) -> None:
    monkeypatch.setenv("LMS_CI", "1")
    pytester.makepyfile(
        "import pytest\ndef test_it():\n    pass\n@pytest.mark.xfail(strict=True)\ndef test_bug():\n    assert False\n"
    )
    done = pytester.runpytest_inprocess(*ALONE)
    assert done.ret == 0
    done.assert_outcomes(passed=1, xfailed=1)

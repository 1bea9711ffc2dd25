"""Nothing in the repository may name a machine's folders or a registry's host; the change log stays current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN = re.compile(
    "|".join(
        [
            "/wo" + "rk/",
            "/tmp/" + "brief",
            "files.python" + "hosted",
            "registry.npm" + "js",
            "pypi" + r"\.org",
            "deb.de" + "bian",
        ]
    )
)
BINARY = {".png", ".ttf", ".woff2", ".mo", ".gz", ".pdf", ".jpg"}


def check(root: Path = ROOT) -> list[str]:
    """Where a forbidden word stands; empty when all is well."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=root, capture_output=True, check=False).stdout
    names = [name for name in listed.decode().split("\0") if name]
    wrong = []
    for name in names:
        path = root / name
        if path.suffix in BINARY or "vendor" in path.parts or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            if FORBIDDEN.search(line):
                wrong.append(f"{name}:{number}: {FORBIDDEN.search(line).group(0)}")  # type: ignore[union-attr]
    changes = root / "CHANGELOG.md"
    if not changes.exists() or "## Unreleased" not in changes.read_text(encoding="utf-8"):
        wrong.append("CHANGELOG.md has no section “Unreleased”")
    return wrong


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "Wording is clean.")
    sys.exit(1 if found else 0)

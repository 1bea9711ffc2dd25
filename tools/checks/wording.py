"""Nothing in the repository names a machine's folders or a registry's host; the change log stays current."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Written in pieces, so that this file does not break its own rule.
PIECES = (
    ("/wo", "rk/"), ("/tmp/", "brief"), ("/tmp/", "probe"), ("/ro", "ot/"), ("/ho", r"me/\w+"), 
    (r"\bBEGIN [A-Z ]*", "PRIVATE KEY"),
    ("files.python", "hosted"), ("registry.npm", "js"), ("pypi", r"\.org"), ("deb.de", "bian"), ("index-", "url"),
    ("extra-", "index"),
)  # fmt: skip
FORBIDDEN = re.compile("|".join("".join(pair) for pair in PIECES))
BINARY = {".png", ".jpg", ".webp", ".ico", ".ttf", ".woff2", ".mo", ".gz", ".pdf", ".pptx", ".xlsx"}


def tracked(root: Path) -> list[Path]:
    """Files that are or will be in the repository; in a tree without Git every file."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, check=False)
    if listed.returncode == 0 and listed.stdout:
        return [root / name for name in listed.stdout.decode().split("\0") if name]
    return [path for path in sorted(root.rglob("*")) if not {".git", ".venv"} & set(path.parts)]


def check(root: Path = ROOT) -> list[str]:
    """Where a forbidden word stands; empty when all is well."""
    wrong = []
    for path in tracked(root):
        name = path.relative_to(root)
        if path.suffix in BINARY or "vendor" in name.parts or not path.is_file():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8", errors="replace").splitlines(), 1):
            wrong += [f"{name}:{number}: {match.group(0)}" for match in FORBIDDEN.finditer(line)]
    changes = root / "CHANGELOG.md"
    if not changes.exists() or "\n## Unreleased" not in changes.read_text(encoding="utf-8"):
        wrong.append("CHANGELOG.md has no section “Unreleased”")
    return wrong


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "Wording is clean.")
    sys.exit(1 if found else 0)

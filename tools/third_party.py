"""The list of third-party software, from the lock file, the installed metadata and the vendored files.

third_party.py writes THIRD_PARTY.md; `third_party.py --check` fails when it is stale or a licence is refused.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LOCKED = re.compile(r"^([a-z0-9][a-z0-9._-]*)==(\S+?)(?: ;.*)? \\$", re.MULTILINE)
REFUSED = re.compile(r"\bAGPL|Affero|\bSSPL|Server Side Public|Commons Clause|\bBUSL|Business Source", re.IGNORECASE)
# Strong copyleft does not fit what others build on; LGPL and MPL libraries, unmodified, do (see NOTES).
COPYLEFT = re.compile(r"(?<![AL])GPL|(?<!Lesser )(?<!Library )General Public License", re.IGNORECASE)
# Read in the licence file of the package, whose metadata says nothing.
STATED = {"huey": "MIT", "pysqlite3": "zlib/libpng"}
NOTES = (
    "psycopg (LGPL) is an optional, unmodified library that is loaded at run time and can be replaced.",
    "Hypothesis, certifi and pathspec (MPL) are unmodified; they serve tests and tools, or carry data.",
    "qrcode names a second licence because it contains the MIT-licensed encoder it grew from.",
)
HEAD = """# Third-party software

Lokakarya itself is under the Apache License 2.0 (`LICENSE`). It stands on the work of others, with thanks. This file is
made by `tools/third_party.py` from `requirements.lock` and what is installed; a test keeps it current.

"""


@dataclass(frozen=True, kw_only=True)
class Package:
    """One locked package; the licence is what its metadata says, empty where it says nothing."""

    name: str
    version: str
    licence: str


def packages(root: Path = ROOT) -> list[Package]:
    """The locked packages that are installed here; those of other platforms carry no metadata."""
    locked: dict[str, list[str]] = {}
    for name, version in sorted(set(LOCKED.findall((root / "requirements.lock").read_text(encoding="utf-8")))):
        locked.setdefault(name, []).append(version)
    found = []
    for name, versions in locked.items():
        try:
            info = metadata.metadata(name)
        except metadata.PackageNotFoundError:
            continue
        found.append(Package(name=name, version=" or ".join(versions), licence=STATED.get(name) or _licence(info)))
    return found


def _licence(info: metadata.PackageMetadata) -> str:
    """SPDX expression, else classifiers, else the first line of the free text."""
    if "License-Expression" in info:
        return info["License-Expression"]
    trove = [line.rpartition(" :: ")[2] for line in info.get_all("Classifier") or [] if line.startswith("License ::")]
    named = [name for name in trove if name != "OSI Approved"]
    text = info["License"].strip() if "License" in info else ""
    return "; ".join(named) or (text.splitlines()[0][:60] if text else "")


def refused(found: list[Package]) -> list[str]:
    """Packages whose licence does not fit a permissive product, or is not known."""
    wrong = []
    for package in found:
        if not package.licence:
            wrong.append(f"{package.name} {package.version}: the metadata names no licence")
        elif REFUSED.search(package.licence) or COPYLEFT.search(package.licence):
            wrong.append(f"{package.name} {package.version}: {package.licence}")
    return wrong


def document(root: Path = ROOT) -> str:
    """The text of THIRD_PARTY.md."""
    rows = [f"| {p.name} | {p.version} | {p.licence} |" for p in packages(root)]
    table = ["## Python packages", "", "| package | version | licence |", "|---|---|---|", *rows, ""]
    notes = [f"- {note}" for note in NOTES]
    vendor = (root / "lms" / "static" / "vendor" / "VENDOR.md").read_text(encoding="utf-8")
    _title, _newline, body = vendor.partition("\n")
    parts = [*table, *notes, "", "## Browser code, in `lms/static/vendor/`", "", body.strip(), "", *_assets(root)]
    return HEAD + re.sub(r"\n{3,}", "\n\n", "\n".join(parts))


def _assets(root: Path) -> list[str]:
    """Fonts and icons, by the licence files that lie beside them."""
    known = {
        "lms/static/fonts/OFL.txt": "Plus Jakarta Sans, SIL Open Font License 1.1 (pages)",
        "lms/typst/fonts/OFL.txt": "Plus Jakarta Sans, SIL Open Font License 1.1 (documents)",
        "lms/static/icons-LICENSE.txt": "Lucide icons, ISC",
        "lms/core/regions/data/NOTICE.txt": "Codes and names of regions, sources in that file",
    }
    there = [f"- {text}: `{name}`" for name, text in known.items() if (root / name).exists()]
    return ["## Fonts, icons and data", "", *there, ""]


def stale(root: Path = ROOT) -> list[str]:
    """Why THIRD_PARTY.md is not what this tool would write; packages of other platforms do not count."""
    path = root / "THIRD_PARTY.md"
    written = set(path.read_text(encoding="utf-8").splitlines()) if path.exists() else set()
    return [f"not in THIRD_PARTY.md: {line}" for line in document(root).splitlines() if line not in written]


if __name__ == "__main__":
    if "--check" in sys.argv:
        faults = refused(packages()) + stale()
        print("\n".join(faults) or "Third-party software is listed and permissive.")
        sys.exit(1 if faults else 0)
    (ROOT / "THIRD_PARTY.md").write_text(document(), encoding="utf-8")
    print("\n".join(refused(packages())))

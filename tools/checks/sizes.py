"""Size limits of the house: files, functions, views, templates and scripts stay small enough to read at once."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FILE, FUNCTION, VIEW, TEMPLATE, SCRIPT = 400, 50, 20, 150, 100
SOFT_FILE = 300
FOLDERS = ("lms", "tools", "benchmarks", "drills", "examples", "tests", "migrations")
SKIPPED = {"vendor", "__pycache__", ".venv", "node_modules"}
# The pattern page shows every component on one page on purpose.
LONG_TEMPLATES = {"patterns.html"}
ROUTES = {"route", "get", "post", "put", "patch", "delete"}


def files(root: Path, pattern: str) -> list[Path]:
    """Files of ours below the folders of the project."""
    found = [path for folder in FOLDERS for path in sorted((root / folder).rglob(pattern))]
    return [path for path in found if not SKIPPED & set(path.relative_to(root).parts)]


def check(root: Path = ROOT) -> list[str]:
    """What is too long; empty when all is well."""
    wrong: list[str] = []
    for path in files(root, "*.py"):
        wrong += _python(path, path.relative_to(root))
    for path in files(root, "*.html"):
        if path.name not in LONG_TEMPLATES:
            wrong += _lines(path, path.relative_to(root), TEMPLATE)
    for path in files(root, "*.js"):
        wrong += _lines(path, path.relative_to(root), SCRIPT)
    return wrong


def warnings(root: Path = ROOT) -> list[str]:
    """Python files between the aim and the limit."""
    found = [(path, _count(path)) for path in files(root, "*.py") if not _is_generated(path.relative_to(root))]
    return [
        f"{path.relative_to(root)}: {count} lines, aim at {SOFT_FILE}" for path, count in found if count > SOFT_FILE
    ]


def _count(path: Path) -> int:
    return len(path.read_text(encoding="utf-8").splitlines())


def _lines(path: Path, name: Path, limit: int) -> list[str]:
    count = _count(path)
    return [f"{name}: {count} lines, the limit is {limit}"] if count > limit else []


def _is_generated(name: Path) -> bool:
    """Migrations are written by Alembic, one table after the other."""
    return "migrations" in name.parts and name.name != "env.py"


def _python(path: Path, name: Path) -> list[str]:
    if _is_generated(name):
        return []
    wrong = _lines(path, name, FILE)
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            count = (node.end_lineno or node.lineno) - node.lineno + 1
            if count > FUNCTION:
                wrong.append(f"{name}:{node.lineno} {node.name} has {count} lines, the limit is {FUNCTION}")
            elif name.parts[0] != "tests" and _is_view(node) and (length := _statements(node)) > VIEW:
                wrong.append(f"{name}:{node.lineno} view {node.name} has {length} statements, the limit is {VIEW}")
    return wrong


def _is_view(node: ast.FunctionDef | ast.AsyncFunctionDef) -> bool:
    calls = [call.func for call in node.decorator_list if isinstance(call, ast.Call)]
    return any(isinstance(func, ast.Attribute) and func.attr in ROUTES for func in calls)


def _statements(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Statements of the body without its docstring; a call written over many lines is one."""
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return len({inner.lineno for part in body for inner in ast.walk(part) if isinstance(inner, ast.stmt)})


if __name__ == "__main__":
    found = check()
    print("\n".join(found) or "Sizes are within the limits.")
    if long := warnings():
        print(f"{len(long)} files are longer than {SOFT_FILE} lines:", *long, sep="\n  ")
    sys.exit(1 if found else 0)

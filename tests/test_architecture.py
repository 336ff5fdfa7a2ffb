"""The rules of the house as sentences: what may import what, and what no file may contain."""

import ast
import importlib
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

_ROOT = Path(__file__).parent.parent
_PACKAGE = _ROOT / "outcomes_app"
_MODULES = sorted(_PACKAGE.rglob("*.py"))
_LONGEST = 450

# Qt calls whose text a person reads; keywords of constructors that are read too.
_SHOWING_CALLS = {
    *("QLabel", "QPushButton", "QToolButton", "QCheckBox", "QRadioButton", "QGroupBox", "QAction"),
    *("setText", "setWindowTitle", "setToolTip", "setStatusTip", "setWhatsThis", "setTitle"),
    *("setAccessibleName", "setAccessibleDescription", "setPlaceholderText", "setPrefix"),
    *("setSuffix", "setInformativeText", "setDetailedText", "addAction", "addMenu", "addTab"),
    *("addRow", "setSpecialValueText"),
}
_SHOWING_KEYWORDS = {
    *("text", "toolTip", "windowTitle", "accessibleName", "accessibleDescription"),
    *("placeholderText", "statusTip", "title"),
}
_PROPER_NAMES = {"Interval"}
_LETTERS = re.compile(r"[^\W\d_]{2,}")


def _words(*parts: str) -> str:
    """A word put together here, so that this file does not contain it."""
    return "".join(parts)


_BANNED = {
    "a place outside the project": re.compile(
        _words("/wo", "rk/|\\bsha", "red/(?:hand", "book|reference|design|data|tools)")
    ),
    "unfinished work": re.compile(_words(r"\bTO", r"DO\b|\bFIX", r"ME\b|\bXX", r"X\b")),
    "swallowed errors": re.compile(r"except (?:Base)?Exception:\s*pass"),
    "Qt's own translation": re.compile(r"\.tr\("),
}
_TEXT_FILES = {".py", ".md", ".toml", ".json", ".yaml", ".yml", ".cfg", ".sh", ".sql", ".svg"}

# Real tables used as test input say what they like.
_FROM_ELSEWHERE = _ROOT / "tests" / "data"


@cache
def _tree(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"), str(path))


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    return [_ROOT / name for name in listed if (_ROOT / name).is_file()]


def _name(path: Path) -> str:
    return path.relative_to(_ROOT).as_posix()


def test_imports_point_down_only_and_each_library_stays_behind_its_door() -> None:
    """The contracts of pyproject.toml: layers, Qt, SQLAlchemy, tables, matplotlib, inside ui."""
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-logo", "--no-cache"],
        cwd=_ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_everything_below_the_window_works_without_qt() -> None:
    modules = [
        ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
        for path in _MODULES
        if path.relative_to(_PACKAGE).parts[0] not in ("ui", "app.py", "__main__.py")
    ]
    code = (
        "import importlib, sys\n"
        "sys.modules['PySide6'] = sys.modules['shiboken6'] = None\n"
        f"for name in {modules!r}:\n    importlib.import_module(name)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=_ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def test_no_module_is_too_long_to_be_read_in_one_go() -> None:
    long = {
        _name(p): n for p in _MODULES if (n := len(p.read_text("utf-8").splitlines())) > _LONGEST
    }
    assert long == {}


def test_every_module_says_what_it_holds() -> None:
    silent = [_name(p) for p in _MODULES if not ast.get_docstring(_tree(p))]
    assert silent == []


@pytest.mark.parametrize("what", _BANNED)
def test_no_file_contains(what: str) -> None:
    found = [
        f"{_name(path)}:{number}"
        for path in _tracked()
        if path.suffix in _TEXT_FILES | {""} and _FROM_ELSEWHERE not in path.parents
        for number, line in enumerate(_lines(path), 1)
        if _BANNED[what].search(line)
    ]
    assert found == []


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []


def test_pyplot_is_never_imported() -> None:
    users = [_name(p) for p in _MODULES if "matplotlib.pyplot" in set(_imported(_tree(p)))]
    assert users == []


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


# Each module that exposes the constant is in its package's tuple: (package, tuple, constant).
_TUPLES = [
    ("outcomes_app.charts", "CHARTS", "CHART"),
    ("outcomes_app.exchange", "FORMATS", "FORMAT"),
    ("outcomes_app.reports", "REPORTS", "REPORT"),
]


@pytest.mark.parametrize(("package", "tuple_name", "constant"), _TUPLES)
def test_every_module_of_a_package_stands_in_its_tuple(
    package: str, tuple_name: str, constant: str
) -> None:
    folder = _ROOT / Path(*package.split("."))
    exposing = {p.stem for p in folder.glob("*.py") if _assigns(_tree(p), constant)}
    if exposing:
        listed = getattr(importlib.import_module(package), tuple_name)
        modules = [importlib.import_module(f"{package}.{stem}") for stem in sorted(exposing)]
        assert {id(getattr(m, constant)) for m in modules} == {id(entry) for entry in listed}


def _assigns(tree: ast.Module, name: str) -> bool:
    targets = [
        target
        for node in tree.body
        for target in (
            node.targets
            if isinstance(node, ast.Assign)
            else [node.target]
            if isinstance(node, ast.AnnAssign)
            else []
        )
    ]
    return any(isinstance(target, ast.Name) and target.id == name for target in targets)


def test_every_text_of_the_window_can_be_translated() -> None:
    bare = [
        f"{_name(path)}:{node.lineno}: {text!r}"
        for path in sorted((_PACKAGE / "ui").rglob("*.py"))
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        for text in _bare_texts(node)
    ]
    assert bare == []


def _bare_texts(call: ast.Call) -> Iterator[str]:
    """Literal words that a call of Qt would show without asking gettext."""
    called = call.func.attr if isinstance(call.func, ast.Attribute) else _id(call.func)
    if called in ("_", "ngettext"):
        return
    shown = [*call.args] if called in _SHOWING_CALLS else []
    shown += [k.value for k in call.keywords if k.arg in _SHOWING_KEYWORDS and called[:1] == "Q"]
    for node in shown:
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            if _LETTERS.search(node.value) and node.value not in _PROPER_NAMES:
                yield node.value
        elif isinstance(node, ast.JoinedStr):
            literal = "".join(
                str(part.value) for part in node.values if isinstance(part, ast.Constant)
            )
            if _LETTERS.search(literal):
                yield literal


def _id(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_translated_texts_are_literals_so_that_they_can_be_collected() -> None:
    computed = [
        f"{_name(path)}:{node.lineno}"
        for path in _MODULES
        if path.name != "text.py"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and _id(node.func) in ("_", "ngettext")
        and node.args
        and isinstance(node.args[0], ast.JoinedStr)
    ]
    assert computed == []

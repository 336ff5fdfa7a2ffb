"""The strict settings do fail a test: each is broken once in a test run of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

_ROOT = Path(__file__).parent.parent

_CASES = {
    "a warning in the log": (
        "def test_it():\n    import logging\n    logging.getLogger('a').warning('watch out')\n",
        "unexpected log record: watch out",
    ),
    "an expected log record that does not come": (
        "def test_it(logs):\n    logs.expect('watch out')\n",
        "expected log record did not come: watch out",
    ),
    "a Python warning": (
        "def test_it():\n    import warnings\n    warnings.warn('old')\n",
        "UserWarning: old",
    ),
    "a message of Qt": (
        "def test_it(qapp):\n    from PySide6.QtCore import qWarning\n    qWarning('odd')\n",
        "Qt messages with level WARNING or above emitted",
    ),
    "a window left open": (
        "kept = []\n"
        "def test_it(qtbot):\n"
        "    from PySide6.QtWidgets import QWidget\n"
        "    kept.append(QWidget(objectName='mine'))\n",
        "window left: QWidget 'mine'",
    ),
    "a timer left running": (
        "kept = []\n"
        "def test_it(qapp):\n"
        "    from PySide6.QtCore import QTimer\n"
        "    kept.append(QTimer(objectName='tick'))\n"
        "    kept[0].start(100_000)\n",
        "still running: QTimer 'tick'",
    ),
    "a Qt thread left running": (
        "import atexit\n"
        "kept = []\n"
        "def end():\n    kept[0].quit()\n    kept[0].wait()\n"
        "def test_it(qapp):\n"
        "    from PySide6.QtCore import QThread\n"
        "    kept.append(QThread(objectName='loop'))\n"
        "    kept[0].start()\n"
        "    atexit.register(end)\n",
        "still running: QThread 'loop'",
    ),
    "a thread left running": (
        "import threading\n"
        "def test_it():\n"
        "    wait = threading.Event().wait\n"
        "    threading.Thread(target=wait, name='forever', daemon=True).start()\n",
        "threads still run: ['forever']",
    ),
    "a skip in CI": (
        "import pytest\ndef test_it():\n    pytest.skip('not today')\n",
        "No test is skipped in CI",
    ),
    "a module skipped in CI": (
        "import pytest\npytest.importorskip('no_such_module')\n",
        "No test is skipped in CI",
    ),
    "a marker nobody declared": (
        "import pytest\n@pytest.mark.sometimes\ndef test_it():\n    pass\n",
        "'sometimes' not found in `markers`",
    ),
}

_CLEAN = "a clean test"
_CLEAN_TEST = (
    "import logging\n"
    "import os\n"
    "def test_it(profile_dir, qtbot, logs):\n"
    "    from PySide6.QtWidgets import QWidget\n"
    "    logs.expect('known')\n"
    "    logging.getLogger('a').error('known')\n"
    "    window = QWidget()\n"
    "    qtbot.addWidget(window)\n"
    "    window.show()\n"
    "    assert os.path.expanduser('~') == str(profile_dir)\n"
)


def _run(folder: Path, cases: dict[str, str]) -> dict[str, str]:
    """The complaint about each case, "" where it passed, from one test run with a file of each."""
    tests = folder / "tests"
    tests.mkdir()
    for path in (_ROOT / "tests").glob("*.py"):
        if not path.name.startswith("test_"):
            shutil.copy(path, tests)
    shutil.copy(_ROOT / "pyproject.toml", folder)
    for case, content in cases.items():
        (tests / f"test_{_slug(case)}.py").write_text(content, encoding="utf-8")
    report = folder / "report.xml"
    subprocess.run(
        [
            *(sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "tests"),
            *("--continue-on-collection-errors", f"--junit-xml={report}"),
        ],
        cwd=folder,
        env=os.environ | {"CI": "true", "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        check=False,
    )
    found = ElementTree.parse(report).getroot().iter("testcase")
    said = {
        f"{test.get('classname')}.{test.get('name')}": " ".join(
            f"{part.get('message')} {part.text}"
            for part in test
            if part.tag in ("failure", "error")
        )
        for test in found
    }
    return {
        case: " ".join(text for name, text in said.items() if f"test_{_slug(case)}." in f"{name}.")
        for case in cases
    }


def _slug(case: str) -> str:
    return case.replace(" ", "_").lower()


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    cases = {case: content for case, (content, _complaint) in _CASES.items()}
    return _run(tmp_path_factory.mktemp("strict"), cases | {_CLEAN: _CLEAN_TEST})


@pytest.mark.parametrize("case", _CASES)
def test_a_test_fails_for(case: str, complaints: dict[str, str]) -> None:
    assert _CASES[case][1] in complaints[case]


def test_a_clean_test_passes_and_sees_no_real_home(complaints: dict[str, str]) -> None:
    assert complaints[_CLEAN] == ""

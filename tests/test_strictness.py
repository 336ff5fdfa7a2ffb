"""The strict settings do fail a test: each is broken once in a test run of its own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

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


def _outcome(content: str, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "tests").mkdir()
    for path in (_ROOT / "tests").glob("*.py"):
        if not path.name.startswith("test_"):
            shutil.copy(path, folder / "tests")
    (folder / "pyproject.toml").write_text((_ROOT / "pyproject.toml").read_text("utf-8"), "utf-8")
    (folder / "tests" / "test_case.py").write_text(content, encoding="utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:cacheprovider", "tests/test_case.py"],
        cwd=folder,
        env=os.environ | {"CI": "true", "PYTHONPATH": str(_ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("case", _CASES)
def test_a_test_fails_for(case: str, tmp_path: Path) -> None:
    content, complaint = _CASES[case]
    done = _outcome(content, tmp_path)
    assert done.returncode != 0
    assert complaint in done.stdout + done.stderr


def test_a_clean_test_passes_and_sees_no_real_home(tmp_path: Path) -> None:
    done = _outcome(
        "import os\n"
        "def test_it(profile_dir, qtbot, logs):\n"
        "    from PySide6.QtWidgets import QWidget\n"
        "    import logging\n"
        "    logs.expect('known')\n"
        "    logging.getLogger('a').error('known')\n"
        "    window = QWidget()\n"
        "    qtbot.addWidget(window)\n"
        "    window.show()\n"
        "    assert os.path.expanduser('~') == str(profile_dir)\n",
        tmp_path,
    )
    assert done.returncode == 0, done.stdout

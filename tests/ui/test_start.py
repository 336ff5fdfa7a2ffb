"""The first screen comes before the slow libraries: they load behind it."""

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import sys
from pathlib import Path
from PySide6.QtCore import QTimer
from outcomes_app import app
from outcomes_app.ui.main_window import MainWindow

SLOW = ("sqlalchemy", "matplotlib", "numpy", "alembic", "sqlcipher3", "psycopg")

def shown(window):
    MainWindow.__base__.show(window)
    print("before:", [name for name in SLOW if name in sys.modules])
    QTimer.singleShot(0, window.close)

MainWindow.show = shown
print("exit:", app.run(profile_dir=Path(sys.argv[1])))
print("after:", [name for name in ("sqlalchemy", "matplotlib") if name in sys.modules])
"""


def test_the_window_is_there_before_the_database_and_the_charts(tmp_path: Path) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", SCRIPT, str(tmp_path / "profile")],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert "before: []" in ran.stdout, ran.stdout + ran.stderr
    assert "exit: 0" in ran.stdout
    assert "Traceback" not in ran.stderr
    assert (tmp_path / "profile" / "config" / "settings.json").is_file()

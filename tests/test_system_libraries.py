"""What Linux lacks is said in one message, before Qt is loaded."""

import subprocess
import sys

import pytest

from outcomes_app import system_libraries
from outcomes_app.errors import OutcomesError


def _require(*absent: str, platform: str = "linux", **environment: str) -> None:
    system_libraries.require(environment, platform, lambda file: file not in absent)


def test_nothing_is_said_where_nothing_is_missing() -> None:
    _require(DISPLAY=":0")
    _require(WAYLAND_DISPLAY="wayland-0")
    _require(QT_QPA_PLATFORM="offscreen")


def test_one_message_names_every_missing_package_on_each_family_of_systems() -> None:
    with pytest.raises(OutcomesError) as refused:
        _require("libEGL.so.1", "libxcb-cursor.so.0", DISPLAY=":0")
    text = str(refused.value)
    assert "libEGL.so.1, libxcb-cursor.so.0" in text
    assert "apt-get install libegl1 libxcb-cursor0" in text
    assert "dnf install libglvnd-egl xcb-util-cursor" in text
    assert "pacman -S libglvnd xcb-util-cursor" in text


@pytest.mark.parametrize(
    ("environment", "needs_xcb", "needs_wayland"),
    [
        ({"QT_QPA_PLATFORM": "offscreen"}, False, False),
        ({"DISPLAY": ":0"}, True, False),
        ({"WAYLAND_DISPLAY": "wayland-0"}, False, True),
        ({"QT_QPA_PLATFORM": "xcb", "WAYLAND_DISPLAY": "wayland-0"}, True, False),
    ],
)
def test_only_the_libraries_of_the_screen_in_use_are_asked_for(
    environment: dict[str, str], needs_xcb: bool, needs_wayland: bool
) -> None:
    files = {x.file for x in system_libraries.needed_libraries(environment)}
    assert ("libxcb-cursor.so.0" in files) is needs_xcb
    assert ("libwayland-cursor.so.0" in files) is needs_wayland
    assert "libGL.so.1" in files


def test_a_machine_without_a_screen_is_told_so() -> None:
    with pytest.raises(OutcomesError, match="no display"):
        _require()


def test_other_systems_are_left_alone() -> None:
    _require("libGL.so.1", platform="darwin")
    _require("libGL.so.1", platform="win32")


def test_a_library_that_does_not_exist_is_found_missing_for_real(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    absent = system_libraries.Library("libnosuchthing.so.9", "d", "f", "a")
    monkeypatch.setattr(system_libraries, "_ALWAYS", (absent,))
    with pytest.raises(OutcomesError, match=r"libnosuchthing\.so\.9"):
        system_libraries.require({"QT_QPA_PLATFORM": "offscreen"}, "linux")


def test_the_program_says_it_before_qt_is_imported() -> None:
    code = (
        "import sys\n"
        "from outcomes_app import system_libraries as s\n"
        "s._X11 = (s.Library('libnosuchthing.so.9', 'deb-name', 'f', 'a'),)\n"
        "from outcomes_app.__main__ import main\n"
        "code = main([])\n"
        "assert 'PySide6' not in sys.modules\n"
        "sys.exit(code)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={"DISPLAY": ":99", "PATH": "/usr/bin:/bin"},
    )
    if sys.platform == "linux":
        assert done.returncode == 1
        assert "sudo apt-get install deb-name" in done.stderr
        assert "Traceback" not in done.stderr

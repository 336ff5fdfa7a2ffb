"""What Qt needs from a Linux system and pip cannot bring: named before Qt aborts without a word.

It is apart from `ui` because it has to run before PySide6 is imported for the first time.
"""

import ctypes
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


@dataclass(frozen=True, slots=True)
class Library:
    """A shared library and the package that brings it on each family of systems."""

    file: str
    debian: str
    fedora: str
    arch: str


# Found with ldd on the wheels of PySide6 6.8–6.11 in a Debian with nothing else installed.
_ALWAYS = (
    Library("libGL.so.1", "libgl1", "libglvnd-glx", "libglvnd"),
    Library("libEGL.so.1", "libegl1", "libglvnd-egl", "libglvnd"),
    Library("libglib-2.0.so.0", "libglib2.0-0", "glib2", "glib2"),
    Library("libfontconfig.so.1", "libfontconfig1", "fontconfig", "fontconfig"),
    Library("libdbus-1.so.3", "libdbus-1-3", "dbus-libs", "dbus"),
    Library("libxkbcommon.so.0", "libxkbcommon0", "libxkbcommon", "libxkbcommon"),
)
_X11 = (
    Library("libxcb-cursor.so.0", "libxcb-cursor0", "xcb-util-cursor", "xcb-util-cursor"),
    Library("libxcb-icccm.so.4", "libxcb-icccm4", "xcb-util-wm", "xcb-util-wm"),
    Library("libxcb-keysyms.so.1", "libxcb-keysyms1", "xcb-util-keysyms", "xcb-util-keysyms"),
    Library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0", "libxkbcommon-x11", "libxkbcommon-x11"),
    Library("libxcb-shape.so.0", "libxcb-shape0", "libxcb", "libxcb"),
)
_WAYLAND = (
    Library("libwayland-cursor.so.0", "libwayland-cursor0", "libwayland-cursor", "wayland"),
)
_WITHOUT_A_SCREEN = ("offscreen", "minimal", "vnc")


def require(
    environment: Mapping[str, str] = os.environ,
    platform: str = sys.platform,
    loads: "Callable[[str], bool] | None" = None,
) -> None:
    """Raise OutcomesError naming every package to install, or the missing display."""
    if platform != "linux":
        return
    needed = needed_libraries(environment)
    missing = [library for library in needed if not (loads or _loads)(library.file)]
    if missing:
        raise OutcomesError(
            _("The window needs system libraries that are not installed: {files}.").format(
                files=", ".join(library.file for library in missing)
            ),
            todo=_install_words(missing),
        )
    if not _has_screen(environment):
        raise OutcomesError(
            _("There is no display to open the window on."),
            todo=_("Start the program from a desktop session."),
        )


def needed_libraries(environment: Mapping[str, str]) -> tuple[Library, ...]:
    """The libraries that Qt will load with this environment."""
    plugin = environment.get("QT_QPA_PLATFORM", "").split(":")[0].split(";")[0]
    if plugin in _WITHOUT_A_SCREEN:
        return _ALWAYS
    if plugin.startswith("wayland") or (not plugin and environment.get("WAYLAND_DISPLAY")):
        return _ALWAYS + _WAYLAND
    return _ALWAYS + _X11


def _has_screen(environment: Mapping[str, str]) -> bool:
    return any(environment.get(k) for k in ("QT_QPA_PLATFORM", "DISPLAY", "WAYLAND_DISPLAY"))


def _loads(file: str) -> bool:
    try:
        ctypes.CDLL(file)
    except OSError:
        return False
    return True


def _install_words(missing: Sequence[Library]) -> str:
    def packages(names: Sequence[str]) -> str:
        return " ".join(dict.fromkeys(names))

    return "\n".join(
        (
            _("Install them and start again:"),
            f"  Debian, Ubuntu:  sudo apt-get install {packages([x.debian for x in missing])}",
            f"  Fedora:          sudo dnf install {packages([x.fedora for x in missing])}",
            f"  Arch:            sudo pacman -S {packages([x.arch for x in missing])}",
        )
    )

"""Builds everything once, in order: paths, log, settings, look, context, window."""

import logging
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from outcomes_app import log, paths, text
from outcomes_app.clock import SystemClock
from outcomes_app.settings import SettingsFile
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.crash import CrashHook
from outcomes_app.ui.garbage import GuiThreadCollector
from outcomes_app.ui.jobs import Jobs
from outcomes_app.ui.main_window import MainWindow
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.theme import Theme

_logger = logging.getLogger(__name__)


def run(*, profile_dir: Path | None = None, vault: Path | None = None) -> int:
    """Open the window and stay until it is closed; the exit code."""
    if profile_dir is not None:
        paths.use_profile(profile_dir)
    log_file = log.start(paths.logs())
    try:
        return _run(vault)
    finally:
        log.stop(log_file)


def _run(vault: Path | None) -> int:
    settings_file = SettingsFile(paths.config() / "settings.json")
    text.use_language(settings_file.settings.language or "en")
    application = _application()
    notices, jobs = Notices(), Jobs()
    theme = Theme(
        application,
        mode=settings_file.settings.theme,
        text_percent=settings_file.settings.text_percent,
    )
    crash = CrashHook(notices)
    crash.install()
    jobs.crashed.connect(crash.tell)
    context = AppContext(
        clock=SystemClock(),
        settings_file=settings_file,
        theme=theme,
        jobs=jobs,
        notices=notices,
    )
    window = MainWindow(context)
    application.setWindowIcon(theme.icon("interval", "text", 64))
    window.closed.connect(application.quit)
    window.begin(_record_to_open(vault, settings_file.settings.vault_folder))
    window.show()
    for words in _put_back(settings_file.put_back):
        notices.warn(words)
    QTimer.singleShot(0, lambda: jobs.in_pool(window, warm_up))
    collector = GuiThreadCollector(application)
    try:
        return application.exec()
    finally:
        collector.stop()
        jobs.finish()
        crash.remove()
        _logger.info("closed")


def warm_up() -> None:
    """Load what the first screen can do without, while the person reads it."""
    from outcomes_app import catalog
    from outcomes_app.db import vault  # noqa: F401  the point is to load it

    catalog.load()
    # The chart's drawing library is the slowest of all.
    from outcomes_app.charts import response  # noqa: F401


def _application() -> QApplication:
    known = QApplication.instance()
    application = known if isinstance(known, QApplication) else QApplication(sys.argv[:1])
    application.setApplicationName("Interval")
    application.setApplicationDisplayName("Interval")
    application.setDesktopFileName("interval")
    application.setQuitOnLastWindowClosed(False)
    return application


def _record_to_open(vault: Path | None, remembered: str) -> Path | None:
    if vault is not None:
        return vault.expanduser().absolute()
    return Path(remembered) if remembered else None


def _put_back(names: tuple[str, ...]) -> list[str]:
    return [
        _("The preferences of this computer could not be read. Defaults are used.")
        if name == "*"
        else _("The preference “{name}” was not valid. Its default is used.").format(name=name)
        for name in names
    ]

"""Shell: what surrounds every page of an open record: rail, marker, notices and patient banner."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.text import _, clock_time, day
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.sections import SECTIONS
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.labels import Icon, Text
from outcomes_app.ui.widgets.notice_bar import NoticeBar
from outcomes_app.ui.widgets.patient_banner import PatientBanner
from outcomes_app.ui.widgets.rail import Rail, RailEntry

_BACKUP_IS_OLD_DAYS = 3


class Shell(QWidget):
    """Its parts are public: the main window connects them and fills `stack` with pages."""

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        theme = ctx.theme
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        entries = [
            RailEntry(
                key=s.key,
                title=s.title(),
                icon=s.icon,
                keys=s.keys.replace("+", " "),
                at_the_end=s.at_the_end,
            )
            for s in SECTIONS
            if s.icon
        ]
        self.rail = Rail(theme, entries)
        line.addWidget(self.rail)
        column = QVBoxLayout()
        column.setSpacing(0)
        self.marker = _synthetic_marker(theme)
        self.notices = NoticeBar(theme, ctx.notices)
        self.banner = PatientBanner(ctx)
        self.stack = QStackedWidget()
        for widget in (self.marker, self.banner):
            column.addWidget(widget)
        column.addWidget(self.stack, 1)
        # Below, so that nothing at the top moves away under the pointer when a notice goes.
        column.addWidget(self.notices)
        line.addLayout(column, 1)

    def show_practice(self) -> None:
        """Say whose record is open, and whether its patients are invented."""
        ctx = self._ctx
        self.marker.setVisible(ctx.signed_in and ctx.practice.synthetic)
        if ctx.signed_in:
            self.rail.show_practice(ctx.practice.name, ctx.person.name)

    def show_backup(self, made_at: datetime | None, *, server: bool) -> None:
        """Say how old the newest backup is; a server has its own."""
        if server:
            self.rail.show_backup(_("Kept on the clinic’s server"), "ok")
        elif made_at is None:
            self.rail.show_backup(_("Backed up on closing"), "info")
        else:
            when = made_at.astimezone().date()
            days = (self._ctx.clock.today() - when).days
            said = (
                _("Backed up today {time}").format(time=clock_time(made_at))
                if days == 0
                else _("Backed up {date}").format(date=day(when))
            )
            self.rail.show_backup(said, "ok" if days <= _BACKUP_IS_OLD_DAYS else "warn")


def _synthetic_marker(theme: Theme) -> QFrame:
    marker = QFrame()
    marker.setObjectName("synthetic_marker")
    marker.setProperty("marker", "synthetic")
    line = QHBoxLayout(marker)
    line.setContentsMargins(theme.px(20), theme.px(3), theme.px(20), theme.px(3))
    line.addWidget(Icon(theme, "sample", "warn", 14))
    words = _("Sample practice. Every patient here is invented.")
    line.addWidget(Text(theme, words, "badge", "warn", wrap=True), 1)
    marker.hide()
    return marker

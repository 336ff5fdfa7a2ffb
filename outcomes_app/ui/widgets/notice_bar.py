"""NoticeBar: shows notices one under the other without taking the focus from anybody."""

from functools import partial

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.notices import Notice, Notices
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, IconButton
from outcomes_app.ui.widgets.labels import Icon, Text

_SHOWN_MILLISECONDS = 10_000
_MOST = 3
_ICONS = {"ok": "check", "info": "info", "warn": "warn", "danger": "danger"}


class NoticeBar(QWidget):
    """What was done goes by itself after ten seconds; what went wrong stays until closed."""

    def __init__(self, theme: Theme, notices: Notices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("notices")
        self._theme = theme
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._strips: list[QFrame] = []
        notices.posted.connect(self.show_notice)
        self.hide()

    @property
    def texts(self) -> tuple[str, ...]:
        """What stands in the bar now, newest last."""
        return tuple(strip.accessibleName() for strip in self._strips)

    def show_notice(self, notice: Notice) -> None:
        """Add a notice; the oldest goes when there are too many."""
        words = f"{notice.text} {notice.todo}".strip()
        for strip in [s for s in self._strips if s.accessibleName() == words]:
            self._close(strip)
        strip = self._strip(notice, words)
        self._strips.append(strip)
        self._column.addWidget(strip)
        self.show()
        while len(self._strips) > _MOST:
            self._close(self._strips[0])
        announcement = QAccessibleAnnouncementEvent(self, words)
        if notice.tone == "danger":
            announcement.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
        QAccessible.updateAccessibility(announcement)

    def clear(self) -> None:
        """Take every notice away, for example when another record is opened."""
        for strip in list(self._strips):
            self._close(strip)

    def _strip(self, notice: Notice, words: str) -> QFrame:
        theme = self._theme
        strip = QFrame()
        strip.setProperty("notice", notice.tone)
        strip.setAccessibleName(words)
        line = QHBoxLayout(strip)
        line.setContentsMargins(theme.px(20), theme.px(6), theme.px(12), theme.px(6))
        line.setSpacing(theme.px(10))
        line.addWidget(Icon(theme, _ICONS[notice.tone], notice.tone, 16))
        said = Text(theme, notice.text, "bodyStrong", notice.tone, wrap=not notice.todo)
        line.addWidget(said, 0 if notice.todo else 1)
        if notice.todo:
            line.addWidget(Text(theme, notice.todo, "body", wrap=True), 1)
        if notice.action is not None:
            button = Button(theme, notice.action_text, "link", name="notice_action")
            button.clicked.connect(partial(self._act, strip, notice))
            line.addWidget(button)
        close = IconButton(theme, "close", _("Close this notice"), name="notice_close")
        close.clicked.connect(lambda: self._close(strip))
        line.addWidget(close)
        if not notice.lasting:
            timer = QTimer(strip, singleShot=True, interval=_SHOWN_MILLISECONDS)
            timer.timeout.connect(lambda: self._close(strip))
            timer.start()
        return strip

    def _act(self, strip: QFrame, notice: Notice) -> None:
        self._close(strip)
        if notice.action is not None:
            notice.action()

    def _close(self, strip: QFrame) -> None:
        if strip in self._strips:
            self._strips.remove(strip)
            strip.hide()
            strip.deleteLater()
        self.setVisible(bool(self._strips))

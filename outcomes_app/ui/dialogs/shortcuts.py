"""The list of shortcuts that "?" opens."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.actions import keyboard_map
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.labels import KeyCap, Text


class ShortcutsDialog(QDialog):
    """Every key and what it does; Esc closes it."""

    def __init__(self, theme: Theme, *, letters_on: bool, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("shortcuts")
        self.setWindowTitle(_("Keyboard"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(24), theme.px(20), theme.px(24), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(Text(theme, _("Keyboard"), "title"))
        sides = QHBoxLayout()
        sides.setSpacing(theme.px(32))
        halves = (QVBoxLayout(), QVBoxLayout())
        for half in halves:
            half.setSpacing(theme.px(12))
            sides.addLayout(half, 1)
        for number, (place, lines) in enumerate(keyboard_map()):
            half = halves[0] if number in (0, 1) else halves[1]
            half.addWidget(Text(theme, place, "bodyStrong"))
            grid = QGridLayout()
            grid.setVerticalSpacing(theme.px(6))
            grid.setHorizontalSpacing(theme.px(14))
            grid.setColumnStretch(1, 1)
            for row, line in enumerate(lines):
                grid.addWidget(KeyCap(theme, line.keys), row, 0, Qt.AlignmentFlag.AlignLeft)
                grid.addWidget(Text(theme, line.does), row, 1)
            half.addLayout(grid)
        for half in halves:
            half.addStretch(1)
        column.addLayout(sides, 1)
        foot = QHBoxLayout()
        words = (
            _("Single letters work while no text field has the focus.")
            if letters_on
            else _("Single letters are switched off in Settings.")
        )
        foot.addWidget(Text(theme, words, "caption", "muted"), 1)
        close = Button(theme, _("Close"), name="shortcuts_close")
        close.clicked.connect(self.accept)
        foot.addWidget(close)
        column.addLayout(foot)

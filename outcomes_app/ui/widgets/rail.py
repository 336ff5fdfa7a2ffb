"""Rail: the sections at the left, who is signed in, and how old the last backup is."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from outcomes_app.text import _
from outcomes_app.ui.forms import set_state
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import IconButton
from outcomes_app.ui.widgets.labels import Avatar, Icon, Text, initials


@dataclass(frozen=True, slots=True, kw_only=True)
class RailEntry:
    """A section: its key, its word, its icon and its shortcut."""

    key: str
    title: str
    icon: str
    keys: str = ""
    at_the_end: bool = False


class Rail(QFrame):
    """Words beside icons while there is room, icons alone when collapsed."""

    chosen = Signal(str)
    menu_wanted = Signal(QWidget)

    def __init__(
        self, theme: Theme, entries: Sequence[RailEntry], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setProperty("rail", True)
        self.setAccessibleName(_("Sections"))
        self._theme = theme
        self._entries = tuple(entries)
        self._collapsed = False
        self._column = QVBoxLayout(self)
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        self._buttons: dict[str, QPushButton] = {}
        self._add_brand()
        for entry in self._entries:
            if not entry.at_the_end:
                self._add_entry(entry)
        self._column.addStretch(1)
        for entry in self._entries:
            if entry.at_the_end:
                self._add_entry(entry)
        self._add_foot()
        self.collapse(False)

    def collapse(self, collapsed: bool) -> None:
        """Show icons alone, or words too."""
        theme = self._theme
        self._collapsed = collapsed
        self.setFixedWidth(theme.px(56 if collapsed else 190))
        edge = theme.px(8 if collapsed else 10)
        self._column.setContentsMargins(edge, theme.px(10), edge, theme.px(10))
        for entry in self._entries:
            button = self._buttons[entry.key]
            button.setText("" if collapsed else f"  {entry.title}")
            button.setToolTip(f"{entry.title} ({entry.keys})" if entry.keys else entry.title)
            set_state(button, "railIcon", collapsed)
        self._backup.setContentsMargins(
            theme.px(12 if collapsed else 8), theme.px(6), 0, theme.px(4)
        )
        for widget in (self._words, self._backup_text, self._person_words):
            widget.setVisible(not collapsed)
        self._foot.setDirection(
            QHBoxLayout.Direction.TopToBottom if collapsed else QHBoxLayout.Direction.LeftToRight
        )

    def show_chosen(self, key: str) -> None:
        """Mark the section that is open; "" marks none."""
        self._group.setExclusive(False)
        for name, button in self._buttons.items():
            button.setChecked(name == key)
            self._theme.set_icon(
                button, self._icon_of(name), "accentText" if name == key else "textMuted", 18
            )
        self._group.setExclusive(True)

    def show_practice(self, practice: str, person: str) -> None:
        """Say whose record this is and who works in it."""
        self._practice.setText(practice)
        self._person_name.setText(person)
        self._avatar.setText(initials(person))
        self._avatar.setAccessibleName(person)
        self._avatar.setToolTip(person)

    def show_backup(self, words: str, tone: str) -> None:
        """Say how old the last backup is."""
        self._backup_icon.show_icon("shield", tone, 16)
        self._backup_icon.setToolTip(words)
        self._backup_icon.setAccessibleName(words)
        self._backup_text.say(words, "muted" if tone == "ok" else tone)

    def _icon_of(self, key: str) -> str:
        return next(e.icon for e in self._entries if e.key == key)

    def _add_brand(self) -> None:
        theme = self._theme
        line = QHBoxLayout()
        line.setContentsMargins(0, 0, 0, theme.px(8))
        line.setSpacing(theme.px(10))
        line.addWidget(Icon(theme, "interval", "text", 28))
        self._words = QWidget()
        words = QVBoxLayout(self._words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        words.addWidget(Text(theme, "Interval", "bodyStrong"))
        self._practice = Text(theme, "", "caption", "muted", wrap=True)
        words.addWidget(self._practice)
        line.addWidget(self._words, 1)
        self._column.addLayout(line)
        self._column.setSpacing(theme.px(3))

    def _add_entry(self, entry: RailEntry) -> None:
        theme = self._theme
        button = QPushButton()
        button.setObjectName(f"rail_{entry.key}")
        button.setAccessibleName(entry.title)
        button.setProperty("rail", True)
        button.setCheckable(True)
        button.setAutoDefault(False)
        button.setCursor(Qt.CursorShape.PointingHandCursor)
        theme.set_text_role(button, "button")
        theme.set_icon(button, entry.icon, "textMuted", 18)
        button.clicked.connect(lambda _on=False, key=entry.key: self.chosen.emit(key))
        self._group.addButton(button)
        self._buttons[entry.key] = button
        self._column.addWidget(button)

    def _add_foot(self) -> None:
        theme = self._theme
        self._backup = backup = QHBoxLayout()
        backup.setSpacing(theme.px(8))
        self._backup_icon = Icon(theme, "shield", "textMuted", 16)
        self._backup_text = Text(theme, "", "caption", "muted", wrap=True)
        backup.addWidget(self._backup_icon)
        backup.addWidget(self._backup_text, 1)
        self._column.addLayout(backup)
        self._foot = QHBoxLayout()
        self._foot.setSpacing(theme.px(8))
        self._avatar = Avatar(theme)
        self._person_words = QWidget()
        words = QVBoxLayout(self._person_words)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(0)
        self._person_name = Text(theme, "", "bodyStrong", wrap=True)
        words.addWidget(self._person_name)
        self._menu = IconButton(theme, "more", _("Menu"), name="rail_menu", size=18)
        self._menu.clicked.connect(lambda: self.menu_wanted.emit(self._menu))
        self._foot.addWidget(self._avatar, 0, Qt.AlignmentFlag.AlignHCenter)
        self._foot.addWidget(self._person_words, 1)
        self._foot.addWidget(self._menu, 0, Qt.AlignmentFlag.AlignHCenter)
        self._column.addLayout(self._foot)

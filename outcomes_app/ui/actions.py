"""Menus and shortcuts: one table of what every key does, shown by "?" and obeyed everywhere."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QWidget

from outcomes_app.text import _
from outcomes_app.ui.context import AppContext


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyHelp:
    """One line of the keyboard list."""

    keys: str
    does: str


def keyboard_map() -> tuple[tuple[str, tuple[KeyHelp, ...]], ...]:
    """Every shortcut, by place, in the order in which the list shows them."""

    def keys(*lines: tuple[str, str]) -> tuple[KeyHelp, ...]:
        return tuple(KeyHelp(keys=shown, does=does) for shown, does in lines)

    return (
        (
            _("Everywhere"),
            keys(
                ("Ctrl K", _("search and commands")),
                ("Ctrl 1–6", _("sections")),
                ("Ctrl N", _("new patient")),
                ("Esc", _("back one level")),
                ("F6", _("next panel")),
                ("Ctrl = / Ctrl − / Ctrl 0", _("text size")),
                ("?", _("this list")),
            ),
        ),
        (
            _("Worklist and patients"),
            keys(
                ("S", _("start visit")),
                ("Enter", _("open record")),
                ("↑ ↓", _("choose patient")),
            ),
        ),
        (
            _("Visit"),
            keys(
                ("R", _("repeat last treatment")),
                ("Enter, Space", _("confirm all that is suggested, or the chosen site")),
                ("T", _("time-out; Y, N answer a line, 0 none of these")),
                ("/ or :", _("shorthand line")),
                ("A, V", _("add, select")),
                ("+ −", _("units")),
                ("M, N, C, H", _("mirror, note, compare, heat map")),
                ("1–9", _("body view")),
                ("Del", _("remove site")),
                ("Ctrl Z / Ctrl Shift Z", _("undo, redo")),
                ("Ctrl Enter", _("sign visit")),
                ("Ctrl S", _("save visit unsigned")),
            ),
        ),
        (
            _("Diary"),
            keys(
                ("0–3", _("severity of the day, and on to the next")),
                ("M, Shift M", _("acute medicine, another class")),
                ("Del", _("no entry")),
                ("Shift ← →", _("select days")),
                ("Ctrl D, Ctrl V", _("fill down, paste a column")),
            ),
        ),
        (_("Charts"), keys(("T", _("show as table")))),
    )


class Actions(QObject):
    """Makes actions with shortcuts. Single letters rest while they are switched off."""

    def __init__(self, ctx: AppContext, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._letters: list[QAction] = []
        ctx.settings_changed.connect(self._obey)

    def add(
        self,
        owner: QWidget,
        text: str,
        keys: str,
        do: Callable[[], object],
        *,
        name: str,
        everywhere: bool = False,
    ) -> QAction:
        """An action of `owner`; `everywhere` = in the whole window, else while focus is inside."""
        action = QAction(text, owner)
        action.setObjectName(name)
        if keys:
            action.setShortcut(QKeySequence(keys))
        action.setShortcutContext(
            Qt.ShortcutContext.WindowShortcut
            if everywhere
            else Qt.ShortcutContext.WidgetWithChildrenShortcut
        )
        action.triggered.connect(lambda _on=False: do())
        owner.addAction(action)
        if is_single_letter(keys):
            self._letters.append(action)
            action.setEnabled(self._ctx.settings.single_letter_keys)
        return action

    def _obey(self, _settings: object) -> None:
        for action in self._letters:
            action.setEnabled(self._ctx.settings.single_letter_keys)


def is_single_letter(keys: str) -> bool:
    """Whether a shortcut is one printable key, which belongs to a text field that has focus."""
    return len(keys) == 1


def typing() -> bool:
    """Whether a text field has the focus, so that letters are text."""
    widget = QApplication.focusWidget()
    return widget is not None and widget.testAttribute(Qt.WidgetAttribute.WA_InputMethodEnabled)

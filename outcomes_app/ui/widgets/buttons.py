"""Buttons: one maker for all variants, segmented switches, tabs and icon buttons."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QToolButton, QWidget

from outcomes_app.ui.theme import Theme

_ICON_ROLE = {
    "primary": "textOnAccent",
    "soft": "accentText",
    "link": "accentText",
    "danger": "danger",
}


class Button(QPushButton):
    """A button in a variant: "" (secondary), primary, soft, danger, ghost or link."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        variant: str = "",
        *,
        icon: str = "",
        name: str = "",
        compact: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setObjectName(name)
        self.setAccessibleName(text)
        self.setAutoDefault(False)
        self.setProperty("variant", variant)
        self.setProperty("compact", compact)
        theme.set_text_role(self, "body" if variant in ("ghost", "link") else "button")
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        if icon:
            theme.set_icon(self, icon, _ICON_ROLE.get(variant, "text"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.click()
        else:
            super().keyPressEvent(event)


class PrimaryButton(Button):
    """The one thing this part of the page is for."""

    def __init__(
        self,
        theme: Theme,
        text: str,
        *,
        icon: str = "",
        name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(theme, text, "primary", icon=icon, name=name, parent=parent)


class IconButton(QToolButton):
    """A button that shows only an icon; its words are the tool tip and the accessible name."""

    def __init__(
        self,
        theme: Theme,
        icon: str,
        words: str,
        *,
        name: str = "",
        role: str = "textMuted",
        size: int = 16,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setToolTip(words)
        self.setAccessibleName(words)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        theme.set_icon(self, icon, role, size)


class SegmentedControl(QWidget):
    """A few choices side by side, one of them on (none at first with `none_on`).

    `chosen(key)` tells when a person changed it.
    """

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        choices: Sequence[tuple[str, str]],
        *,
        name: str,
        label: str,
        none_on: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(0)
        self._group = QButtonGroup(self)
        self._buttons: dict[str, Button] = {}
        for index, (key, text) in enumerate(choices):
            button = Button(theme, text, compact=True, name=f"{name}_{key}")
            button.setCheckable(True)
            button.setAccessibleName(f"{label}: {text}")
            button.setProperty("segment", _segment(index, len(choices)))
            self._group.addButton(button)
            self._buttons[key] = button
            line.addWidget(button)
        line.addStretch(1)
        if choices and not none_on:
            self._buttons[choices[0][0]].setChecked(True)
        self._group.buttonClicked.connect(lambda _button: self.chosen.emit(self.value))

    @property
    def value(self) -> str:
        """The key that is on; "" when there are no choices."""
        return next((k for k, b in self._buttons.items() if b.isChecked()), "")

    def choose(self, key: str) -> None:
        """Turn a choice on without telling."""
        self._buttons[key].setChecked(True)

    def choose_none(self) -> None:
        """Turn every choice off without telling: nobody has chosen yet."""
        self._group.setExclusive(False)
        for button in self._buttons.values():
            button.setChecked(False)
        self._group.setExclusive(True)

    def set_enabled(self, key: str, enabled: bool, why_not: str = "") -> None:
        """Allow or forbid one choice; `why_not` is shown as its tool tip."""
        self._buttons[key].setEnabled(enabled)
        self._buttons[key].setToolTip("" if enabled else why_not)


def _segment(index: int, count: int) -> str:
    if count == 1:
        return ""
    if index == 0:
        return "first"
    return "last" if index == count - 1 else "middle"


class Tabs(QWidget):
    """The tabs of a record, as flat buttons with a line under the one that is open."""

    chosen = Signal(str)

    def __init__(
        self,
        theme: Theme,
        tabs: Sequence[tuple[str, str]],
        *,
        name: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(6))
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QPushButton] = {}
        for key, text in tabs:
            button = QPushButton(text)
            button.setObjectName(f"{name}_{key}")
            button.setAccessibleName(text)
            button.setCheckable(True)
            button.setAutoDefault(False)
            button.setProperty("tab", True)
            theme.set_text_role(button, "button")
            self._group.addButton(button)
            self._buttons[key] = button
            line.addWidget(button)
        line.addStretch(1)
        self._buttons[tabs[0][0]].setChecked(True)
        self._group.buttonClicked.connect(lambda _button: self.chosen.emit(self.value))

    @property
    def value(self) -> str:
        """The key of the open tab."""
        return next(k for k, b in self._buttons.items() if b.isChecked())

    def choose(self, key: str) -> None:
        """Open a tab without telling."""
        self._buttons[key].setChecked(True)

    def rename(self, key: str, text: str) -> None:
        """Say another text on a tab, for example with a count."""
        self._buttons[key].setText(text)
        self._buttons[key].setAccessibleName(text)

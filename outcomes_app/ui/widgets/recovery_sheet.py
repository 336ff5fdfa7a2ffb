"""RecoverySheet: the recovery key to write down, and proof that it was written down."""

import secrets
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QApplication,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.labels import Captioned, Text

_COLUMNS = 7


class RecoverySheet(QWidget):
    """Shows the groups; `confirmed` is True once the two asked-for groups were typed."""

    changed = Signal()

    def __init__(self, theme: Theme, groups: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._groups = tuple(groups)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        card = Card(theme, tone="sunken")
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(10))
        for number, group in enumerate(self._groups):
            cell = QVBoxLayout()
            cell.setSpacing(0)
            caption = Text(theme, str(number + 1), "axis", "faint")
            caption.setAlignment(Qt.AlignmentFlag.AlignCenter)
            letters = Text(theme, group, "subtitle")
            letters.setObjectName(f"recovery_group_{number + 1}")
            letters.setAlignment(Qt.AlignmentFlag.AlignCenter)
            cell.addWidget(caption)
            cell.addWidget(letters)
            grid.addLayout(cell, number // _COLUMNS, number % _COLUMNS)
        card.body.addLayout(grid)
        column.addWidget(card)
        copy = Button(theme, _("Copy, to print it"), icon="copy", name="copy_recovery_key")
        copy.clicked.connect(self._copy)
        line = QHBoxLayout()
        line.addWidget(copy)
        line.addStretch(1)
        column.addLayout(line)
        self._asked = sorted(secrets.SystemRandom().sample(range(len(self._groups)), 2))
        column.addWidget(
            Text(theme, _("Type two groups from your paper:"), "body", "muted", wrap=True)
        )
        self._fields: list[tuple[int, Captioned]] = []
        asked = QHBoxLayout()
        asked.setSpacing(theme.px(12))
        for number in self._asked:
            field = QLineEdit()
            field.setObjectName(f"confirm_group_{number + 1}")
            field.setMaximumWidth(theme.px(140))
            field.textChanged.connect(lambda _text: self.changed.emit())
            captioned = Captioned(theme, _("Group {n}").format(n=number + 1), field)
            self._fields.append((number, captioned))
            asked.addWidget(captioned)
        asked.addStretch(1)
        column.addLayout(asked)
        # Where the page hands the focus, typing begins.
        self.setFocusProxy(self._fields[0][1].field)

    @property
    def confirmed(self) -> bool:
        """Whether both groups were typed as they are."""
        return all(self._right(number, captioned) for number, captioned in self._fields)

    def show_problems(self) -> bool:
        """Say which group is not right, and whether any is."""
        for number, captioned in self._fields:
            right = self._right(number, captioned)
            captioned.error.say("" if right else _("This is not what the sheet says."))
        return not self.confirmed

    def _right(self, number: int, captioned: Captioned) -> bool:
        field = captioned.field
        typed = field.text() if isinstance(field, QLineEdit) else ""
        return typed.strip().upper() == self._groups[number]

    def _copy(self) -> None:
        QApplication.clipboard().setText("-".join(self._groups))

"""Inputs for dates and numbers that accept what people type and never guess."""

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from outcomes_app.text import _, day, number
from outcomes_app.ui.forms import Unreadable, read_date, read_number


class _ReadField(QLineEdit):
    """Shared by both: `changed` on every edit, tidied when left, `problem` says what is unclear."""

    changed = Signal()

    def __init__(self, *, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.textEdited.connect(lambda _text: self.changed.emit())

    @property
    def problem(self) -> str:
        """Why the text cannot be read; "" when it can."""
        try:
            self._read()
        except Unreadable as error:
            return str(error)
        return ""

    def _read(self) -> object:
        raise NotImplementedError

    def _tidy(self) -> None:
        raise NotImplementedError

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if not self.problem:
            self._tidy()
        self.changed.emit()


class DateField(_ReadField):
    """A date typed as 2025-11-20, 20-Nov-2025 or 20.11.2025; shown as 20-Nov-2025."""

    def __init__(self, *, name: str, label: str, parent: QWidget | None = None) -> None:
        super().__init__(name=name, label=label, parent=parent)
        self.setPlaceholderText(_("20-Nov-2025"))

    def value(self) -> date | None:
        """The date; None when empty or unreadable (then `problem` says why)."""
        return None if self.problem else read_date(self.text())

    def set_value(self, value: date | None) -> None:
        """Show a date."""
        self.setText("" if value is None else day(value))

    def _read(self) -> object:
        return read_date(self.text())

    def _tidy(self) -> None:
        self.set_value(self.value())


class NumberField(_ReadField):
    """A number typed with a comma or a point. Empty is None, never zero."""

    def __init__(
        self,
        *,
        name: str,
        label: str,
        low: Decimal | None = None,
        high: Decimal | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name=name, label=label, parent=parent)
        self._low, self._high = low, high
        if low is not None and high is not None:
            self.setPlaceholderText(f"{number(low)}–{number(high)}")

    def value(self) -> Decimal | None:
        """The number; None when empty or unreadable (then `problem` says why)."""
        return None if self.problem else read_number(self.text())

    def set_value(self, value: Decimal | None) -> None:
        """Show a number."""
        self.setText("" if value is None else number(value).replace(",", ""))

    def _read(self) -> object:
        value = read_number(self.text())
        if value is None:
            return None
        if self._low is not None and self._high is not None:
            if not self._low <= value <= self._high:
                raise Unreadable(
                    _("Between {low} and {high}.").format(
                        low=number(self._low), high=number(self._high)
                    )
                )
        elif self._low is not None and value < self._low:
            raise Unreadable(_("At least {low}.").format(low=number(self._low)))
        elif self._high is not None and value > self._high:
            raise Unreadable(_("At most {high}.").format(high=number(self._high)))
        return value

    def _tidy(self) -> None:
        self.set_value(self.value())

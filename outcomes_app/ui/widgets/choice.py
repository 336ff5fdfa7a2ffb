"""Choice: a list whose entries stand for values of the domain, kept as they are."""

from collections.abc import Mapping
from typing import Generic, TypeVar

from PySide6.QtWidgets import QComboBox, QWidget

from outcomes_app.ui.widgets.combo import Combo

Value = TypeVar("Value")

_SHORTEST = 12  # letters: a list of long names must not widen its form


class Choice(Combo, Generic[Value]):
    """`value` is the chosen one; with `nothing` the first entry stands for None."""

    def __init__(
        self,
        name: str,
        words: Mapping[Value, str],
        chosen: Value | None = None,
        *,
        nothing: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(_SHORTEST)
        self._nothing = nothing
        self._values: list[Value | None] = []
        self.offer(words, chosen)

    @property
    def value(self) -> Value | None:
        """The chosen value; None for the entry that stands for nothing."""
        index = self.currentIndex()
        return self._values[index] if 0 <= index < len(self._values) else None

    def offer(self, words: Mapping[Value, str], chosen: Value | None) -> None:
        """Offer other values, one of them chosen."""
        self.blockSignals(True)
        self.clear()
        self._values = [None] if self._nothing else []
        if self._nothing:
            self.addItem(self._nothing)
        for value, said in words.items():
            self._values.append(value)
            self.addItem(said)
        if chosen in self._values:
            self.setCurrentIndex(self._values.index(chosen))
        self.blockSignals(False)

    def choose(self, value: Value | None) -> None:
        """Choose a value that is offered."""
        self.setCurrentIndex(self._values.index(value))

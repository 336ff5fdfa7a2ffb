"""AnswerInput: one question answered with the keyboard, by buttons or by a number."""

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QWidget

from outcomes_app.domain.instruments import Item
from outcomes_app.text import NO_BREAK_SPACE, _, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.labels import Captioned

_MOST_BUTTONS = 11
_LINE_LETTERS = 46
_LARGE_TEXT = 1.2
_COLUMNS_OF_LARGE_TEXT = 5
NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer to choose: what is stored, what is read, and the key that chooses it ("" none)."""

    raw: str
    words: str
    key: str


def options_of(item: Item) -> tuple[Option, ...]:
    """The answers of an item that are few enough for buttons; () = it takes a number."""
    if item.choices:
        found = [(label, label) for label in item.choices]
        digits = all(label[:1].isdigit() for label in item.choices)
    elif _countable(item):
        low, high = int(item.low or 0), int(item.high or 0)
        found = [(str(n), number(n)) for n in range(low, high + 1)]
        digits = low >= 0
    else:
        return ()
    codes = _codes(item)
    options = []
    for place, (raw, words) in enumerate(found, start=1):
        if digits:
            key = raw if len(raw) == 1 else ""
        else:
            # Below zero a place of its own would look like another number.
            place_key = str(place) if place < 10 and item.choices else ""
            key = codes.get(raw) or place_key
        options.append(Option(raw=raw, words=words, key=key))
    if item.not_applicable:
        options.append(Option(raw=NOT_APPLICABLE, words=_("does not apply"), key=""))
    return tuple(options)


def _codes(item: Item) -> dict[str, str]:
    """The codes of the answers as keys, where each is one digit of its own."""
    values = list(item.choices.values())
    if len(set(values)) == len(values) and all(v in range(10) for v in values):
        return {label: str(int(value)) for label, value in item.choices.items()}
    return {}


def _countable(item: Item) -> bool:
    if item.low is None or item.high is None or item.fractions:
        return False
    return item.high - item.low < _MOST_BUTTONS


class AnswerInput(QWidget):
    """`answered` on every change; `finished` when the answer is complete and the next may come."""

    answered = Signal()
    finished = Signal()

    def __init__(self, label: str, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.label = label
        self.setObjectName(name)
        self.setAccessibleName(label)

    @property
    def raw(self) -> str | None:
        """The answer as it is scored and stored; None = not answered."""
        raise NotImplementedError

    @property
    def problem(self) -> str:
        """Why the answer cannot be read; "" when it can."""
        return ""

    def set_raw(self, raw: str | None) -> None:
        """Show an answer."""
        raise NotImplementedError


class ChoiceInput(AnswerInput):
    """Buttons under one focus: digits choose, arrows move, Delete takes the answer back."""

    def __init__(
        self, theme: Theme, label: str, options: tuple[Option, ...], *, name: str, large: bool
    ) -> None:
        super().__init__(label, name)
        self._theme, self._options = theme, options
        self._chosen: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A key before the words takes room as well.
        letters = sum(len(o.words) + 5 * (o.key not in ("", o.raw)) for o in options)
        upright = letters > _LINE_LETTERS or (large and letters > 2 * len(options))
        grid = QGridLayout(self)
        edge = theme.px(4)
        grid.setContentsMargins(edge, edge, edge, edge)
        grid.setSpacing(theme.px(6))
        columns = 1 if upright else len(options)
        if not (upright or large) and theme.scale > _LARGE_TEXT:
            columns = min(columns, _COLUMNS_OF_LARGE_TEXT)
        self._buttons: list[Button] = []
        for place, option in enumerate(options):
            named = bool(option.key) and option.key != option.raw
            words = f"{option.key}{NO_BREAK_SPACE * 3}{option.words}" if named else option.words
            button = Button(theme, words, name=f"{name}_{option.raw}".replace(" ", "_"))
            button.setAccessibleName(f"{label}: {option.words}")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            if large:
                theme.set_text_role(button, "subtitle")
                button.setMinimumHeight(theme.px(44))
            button.setMinimumWidth(theme.px(34))
            if not large:
                button.setMaximumWidth(theme.px(420))
            button.clicked.connect(lambda _on=False, p=place: self._choose(p))
            self._buttons.append(button)
            grid.addWidget(button, place // columns, place % columns)
        grid.setColumnStretch(columns, 0 if upright else 1)
        self._describe()

    @property
    def raw(self) -> str | None:
        return None if self._chosen is None else self._options[self._chosen].raw

    def set_raw(self, raw: str | None) -> None:
        places = [place for place, option in enumerate(self._options) if option.raw == raw]
        self._mark(places[0] if places else None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        last = len(self._options) - 1
        at = self._chosen
        key = event.key()
        if key in (Qt.Key.Key_Right, Qt.Key.Key_Down):
            self._mark(0 if at is None else min(last, at + 1))
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Up):
            self._mark(last if at is None else max(0, at - 1))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._mark(None)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers():
            self.finished.emit()
        elif not self._typed(event.text()):
            event.ignore()

    def _typed(self, text: str) -> bool:
        if text == "0" and self._ten_follows():
            self._choose(next(p for p, o in enumerate(self._options) if o.raw == "10"))
            return True
        for place, option in enumerate(self._options):
            if text and option.key == text:
                if text == "1" and any(o.raw == "10" for o in self._options):
                    self._mark(place)  # a 0 may follow
                else:
                    self._choose(place)
                return True
        return False

    def _ten_follows(self) -> bool:
        return self.raw == "1" and any(o.raw == "10" for o in self._options)

    def _choose(self, place: int) -> None:
        self._mark(place)
        self.finished.emit()

    def _mark(self, place: int | None) -> None:
        self._chosen = place
        for number_, button in enumerate(self._buttons):
            button.setChecked(number_ == place)
        self._describe()
        self.answered.emit()

    def _describe(self) -> None:
        said = _("not answered") if self._chosen is None else self._options[self._chosen].words
        self.setAccessibleDescription(said)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            painter = QPainter(self)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._theme.color("focus"), 2))
            painter.drawRoundedRect(self.rect().adjusted(1, 1, -1, -1), 6, 6)
            painter.end()


class NumberInput(AnswerInput):
    """A number with its range; empty is not answered, never zero."""

    def __init__(self, theme: Theme, label: str, item: Item, *, name: str, large: bool) -> None:
        super().__init__(label, f"{name}_box")
        self._whole = not item.fractions
        self.field = NumberField(name=name, label=label, low=item.low, high=item.high)
        self._box = Captioned(theme, range_words(item), self.field)
        self.field.setMaximumWidth(theme.px(200))
        if large:
            theme.set_text_role(self.field, "title")
            self.field.setMinimumHeight(theme.px(44))
        self.field.changed.connect(self._moved)
        self.field.returnPressed.connect(self.finished)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._box)
        line.addStretch(1)
        self.setFocusProxy(self.field)

    @property
    def raw(self) -> str | None:
        value = self.field.value()
        return (
            None
            if value is None or self.problem
            else number(value).replace("−", "-").replace(",", "")
        )

    @property
    def problem(self) -> str:
        value = self.field.value()
        if self._whole and value is not None and value % 1:
            return _("A whole number.")
        return self.field.problem

    def set_raw(self, raw: str | None) -> None:
        self.field.setText(raw or "")
        self._moved()

    def _moved(self) -> None:
        self._box.error.say(self.problem)
        self.answered.emit()


def range_words(item: Item) -> str:
    """Which numbers are answers."""
    if item.low is None and item.high is None:
        return _("a number")
    if item.high is None:
        return _("{low} or more").format(low=number(item.low or 0))
    return _("{low} to {high}").format(low=number(item.low or 0), high=number(item.high))


def make_input(theme: Theme, label: str, item: Item, *, name: str, large: bool) -> AnswerInput:
    """The input that suits an item."""
    options = options_of(item)
    if options:
        return ChoiceInput(theme, label, options, name=name, large=large)
    return NumberInput(theme, label, item, name=name, large=large)

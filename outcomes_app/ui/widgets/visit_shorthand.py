"""The shorthand line: `temp b 20/4` and Enter, for hands that would rather type than point."""

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain import shorthand
from outcomes_app.domain.shorthand import ShorthandEntry, ShorthandError
from outcomes_app.domain.values import SiteId
from outcomes_app.text import _, ngettext, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.bodymap import PlanModel, naming
from outcomes_app.ui.widgets.buttons import Button, IconButton
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import Text, row

_OFFERED = 4


class _Line(QLineEdit):
    """Tab takes the first suggestion; Esc gives the keyboard back."""

    completed = Signal()
    left = Signal()

    def event(self, event: QEvent) -> bool:
        """Tab completes while there is something to complete; Esc is this line's own."""
        if isinstance(event, QKeyEvent):
            tab = event.key() == Qt.Key.Key_Tab and not event.modifiers()
            pressed = event.type() is QEvent.Type.KeyPress
            if tab and pressed and self.property("completes"):
                self.completed.emit()
                return True
            if event.key() == Qt.Key.Key_Escape:
                if event.type() is QEvent.Type.KeyPress:
                    self.left.emit()
                event.accept()
                return True
        return super().event(event)


class ShorthandLine(QWidget):
    """Reads entries as they are typed, says what they mean, and places them on Enter."""

    left = Signal()

    def __init__(self, theme: Theme, model: PlanModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._model = theme, model
        self._likely: tuple[SiteId, ...] = ()
        self.setObjectName("shorthandBar")
        self.line = _Line()
        self.line.setObjectName("shorthand")
        self.line.setAccessibleName(_("Shorthand"))
        self.line.setPlaceholderText(_("Shorthand, key /: temp b 20/4"))
        self.line.textEdited.connect(lambda _text: self._read())
        self.line.returnPressed.connect(self._place)
        self.line.completed.connect(self._complete)
        self.line.left.connect(self._leave)
        self._help_button = IconButton(
            theme, "info", _("How to write the shorthand"), name="shorthandHelp"
        )
        self._help_button.setCheckable(True)
        self._said = Text(theme, "", "caption", "muted", wrap=True)
        self._said.setObjectName("shorthandSaid")
        self._help = Text(theme, help_words(), "caption", "muted", wrap=True)
        self._help.hide()
        self._help_button.toggled.connect(self._help.setVisible)
        self._offers_box = QWidget()
        self._offers = FlowLayout(self._offers_box, gap=theme.px(6))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(10), 0, theme.px(10), theme.px(6))
        column.setSpacing(theme.px(4))
        column.addLayout(row(self.line, self._help_button, spacing=theme.px(5)))
        for widget in (self._said, self._offers_box, self._help):
            column.addWidget(widget)
        self._read()

    def prefer(self, sites: tuple[SiteId, ...]) -> None:
        """The sites of the indication win where a word fits several."""
        self._likely = sites

    def begin(self) -> None:
        """Take the keyboard."""
        self.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.line.selectAll()

    def empty(self) -> None:
        """Forget what was typed."""
        self.line.clear()
        self._read()

    # Reading

    def _parse(self) -> tuple[tuple[ShorthandEntry, ...], tuple[ShorthandError, ...]]:
        return shorthand.parse(self.line.text(), self._model.sites.values(), self._likely)

    def _read(self) -> None:
        """While somebody types: what is understood so far, and what the last word may mean."""
        entries, errors = self._parse()
        self._say(" · ".join(self._words(entry) for entry in entries), "muted")
        last = self._last_entry()
        unfinished = bool(errors) and errors[-1].text == last
        found = self._candidates(last) if unfinished else ()
        self._offer(tuple((name, last) for name in found))

    def _candidates(self, entry: str) -> tuple[str, ...]:
        found = shorthand.candidates(entry, self._model.sites.values(), self._likely)
        meant = shorthand.with_site(entry, found[0]).split() if len(found) == 1 else []
        # A name that already stands there whole needs no suggestion.
        return () if meant == entry.lower().split() else found[:_OFFERED]

    def _last_entry(self) -> str:
        return self.line.text().replace(";", ",").split(",")[-1].strip()

    def _words(self, entry: ShorthandEntry) -> str:
        sides = _(" and ").join(naming.side_word(side) for side in entry.sides)
        points = ngettext("{n} point", "{n} points", entry.points).format(n=entry.points)
        words = _("{site}, {sides}: {units} in {points}")
        if len(entry.sides) > 1:
            words = _("{site}, {sides}: {units} in {points} on each side")
        return words.format(
            site=self._model.sites[entry.site].name,
            sides=sides,
            units=units(entry.units),
            points=points,
        )

    def _say(self, words: str, tone: str) -> None:
        self._said.say(words, tone)
        self._said.setVisible(bool(words))

    # Suggestions

    def _offer(self, offers: tuple[tuple[str, str], ...]) -> None:
        """Names to take instead of the words of an entry."""
        clear_layout(self._offers)
        for index, (name, entry) in enumerate(offers):
            button = Button(self._theme, name, "soft", compact=True, name=f"offer_{index}")
            button.clicked.connect(lambda _on=False, n=name, e=entry: self._take(n, e))
            self._offers.addWidget(button)
        self.line.setProperty("completes", bool(offers))
        self._offers_box.setVisible(bool(offers))
        self._first = offers[0] if offers else None

    def _complete(self) -> None:
        if self._first is not None:
            self._take(*self._first)

    def _take(self, name: str, entry: str) -> None:
        fixed = shorthand.with_site(entry, name)
        text = self.line.text()
        at = text.rfind(entry)
        ending = "" if fixed != name.lower() else " "
        self.line.setText(f"{text[:at]}{fixed}{ending}{text[at + len(entry) :]}")
        self.line.setFocus()
        self._read()

    # Placing

    def _place(self) -> None:
        entries, errors = self._parse()
        if errors:
            self._say("\n".join(error.message for error in errors), "danger")
            self._offer(tuple((name, e.text) for e in errors for name in e.suggestions[:_OFFERED]))
            return
        if entries:
            self._model.place_entries(entries)
            self.empty()

    def _leave(self) -> None:
        self.empty()
        self.left.emit()


def help_words() -> str:
    """The grammar in a few sentences."""
    return _(
        "SITE SIDE UNITS/POINTS, for example temp b 20/4: 20 units in 4 points on each side. "
        "SITE is the beginning of its words (temp, lev sc). SIDE is l, r, b for both, or m; a "
        "midline site needs none. UNITS and POINTS are for each side; one point if left out. "
        "Several entries are separated by a comma. What was in that muscle and side is replaced. "
        "Tab takes the first suggestion, Enter places, Esc leaves."
    )

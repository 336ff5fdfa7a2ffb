"""Inputs the steps share: choosing a column, and saying what the words of a column mean."""

from collections.abc import Iterable, Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QLineEdit,
    QSizePolicy,
    QWidget,
)

from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.labels import Text

_MOST_WORDS = 40


class Choice(Combo):
    """A list to choose from, by key; `picked` when a person chose."""

    picked = Signal()

    def __init__(
        self,
        items: Sequence[tuple[str, str]] = (),
        *,
        name: str,
        label: str = "",
        typed: bool = False,
        letters: int = 12,
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self.setAccessibleName(label)
        self.setSizeAdjustPolicy(self.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(letters)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        if typed:
            self._find_by_typing()
        self.set_items(items)
        self.activated.connect(lambda _index: self.picked.emit())

    def _find_by_typing(self) -> None:
        self.setEditable(True)
        self.setInsertPolicy(self.InsertPolicy.NoInsert)
        completer, line = self.completer(), self.lineEdit()
        assert completer is not None
        assert line is not None
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(lambda _text: self.picked.emit())
        # What was typed and is no entry falls back to the last choice.
        line.editingFinished.connect(lambda: self.setEditText(self.itemText(self.currentIndex())))

    def set_items(self, items: Iterable[tuple[str, str]]) -> None:
        """Offer other entries (key, text); the choice is kept where it is still offered."""
        chosen = self.value
        self.clear()
        for key, text in items:
            self.addItem(text, key)
        self.choose(chosen)

    @property
    def value(self) -> str:
        """The key that is chosen; "" where there is none."""
        return self.currentData() or ""

    def choose(self, key: str) -> None:
        """Choose a key without telling; the first entry where it is not offered."""
        self.setCurrentIndex(max(0, self.findData(key)))


class ColumnChoice(Choice):
    """A column of the file, or none."""

    def __init__(self, *, name: str, label: str = "") -> None:
        super().__init__([("", _("none"))], name=name, label=label)

    def set_columns(self, columns: Sequence[str]) -> None:
        """Offer the columns of a file."""
        self.set_items([("", _("none")), *((c, c) for c in columns)])


class WordsEditor(QWidget):
    """Says for each word of a column what it means: from a list of choices, or typed."""

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        *,
        name: str,
        choices: Sequence[tuple[str, str]] = (),
        hint: str = "",
    ) -> None:
        super().__init__()
        self.setObjectName(name)
        self._theme, self._choices, self._hint = theme, tuple(choices), hint
        self._inputs: dict[str, Choice | QLineEdit] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(theme.px(12), 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(1, 1)
        self.hide()

    def ask(self, words: Iterable[str], known: Mapping[str, str]) -> None:
        """Ask for these words, showing what is known of them; hidden where there is none."""
        wanted = list(dict.fromkeys(words))[:_MOST_WORDS]
        if wanted == list(self._inputs):
            for word in wanted:
                self._show(word, known.get(word, ""))
            return
        self._clear()
        for line, word in enumerate(wanted):
            label = Text(self._theme, word or _("(empty)"), "body")
            label.setMaximumWidth(self._theme.px(160))
            label.setToolTip(word)
            entry = self._input(word)
            label.setBuddy(entry)
            self._grid.addWidget(label, line, 0)
            self._grid.addWidget(entry, line, 1)
            self._inputs[word] = entry
            self._show(word, known.get(word, ""))
        self.setVisible(bool(wanted))

    def offer(self, choices: Sequence[tuple[str, str]]) -> None:
        """Offer other meanings to choose from, for the words asked about from now on."""
        self._choices = tuple(choices)
        self._clear()

    @property
    def words(self) -> dict[str, str]:
        """The meaning of each word that has one."""
        said = {
            word: i.value if isinstance(i, Choice) else i.text().strip()
            for word, i in self._inputs.items()
        }
        return {word: meaning for word, meaning in said.items() if meaning}

    def _input(self, word: str) -> Choice | QLineEdit:
        label = _("Meaning of {word}").format(word=word)
        if self._choices:
            choice = Choice([("", _("not said")), *self._choices], name="word_meaning", label=label)
            choice.picked.connect(self.changed)
            return choice
        typed = QLineEdit()
        typed.setObjectName("word_meaning")
        typed.setAccessibleName(label)
        typed.setPlaceholderText(self._hint)
        typed.editingFinished.connect(self.changed)
        return typed

    def _show(self, word: str, meaning: str) -> None:
        entry = self._inputs[word]
        if isinstance(entry, Choice):
            entry.choose(meaning)
        elif entry.text().strip() != meaning:
            entry.setText(meaning)

    def _clear(self) -> None:
        self._inputs.clear()
        while (item := self._grid.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.setParent(None)
                widget.deleteLater()

"""Choosing and typing a passphrase: a generated one is offered first, and nothing is hidden from
the person who types."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from outcomes_app.domain import passphrases
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, IconButton
from outcomes_app.ui.widgets.labels import Captioned, Text


class SecretField(QWidget):
    """A passphrase line with a button that shows what was typed."""

    changed = Signal()
    confirmed = Signal()

    def __init__(
        self, theme: Theme, *, name: str, label: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self.field = QLineEdit()
        self.field.setObjectName(name)
        self.field.setAccessibleName(label)
        self.field.setEchoMode(QLineEdit.EchoMode.Password)
        self.field.textChanged.connect(lambda _text: self.changed.emit())
        self.field.returnPressed.connect(self.confirmed)
        self._eye = IconButton(theme, "eye", _("Show what is typed"), name=f"{name}_show")
        self._eye.setCheckable(True)
        self._eye.toggled.connect(self.show_typed)
        self.captioned = Captioned(theme, label, self.field, beside=self._eye)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.captioned)
        self.setFocusProxy(self.field)

    @property
    def text(self) -> str:
        """What was typed."""
        return self.field.text()

    def show_typed(self, shown: bool) -> None:
        """Show or hide the letters."""
        mode = QLineEdit.EchoMode.Normal if shown else QLineEdit.EchoMode.Password
        self.field.setEchoMode(mode)
        words = _("Hide what is typed") if shown else _("Show what is typed")
        self._eye.setToolTip(words)
        self._eye.setAccessibleName(words)
        self._theme.set_icon(self._eye, "eye_off" if shown else "eye", "textMuted")
        if self._eye.isChecked() != shown:
            self._eye.setChecked(shown)

    def say(self, message: str) -> None:
        """A problem with it; "" clears."""
        self.captioned.error.say(message)

    def rename(self, label: str) -> None:
        """Say something else above it, for example whose passphrase is asked for."""
        self.captioned.caption.setText(label)
        self.field.setAccessibleName(label)


class PassphraseForm(QWidget):
    """A new passphrase: generated or typed twice, with what is wrong in words."""

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names: Sequence[str] = ()
        self._generated = ""
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        self.first = SecretField(theme, name="new_passphrase", label=_("Passphrase"))
        self.second = SecretField(theme, name="repeat_passphrase", label=_("The same again"))
        self._strength = Text(theme, "", "caption", "muted", wrap=True)
        propose = Button(theme, _("Another proposal"), icon="refresh", name="propose_passphrase")
        propose.clicked.connect(self.propose)
        own = Button(theme, _("Write my own"), "ghost", name="own_passphrase")
        own.clicked.connect(self.start_own)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        line.addWidget(propose)
        line.addWidget(own)
        line.addWidget(self._strength, 1)
        column.addWidget(self.first)
        column.addLayout(line)
        column.addWidget(self.second)
        self.first.changed.connect(self._look)
        self.second.changed.connect(self._look)
        self.propose()

    @property
    def value(self) -> str:
        """The passphrase; "" while it is refused or the two differ."""
        return "" if self._problem() or self._differs() else self.first.text

    def set_names(self, names: Sequence[str]) -> None:
        """The clinic's and the person's name, which are no secret."""
        self._names = tuple(names)
        self._look()

    def propose(self) -> None:
        """Offer a generated passphrase, readable, to be written down."""
        self._generated = passphrases.generated()
        self.first.field.setText(self._generated)
        self.first.show_typed(True)
        self.second.field.clear()
        self.second.hide()

    def start_own(self) -> None:
        """Empty the line for one's own passphrase, to be typed twice."""
        self._generated = ""
        self.first.field.clear()
        self.first.show_typed(False)
        self.second.show()
        self.first.setFocus()

    def show_problems(self) -> bool:
        """Say what is missing, and whether anything is."""
        self.first.say(self._problem())
        self.second.say(
            _("The two are not the same.") if not self._problem() and self._differs() else ""
        )
        return not self.value

    def _problem(self) -> str:
        found = passphrases.check_passphrase(self.first.text, names=self._names)
        return found[0].message if found else ""

    def _differs(self) -> bool:
        return self.first.text not in (self._generated, self.second.text)

    def _look(self) -> None:
        self.second.setVisible(self.first.text != self._generated)
        if not self._problem():
            self.first.say("")
            strength = passphrases.strength(self.first.text)
            self._strength.say(_("Strength: {word}").format(word=strength), "ok")
        else:
            self._strength.say("", "muted")
        if not self._differs():
            self.second.say("")
        self.changed.emit()

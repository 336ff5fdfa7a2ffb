"""Confirming or changing a reference value: the section of the label that was read, and a note."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from outcomes_app.domain.reference_values import SEVERITIES, ReferenceEntry
from outcomes_app.domain.values import Problems
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.widgets.choice import Choice
from outcomes_app.ui.widgets.reference_words import part_words, severity_words, value_words


class ReferenceValueDialog(FormDialog):
    """`change` = the clinic's own value in the place of the catalog's, else it is confirmed.

    `proved` when the passphrase was right; with `is_proved` it is not asked for again.
    """

    proved = Signal()

    def __init__(
        self,
        ctx: AppContext,
        entry: ReferenceEntry,
        now: str,
        *,
        change: bool,
        is_proved: bool,
        parent: QWidget,
    ) -> None:
        title = _("Change value") if change else _("Confirm value")
        action = _("Change") if change else _("Confirm")
        super().__init__(ctx, title, action, name="reference_value_dialog", parent=parent)
        self._entry, self._is_change, self._is_proved = entry, change, is_proved
        shown = value_words(entry.value)
        words = _("{owner}, {part}. The catalog says {value}.")
        self.say_first(words.format(owner=entry.owner, part=part_words(entry), value=shown))
        self._value = self.line("value")
        self._word: Choice[str] = Choice(
            "value_word", {word: severity_words()[word] for word in SEVERITIES}, now
        )
        if change:
            self._value.setText(now)
            field: QWidget = self._word if entry.is_word else self._value
            self.add("value", _("Value of this clinic"), field)
        self._section = self.line("label_section")
        self._section.setPlaceholderText(_("US label, 2.3, revised 11/2023"))
        self.add("label_section", _("Section of the label that was read"), self._section)
        self._note = self.line("note")
        self.add("note", _("Note"), self._note)
        self._passphrase = self.line("passphrase")
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        if not is_proved:
            hint = _("Asked once while this page is open.")
            self.add("passphrase", _("Your passphrase"), self._passphrase, hint=hint)
        self._section.setFocus()

    def unreadable(self) -> Problems:
        if self._section.text().strip():
            return ()
        words = _("Name the section of the label that you read.")
        return (self.missing("label_section", words),)

    def store(self) -> None:
        if self._is_proved:
            self._keep()
        else:
            self.after_passphrase(self._passphrase, "passphrase", self._prove)

    def _prove(self) -> None:
        self._is_proved = True
        self.proved.emit()
        self._keep()

    def _keep(self) -> None:
        from outcomes_app import catalog
        from outcomes_app.records import reference_values

        typed = (self._word.value or "") if self._entry.is_word else self._value.text()
        self.write(
            reference_values.change,
            self._entry.key,
            typed.strip().replace(",", ".") if self._is_change else self._entry.value,
            label_section=self._section.text().strip(),
            person=self.ctx.person,
            catalog=catalog.load(),
            today=self.ctx.clock.today(),
            note=self._note.text().strip(),
            deed="reference_value.change" if self._is_change else "reference_value.confirm",
            told=_("Value changed.") if self._is_change else _("Value confirmed."),
        )

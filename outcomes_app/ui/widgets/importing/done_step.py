"""The last step: what was imported, and taking it back."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from outcomes_app.domain.import_plan import ImportBatch, KeptRecord, Undone
from outcomes_app.text import _, day, ngettext
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import PrimaryButton
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.importing.choose_step import added
from outcomes_app.ui.widgets.importing.undo_panel import UndoPanel
from outcomes_app.ui.widgets.labels import Text

_SHOWN_KEPT = 12


def undone_words(undone: Undone) -> str:
    """What undoing did, in one or two sentences."""
    voided = sum(undone.voided.values())
    said = ngettext(
        "The import is undone: {n} record marked as entered in error.",
        "The import is undone: {n} records marked as entered in error.",
        voided,
    ).format(n=voided)
    if undone.kept:
        people = len({kept.patient for kept in undone.kept})
        kept = ngettext(
            "{n} record was kept because somebody worked on it since ({p} patients).",
            "{n} records were kept because somebody worked on them since ({p} patients).",
            len(undone.kept),
        ).format(n=len(undone.kept), p=people)
        return f"{said} {kept}"
    return said


def _kept_line(kept: KeptRecord) -> str:
    """A record that was kept, so that a person can find it."""
    words = {
        "patient": _("the patient"),
        "treatment": _("treatment"),
        "assessment": _("result"),
        "diary_day": _("diary day"),
        "adverse_event": _("adverse event"),
    }
    what = words.get(kept.entity, kept.entity)
    if kept.day is not None:
        what = f"{what} {day(kept.day)}"
    return _("Kept: patient {number}, {what}: {why}.").format(
        number=kept.patient_number or _("without a number"), what=what, why=kept.reason
    )


class DoneStep(QWidget):
    """`another_wanted` for the next file, `undo_wanted(batch, reason)`."""

    another_wanted = Signal()
    undo_wanted = Signal(object, str)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._batch: ImportBatch | None = None
        self._card = Card(theme, _("Imported"), tone="ok")
        self._said = Text(theme, "", "lead", wrap=True)
        self._more = Text(theme, "", "body", "muted", wrap=True)
        self._card.body.addWidget(self._said)
        self._card.body.addWidget(self._more)
        self.another = another = PrimaryButton(
            theme, _("Import another file"), name="import_another"
        )
        another.clicked.connect(self.another_wanted)
        line = QHBoxLayout()
        line.addWidget(another)
        line.addStretch(1)
        self._card.body.addLayout(line)
        self._undo_card = Card(theme, _("Was it the wrong file?"))
        self.undo = UndoPanel(theme)
        self._undo_card.body.addWidget(self.undo)
        self.undo.undo_wanted.connect(self._undo)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(self._card)
        column.addWidget(self._undo_card)
        column.addStretch(1)

    def show_batch(self, batch: ImportBatch) -> None:
        """Show what was imported."""
        self._batch = batch
        self._card.set_tone("ok")
        if self._card.title is not None:
            self._card.title.setText(_("Imported"))
        self._said.setText(_("{file}: {what}.").format(file=batch.file_name, what=added(batch)))
        known = batch.counts.get("known", 0)
        words = [_("Lists and charts show it from now on.")]
        if known:
            words.append(
                ngettext(
                    "{n} record was there already and was not stored twice.",
                    "{n} records were there already and were not stored twice.",
                    known,
                ).format(n=known)
            )
        self._more.setText(" ".join(words))
        self._undo_card.show()
        self.undo.ask_about(batch.file_name)

    def show_undone(self, undone: Undone) -> None:
        """Show that it was taken back."""
        self._card.set_tone("info")
        if self._card.title is not None:
            self._card.title.setText(_("Undone"))
        self._said.setText(undone_words(undone))
        lines = [_("The history of changes keeps what was there.")]
        lines += [_kept_line(kept) for kept in undone.kept[:_SHOWN_KEPT]]
        if len(undone.kept) > _SHOWN_KEPT:
            lines.append(_("… and {n} more.").format(n=len(undone.kept) - _SHOWN_KEPT))
        self._more.setText("\n".join(lines))
        self._undo_card.hide()

    def _undo(self, reason: str) -> None:
        if self._batch is not None:
            self.undo_wanted.emit(self._batch, reason)

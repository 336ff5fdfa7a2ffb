"""Putting a lot on the recall list, and handing the list of its patients on."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from outcomes_app.domain.stock import LotTrace, Recall
from outcomes_app.domain.values import Problems, new_id
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.form import FormDialog
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.stock.lot_words import product_name


class RecallDialog(FormDialog):
    """A lot called back by its maker or an authority."""

    def __init__(self, ctx: AppContext, trace: LotTrace, parent: QWidget) -> None:
        super().__init__(
            ctx,
            _("Put on the recall list"),
            _("Put on list"),
            name="recall_dialog",
            parent=parent,
        )
        self._trace = trace
        self.say_first(
            _("{product}, lot {lot}. From then on no visit with it can be signed.").format(
                product=product_name(ctx.catalog, trace.product), lot=trace.lot
            )
        )
        self._day = DateField(name="day", label=_("Called back on"))
        self._day.set_value(ctx.clock.today())
        self._reason = self.line("reason")
        self._source = self.line("source")
        self.add("day", _("Called back on"), self._day)
        self.add("reason", _("Reason"), self._reason)
        self.add(
            "source", _("Source"), self._source, hint=_("The notice of the maker or authority.")
        )
        self._reason.setFocus()

    def unreadable(self) -> Problems:
        wrong = list(super().unreadable())
        if not wrong and self._day.value() is None:
            wrong.append(self.missing("day", _("Type the day of the notice.")))
        if not self._reason.text().strip():
            wrong.append(self.missing("reason", _("Say why the lot was called back.")))
        return tuple(wrong)

    def store(self) -> None:
        from outcomes_app.records import recalls

        day = self._day.value()
        if day is None:
            return
        recall = Recall(
            id=new_id(),
            product=self._trace.product,
            lot=self._trace.lot,
            day=day,
            reason=self._reason.text().strip(),
            source=self._source.text().strip(),
        )
        self.write(
            recalls.record,
            recall,
            person=self.ctx.person,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            deed="recall.record",
            told=_("Lot {lot} is on the recall list.").format(lot=recall.lot),
        )


class ExportDialog(FormDialog):
    """Asks for purpose and passphrase before names leave the program; then `go()`."""

    def __init__(
        self,
        ctx: AppContext,
        what: str,
        traces: Sequence[LotTrace],
        go: Callable[[], object],
        parent: QWidget,
    ) -> None:
        super().__init__(
            ctx,
            _("Export a list with names"),
            _("Choose file"),
            name="export_dialog",
            parent=parent,
        )
        self._what, self._rows = what, sum(len(t.uses) for t in traces)
        self.say_first(
            _("The file is readable by anybody who has it. Who exported it and why is kept.")
        )
        self._purpose = self.line("purpose")
        self._passphrase = self.line("passphrase")
        self._passphrase.setEchoMode(QLineEdit.EchoMode.Password)
        self.add("purpose", _("Purpose"), self._purpose)
        self.add("passphrase", _("Your passphrase"), self._passphrase)
        self.stored.connect(go)
        self._purpose.setFocus()

    def unreadable(self) -> Problems:
        if self._purpose.text().strip():
            return ()
        return (self.missing("purpose", _("Say what the list is for.")),)

    def store(self) -> None:
        self.after_passphrase(self._passphrase, "passphrase", self._keep)

    def _keep(self) -> None:
        from outcomes_app.records import disclosures

        self.write(
            disclosures.record,
            self._what,
            self._rows,
            reason=self._purpose.text().strip(),
            person=self.ctx.person,
            deed="export.identified",
            told=_("The export is in the history."),
        )

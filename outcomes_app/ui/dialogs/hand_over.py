"""Which questions the patient shall answer alone, before the screen is handed over."""

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QDialog, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.values import IndicationId, InstrumentId
from outcomes_app.text import _, ngettext
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.instruments.choosing import for_patients, occasion_words, offered
from outcomes_app.ui.widgets.labels import Captioned, Text, row


class HandOverDialog(QDialog):
    """`chosen(tuple[InstrumentId, …], Occasion)` when the patient may begin."""

    chosen = Signal(object, object)

    def __init__(self, ctx: AppContext, indication: IndicationId | None, parent: QWidget) -> None:
        super().__init__(parent)
        theme = ctx.theme
        self.setObjectName("hand_over")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Hand to the patient"))
        self.resize(theme.px(480), min(theme.px(560), max(360, parent.window().height() - 40)))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(Text(theme, self.windowTitle(), "title"))
        words = _(
            "The screen will show the questions and nothing else. Your passphrase brings the "
            "record back."
        )
        column.addWidget(Text(theme, words, "body", "muted", wrap=True))
        self.list = QListWidget()
        self.list.setObjectName("hand_over_list")
        self.list.setAccessibleName(_("Questions to answer"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setTextElideMode(Qt.TextElideMode.ElideRight)
        first, others = offered(ctx.catalog, indication)
        for entry in (*first, *others):
            if for_patients(entry):
                line = QListWidgetItem(f"{entry.short_name} · {entry.name}")
                line.setData(Qt.ItemDataRole.UserRole, entry.id)
                line.setFlags(line.flags() | Qt.ItemFlag.ItemIsUserCheckable)
                line.setCheckState(Qt.CheckState.Unchecked)
                line.setToolTip(line.text())
                line.setSizeHint(QSize(0, theme.px(30)))
                self.list.addItem(line)
        self.list.setCurrentRow(0)
        self.list.itemChanged.connect(lambda _item: self._count())
        column.addWidget(self.list, 1)
        self.occasion = Combo()
        self.occasion.setObjectName("hand_over_occasion")
        for occasion in (Occasion.VISIT, Occasion.FOLLOW_UP, Occasion.BASELINE):
            self.occasion.addItem(occasion_words(occasion), occasion)
        column.addWidget(Captioned(theme, _("Occasion"), self.occasion))
        cancel = Button(theme, _("Cancel"), name="hand_over_cancel")
        cancel.clicked.connect(self.reject)
        self._begin = PrimaryButton(theme, _("Hand over"), name="hand_over_begin")
        self._begin.clicked.connect(self._agree)
        self._said = Text(theme, "", "body", "muted")
        column.addLayout(row(self._said, None, cancel, self._begin))
        self._count()

    @property
    def instruments(self) -> tuple[InstrumentId, ...]:
        """What is ticked, in the order of the list."""
        lines = (self.list.item(n) for n in range(self.list.count()))
        return tuple(
            InstrumentId(line.data(Qt.ItemDataRole.UserRole))
            for line in lines
            if line.checkState() is Qt.CheckState.Checked
        )

    def _count(self) -> None:
        count = len(self.instruments)
        self._begin.setEnabled(bool(count))
        self._said.setText(ngettext("{n} chosen", "{n} chosen", count).format(n=count))

    def _agree(self) -> None:
        chosen, occasion = self.instruments, self.occasion.currentData()
        self.accept()
        self.chosen.emit(chosen, occasion)

"""TreatmentList: a patient's treatments down the time, the newest first, with the change so far."""

from collections.abc import Mapping
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.catalog import Catalog
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.treatment import Treatment, TreatmentStatus
from outcomes_app.domain.values import TreatmentId
from outcomes_app.text import _, day, ngettext, units, weeks_and_days
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Text

# The frame that shows the focus, and the padding in it.
_FRAME_OF_LINK = 4


def dose_words(treatment: Treatment, catalog: Catalog) -> str:
    """ "ONA 155 units · 31 sites"; what is not known is said."""
    if treatment.placebo:
        return _("Placebo")
    product = catalog.products.get(treatment.product) if treatment.product else None
    code = product.code if product else (treatment.product or "")
    dose = treatment.dose
    words = f"{code} {units(dose.units) if dose else _('dose not known')}".strip()
    if treatment.injections:
        sites = ngettext("{n} site", "{n} sites", len(treatment.injections))
        words = f"{words} · {sites.format(n=len(treatment.injections))}"
    return words


class TreatmentList(Card):
    """`treatment_chosen(TreatmentId)` opens one, `all_wanted` the tab with all of them."""

    treatment_chosen = Signal(object)
    all_wanted = Signal()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, _("Treatments"), parent=parent)
        self._ctx = ctx
        theme = ctx.theme
        self.setObjectName("treatment_list")
        more = Button(theme, _("All visits"), "link", name="all_visits")
        more.clicked.connect(self.all_wanted)
        self.head.addWidget(more)
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, theme.px(6), 0)
        self._column.setSpacing(theme.px(4))
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        self.body.addWidget(area, 1)
        self.body.setContentsMargins(theme.px(14), theme.px(12), theme.px(8), theme.px(10))

    def show_course(
        self,
        course: PatientCourse | None,
        changes: Mapping[TreatmentId, tuple[str, str]],
        baseline: str,
    ) -> None:
        """Show the treatments; `changes` says words and tone for each, `baseline` its line."""
        clear_layout(self._column)
        if course is None:
            return
        treatments = course.treatments
        for number in range(len(treatments), 0, -1):
            treatment = treatments[number - 1]
            before = treatments[number - 2] if number > 1 else None
            self._column.addWidget(
                self._row(number, treatment, before, changes.get(treatment.id, ("", "muted")))
            )
        if baseline:
            self._column.addWidget(self._line(_("Baseline"), "bodyStrong", ""))
            self._column.addWidget(self._line(baseline))
        if not treatments:
            self._column.addWidget(self._line(_("No treatment recorded yet.")))
        self._column.addStretch(1)

    def _row(
        self,
        number: int,
        treatment: Treatment,
        before: Treatment | None,
        change: tuple[str, str],
    ) -> QFrame:
        theme = self._ctx.theme
        row = QFrame()
        column = QVBoxLayout(row)
        column.setContentsMargins(0, theme.px(2), 0, theme.px(6))
        column.setSpacing(theme.px(1))
        head = QHBoxLayout()
        title = f"{number} · {day(treatment.day)}"
        button = Button(theme, title, "link", name=f"treatment_{number}")
        button.setAccessibleName(_("Open treatment {n}").format(n=number))
        theme.set_text_role(button, "bodyStrong")
        button.clicked.connect(partial(self.treatment_chosen.emit, treatment.id))
        head.addWidget(button)
        head.addStretch(1)
        if treatment.status is TreatmentStatus.DRAFT:
            head.addWidget(Text(theme, _("Draft"), "caption", "muted"))
        elif change[0]:
            head.addWidget(Text(theme, change[0], "badge", change[1]))
        column.addLayout(head)
        column.addWidget(self._line(dose_words(treatment, self._ctx.catalog)))
        column.addWidget(self._line(_since(treatment, before)))
        return row

    def _line(self, words: str, role: str = "body", tone: str = "muted") -> Text:
        """Text that begins where the words of a link begin, inside its frame."""
        line = Text(self._ctx.theme, words, role, tone, wrap=True)
        line.setIndent(_FRAME_OF_LINK)
        return line


def _since(treatment: Treatment, before: Treatment | None) -> str:
    if before is None:
        return _("First treatment")
    days = (treatment.day - before.day).days
    return _("Interval {time}").format(time=weeks_and_days(days))

"""Adding an outcome: choose an instrument, fill in its form, see the score while it comes."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.instruments import Instrument
from outcomes_app.domain.values import AssessmentId, IndicationId, InstrumentId, PatientId, new_id
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.instruments.choosing import occasion_words, offered
from outcomes_app.ui.widgets.instruments.form import InstrumentForm, total_scales
from outcomes_app.ui.widgets.instruments.score_card import ScoreCard
from outcomes_app.ui.widgets.labels import Captioned, KeyCap, Text

_ITEMS, _TOTALS = "items", "totals"
_PAGE, _ONE = "page", "one"


class AddOutcomeDialog(QDialog):
    """`saved(AssessmentId)` once it is stored."""

    saved = Signal(object)

    def __init__(
        self,
        ctx: AppContext,
        patient_id: PatientId,
        indication: IndicationId | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._ctx, self._patient_id = ctx, patient_id
        theme = ctx.theme
        self.form: InstrumentForm | None = None
        self._place = 0
        self.setObjectName("add_outcome")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(_("Add outcome"))
        room = parent.window().size()
        self.resize(
            min(theme.px(980), max(600, room.width() - 60)),
            min(theme.px(720), max(400, room.height() - 40)),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_head(indication))
        column.addWidget(self._build_middle(), 1)
        column.addWidget(self._build_foot())
        self._choose_instrument()

    # Building

    def _build_head(self, indication: IndicationId | None) -> QWidget:
        theme = self._ctx.theme
        head = QWidget()
        head.setProperty("page", True)
        grid = QGridLayout(head)
        grid.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(10))
        grid.setSpacing(theme.px(10))
        self.instrument = Combo()
        self.instrument.setObjectName("outcome_instrument")
        first, others = offered(self._ctx.catalog, indication)
        for entry in first:
            self.instrument.addItem(_name(entry), entry.id)
        if first:
            self.instrument.insertSeparator(len(first))
        for entry in others:
            self.instrument.addItem(_name(entry), entry.id)
        self.instrument.setMinimumContentsLength(24)
        self.instrument.currentIndexChanged.connect(lambda _index: self._choose_instrument())
        self.day = DateField(name="outcome_day", label=_("Date"))
        self.day.set_value(self._ctx.clock.today())
        self.occasion = Combo()
        self.occasion.setObjectName("outcome_occasion")
        for occasion in (Occasion.VISIT, Occasion.FOLLOW_UP, Occasion.BASELINE):
            self.occasion.addItem(occasion_words(occasion), occasion)
        self._day_box = Captioned(theme, _("Date"), self.day)
        grid.addWidget(Captioned(theme, _("Instrument"), self.instrument), 0, 0)
        grid.addWidget(self._day_box, 0, 1)
        grid.addWidget(Captioned(theme, _("Occasion"), self.occasion), 0, 2)
        grid.setColumnStretch(0, 1)
        self._ways = SegmentedControl(
            theme,
            ((_ITEMS, _("Answers")), (_TOTALS, _("Score only"))),
            name="outcome_way",
            label=_("Enter"),
        )
        self._ways.chosen.connect(lambda _key: self._build_form())
        self._pages = SegmentedControl(
            theme,
            ((_PAGE, _("As a page")), (_ONE, _("One at a time"))),
            name="outcome_pages",
            label=_("Show"),
        )
        self._pages.chosen.connect(lambda _key: self._show_questions())
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        line.addWidget(self._ways)
        line.addWidget(self._pages)
        line.addStretch(1)
        grid.addLayout(line, 1, 0, 1, 3)
        self._about = Text(theme, "", "caption", "muted", wrap=True)
        grid.addWidget(self._about, 2, 0, 1, 3)
        return head

    def _build_middle(self) -> QWidget:
        theme = self._ctx.theme
        middle = QWidget()
        middle.setProperty("page", True)
        line = QHBoxLayout(middle)
        line.setContentsMargins(theme.px(20), 0, theme.px(20), theme.px(10))
        line.setSpacing(theme.px(12))
        inside = QWidget()
        inside.setProperty("page", True)
        self._holder = QVBoxLayout(inside)
        self._holder.setContentsMargins(0, 0, theme.px(6), 0)
        self._area = QScrollArea()
        self._area.setProperty("page", True)
        self._area.setWidgetResizable(True)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        line.addWidget(self._area, 1)
        side = QScrollArea()
        side.setProperty("page", True)
        side.setWidgetResizable(True)
        side.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setFixedWidth(theme.px(280))
        within = QWidget()
        within.setProperty("page", True)
        column = QVBoxLayout(within)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        self._score = ScoreCard(theme)
        column.addWidget(self._score)
        column.addStretch(1)
        side.setWidget(within)
        line.addWidget(side)
        return middle

    def _build_foot(self) -> QWidget:
        theme = self._ctx.theme
        foot = Card(theme)
        foot.setProperty("card", False)
        foot.setProperty("footer", True)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        self._state = Text(theme, "", "body", "danger", wrap=True)
        self._state.setObjectName("outcome_state")
        self._back = Button(theme, _("Back"), icon="chevron_left", name="outcome_back")
        self._next = Button(theme, _("Next"), icon="chevron_right", name="outcome_next")
        self._back.clicked.connect(lambda: self._turn(-1))
        self._next.clicked.connect(lambda: self._turn(1))
        cancel = Button(theme, _("Cancel"), name="outcome_cancel")
        cancel.clicked.connect(self.reject)
        self._save = PrimaryButton(theme, _("Save outcome"), name="save_outcome")
        self._save.setShortcut("Ctrl+Return")
        self._save.clicked.connect(self.save)
        line.addWidget(self._back)
        line.addWidget(self._next)
        line.addWidget(self._state, 1)
        for widget in (cancel, self._save, KeyCap(theme, "Ctrl Enter")):
            line.addWidget(widget)
        foot.body.addLayout(line)
        return foot

    # The form

    @property
    def chosen(self) -> Instrument:
        """The chosen instrument."""
        return self._ctx.catalog.instruments[InstrumentId(self.instrument.currentData())]

    def _choose_instrument(self) -> None:
        chosen = self.chosen
        both = bool(chosen.items) and bool(total_scales(chosen))
        self._ways.setVisible(both)
        self._ways.choose(_ITEMS if chosen.items else _TOTALS)
        self._build_form()

    def _build_form(self) -> None:
        clear_layout(self._holder)
        chosen = self.chosen
        totals = self._ways.value == _TOTALS
        self.form = InstrumentForm(self._ctx.theme, self._ctx.catalog, chosen, totals=totals)
        self.form.changed.connect(self._show_score)
        self.form.moved.connect(self._moved)
        self.form.reached.connect(self._area.ensureWidgetVisible)
        self.form.finished.connect(self._save.setFocus)
        self._holder.addWidget(self.form)
        self._holder.addStretch(1)
        self._about.setText(_about(chosen, totals=self.form.totals))
        several = len(self.form.questions) > 1 and self.form.questions[0].group == 0
        self._pages.setVisible(several and not totals and not chosen.per_place)
        if self._pages.isHidden():
            self._pages.choose(_PAGE)
        self._state.say("")
        self._show_questions()
        self._show_score()

    def _show_questions(self) -> None:
        if self.form is None:
            return
        one = self._pages.value == _ONE
        self.form.show_one(0 if one else None)
        self._back.setVisible(one)
        self._next.setVisible(one)

    def _moved(self, place: int) -> None:
        self._place = place
        self._back.setEnabled(place > 0)
        self._next.setEnabled(self.form is not None and place + 1 < len(self.form.questions))

    def _turn(self, step: int) -> None:
        if self.form is not None:
            self.form.show_one(self._place + step)

    def _show_score(self) -> None:
        if self.form is not None:
            form = self.form
            self._score.show_scoring(form.instrument, form.scoring(), form.problem)

    # Storing

    def assessment(self) -> Assessment | None:
        """What would be stored; None while the form or the date cannot be read."""
        form, day = self.form, self.day.value()
        found = form.scoring() if form else None
        if form is None or found is None or day is None:
            return None
        return Assessment(
            id=AssessmentId(new_id()),
            patient_id=self._patient_id,
            instrument=form.instrument.id,
            day=day,
            scores=found.scores,
            answers=form.plain_answers(),
            occasion=self.occasion.currentData(),
            recall=form.instrument.recall,
        )

    def save(self) -> None:
        """Store the outcome, or say why not."""
        self._day_box.error.say(self.day.problem)
        if self.form is None:
            return
        value = self.assessment()
        if value is None:
            problem = self.form.problem or self.day.problem
            self._state.say(problem or _("Enter at least one answer, and the date."), "danger")
            return
        from outcomes_app.records import assessments

        self._save.setEnabled(False)
        self._ctx.write(
            self,
            assessments.record,
            value,
            catalog=self._ctx.catalog,
            today=self._ctx.clock.today(),
            deed="assessment.record",
            done=self._stored,
            failed=self._refused,
        )

    def _stored(self, assessment_id: AssessmentId) -> None:
        self.saved.emit(assessment_id)
        self.accept()

    def _refused(self, error: OutcomesError) -> None:
        self._save.setEnabled(True)
        self._state.say(str(error), "danger")


def _name(instrument: Instrument) -> str:
    return f"{instrument.short_name} · {instrument.name}"


def _about(instrument: Instrument, *, totals: bool) -> str:
    lines = []
    if instrument.recall:
        lines.append(_("Asks about: {period}.").format(period=instrument.recall))
    if totals and instrument.why_total_only:
        lines.append(instrument.why_total_only)
    elif not totals and not any(item.text for item in instrument.items):
        lines.append(_("The wording is not shown here: read it from the printed form."))
    if not totals and not instrument.stores_items:
        lines.append(_("Its licence lets the score be kept, not the answers."))
    return " ".join(lines)

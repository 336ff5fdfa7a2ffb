"""Patient: is it working, and should we continue?"""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.domain.assessment import Occasion
from outcomes_app.domain.course import PatientCourse
from outcomes_app.domain.trail import TrailEntry
from outcomes_app.domain.values import IndicationId, InstrumentId, PatientId, TreatmentId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui.actions import Actions
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.add_outcome import AddOutcomeDialog
from outcomes_app.ui.dialogs.hand_over import HandOverDialog
from outcomes_app.ui.dialogs.patient_mode import PatientMode
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.patient_health import HealthTab
from outcomes_app.ui.widgets.buttons import Button, Tabs
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.diary.diary_tab import DiaryTab
from outcomes_app.ui.widgets.empty_state import EmptyState
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.history_table import HistoryTable
from outcomes_app.ui.widgets.labels import Text
from outcomes_app.ui.widgets.patient_overview import PatientOverview
from outcomes_app.ui.widgets.visits_table import VisitsTable

_OVERVIEW, _VISITS, _DIARY = "overview", "visits", "diary"
_HEALTH, _HISTORY = "health", "history"


class PatientPage(Page):
    """`visit_requested(PatientId, TreatmentId | None)`; shown by `open_patient`."""

    title = "Patient"
    shows = frozenset(
        {"patient", "patient_indication", "treatment", "injection", "assessment", "score"}
        | {"diary_day", "adverse_event", "vial_use", "adverse_event_follow_up"}
        | {"patient_medicine", "patient_weight", "consent", "outside_toxin"}
    )

    visit_requested = Signal(object, object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        self._patient_id: PatientId | None = None
        self._course: PatientCourse | None = None
        # It has no parent, so it is held here while it is open.
        self._patient_mode: PatientMode | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._build_bar())
        self._layers = QStackedWidget()
        self._overview = PatientOverview(ctx)
        self._overview.treatment_chosen.connect(self._open_visit)
        self._overview.all_wanted.connect(lambda: self._show_tab(_VISITS))
        self._visits = VisitsTable(ctx)
        self._visits.treatment_chosen.connect(self._open_visit)
        self._history = HistoryTable(ctx)
        self._empty = EmptyState(
            ctx.theme,
            _("No treatments yet"),
            _("Record the first treatment, or import earlier ones from a table."),
            action=_("Start first visit"),
            icon="syringe",
            name="patient_empty",
        )
        self._empty.pressed.connect(self._start_visit)
        self._diary = DiaryTab(ctx)
        self._health = HealthTab(ctx)
        for layer in (self._overview, self._visits, self._diary, self._health, self._history):
            self._layers.addWidget(layer)
        self._layers.addWidget(self._empty)
        column.addWidget(self._layers, 1)
        self._actions = Actions(ctx, self)
        self._actions.add(self, _("Start visit"), "S", self._start_visit, name="start_visit")

    @property
    def patient_shown(self) -> PatientId | None:
        return self._patient_id

    def open_patient(self, patient_id: PatientId) -> None:
        """Show a record. The page empties itself before it asks."""
        if patient_id != self._patient_id:
            self._patient_id = patient_id
            self._course = None
            self._tabs.choose(_OVERVIEW)
            self._indication.clear()
            self._health.clear()
            self._fill()
        self.ask_when_shown()

    def ask(self) -> None:
        from outcomes_app.records import courses, history

        if self._patient_id is None:
            return
        read = self.ctx.read
        read(
            self,
            courses.course,
            self._patient_id,
            done=self._show,
            failed=self._not_found,
            lane="course",
        )
        read(
            self,
            history.for_patient,
            self._patient_id,
            done=self._show_history,
            lane="history",
        )
        self._health.ask(self._patient_id)

    def _build_bar(self) -> QFrame:
        theme = self.ctx.theme
        bar = QFrame()
        bar.setProperty("bar", True)
        around = QHBoxLayout(bar)
        around.setContentsMargins(theme.px(16), 0, theme.px(20), 0)
        # At large text what can be done here goes below the tabs.
        inside, right = QWidget(), QWidget()
        around.addWidget(inside)
        flow = FlowLayout(inside, gap=theme.px(8), line_gap=0, fill=True)
        self._tabs = Tabs(
            theme,
            (
                (_OVERVIEW, _("Overview")),
                (_VISITS, _("Visits")),
                (_DIARY, _("Diary")),
                (_HEALTH, _("Health")),
                (_HISTORY, _("History of changes")),
            ),
            name="patient_tabs",
        )
        self._tabs.chosen.connect(self._choose_tab)
        flow.addWidget(self._tabs)
        flow.addWidget(right)
        line = QHBoxLayout(right)
        line.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        line.addStretch(1)
        self._indication_word = Text(theme, "", "body", "muted")
        line.addWidget(self._indication_word)
        self._indication = Combo()
        self._indication.setObjectName("patient_indication")
        self._indication.setAccessibleName(_("Indication"))
        self._indication.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._indication.currentIndexChanged.connect(lambda _index: self._fill())
        line.addWidget(self._indication)
        line.addSpacing(theme.px(8))
        add = Button(theme, _("Add outcome"), icon="add", name="add_outcome", compact=True)
        add.clicked.connect(self._add_outcome)
        line.addWidget(add)
        hand = Button(theme, _("Hand to the patient"), name="hand_to_patient", compact=True)
        hand.clicked.connect(self._hand_over)
        line.addWidget(hand)
        return bar

    def _show(self, course: PatientCourse) -> None:
        self._course = course
        chosen = self._indication.currentData()
        known = {t.indication: None for t in reversed(course.treatments)}
        known |= {i.indication: None for i in course.patient.indications}
        self._indication.blockSignals(True)
        self._indication.clear()
        for indication in known:
            entry = self.ctx.catalog.indications.get(indication)
            self._indication.addItem(entry.name if entry else indication, indication)
        self._indication.setCurrentIndex(max(0, self._indication.findData(chosen)))
        self._indication.blockSignals(False)
        visits = len(course.treatments)
        self._tabs.rename(_VISITS, _("Visits {n}").format(n=visits) if visits else _("Visits"))
        self._fill()

    def _fill(self) -> None:
        several = self._indication.count() > 1
        self._indication.setVisible(several)
        self._indication_word.setVisible(not several)
        self._indication_word.setText(self._indication.currentText())
        chosen = self._indication.currentData()
        indication = IndicationId(chosen) if chosen else None
        self._overview.show_course(self._course, indication)
        self._visits.show_course(self._course)
        self._diary.show_course(self._course)
        self._show_tab(self._tabs.value)

    def _show_history(self, entries: Sequence[TrailEntry]) -> None:
        self._history.show_entries(entries)

    def _choose_tab(self, tab: str) -> None:
        self._show_tab(tab)
        if tab == _DIARY:
            self._diary.focus_grid()

    def _show_tab(self, tab: str) -> None:
        self._tabs.choose(tab)
        nothing = self._course is not None and not (
            self._course.treatments or self._course.assessments or self._course.diary
        )
        layer = {
            _OVERVIEW: self._overview,
            _VISITS: self._visits,
            _DIARY: self._diary,
            _HEALTH: self._health,
            _HISTORY: self._history,
        }[tab]
        if self._layers.currentWidget() is self._diary and layer is not self._diary:
            self._diary.leave()
        if nothing and tab in (_OVERVIEW, _VISITS):
            self._layers.setCurrentWidget(self._empty)
        else:
            self._layers.setCurrentWidget(layer)

    def leave(self) -> bool:
        return self._diary.leave()

    def _not_found(self, error: OutcomesError) -> None:
        self._course = None
        self._fill()
        self.ctx.notices.warn(error.message, error.todo)

    def _add_outcome(self) -> None:
        if self._patient_id is None:
            return
        chosen = self._indication.currentData()
        indication = IndicationId(chosen) if chosen else None
        dialog = AddOutcomeDialog(self.ctx, self._patient_id, indication, self)
        dialog.saved.connect(lambda _id: self.ctx.notices.tell(_("The outcome is stored.")))
        dialog.open()

    def _hand_over(self) -> None:
        if self._patient_id is None or not self.leave():
            return
        chosen = self._indication.currentData()
        dialog = HandOverDialog(self.ctx, IndicationId(chosen) if chosen else None, self)
        dialog.chosen.connect(self._start_patient_mode)
        dialog.open()

    def _start_patient_mode(self, chosen: Sequence[InstrumentId], occasion: Occasion) -> None:
        if self._patient_id is None:
            return
        try:
            passphrase_is = self.ctx.passphrase_is
        except OutcomesError as error:
            self.ctx.notices.warn(error.message, error.todo)
            return
        instruments = [self.ctx.catalog.instruments[i] for i in chosen]
        mode = PatientMode(self.ctx, self._patient_id, instruments, occasion, passphrase_is)
        mode.left.connect(self._screen_came_back)
        # Shown first and hidden after: a program without any window would end.
        mode.begin()
        self.window().hide()
        self._patient_mode = mode

    def _screen_came_back(self, told: Sequence[str]) -> None:
        self.window().show()
        self._patient_mode = None
        if told:
            # One notice: of many the bar would let the oldest go, and each may be an alarm.
            self.ctx.notices.warn("\n".join(told))

    def _open_visit(self, treatment_id: TreatmentId) -> None:
        if self._patient_id is not None:
            self.visit_requested.emit(self._patient_id, treatment_id)

    def _start_visit(self) -> None:
        if self._patient_id is not None:
            self.visit_requested.emit(self._patient_id, None)

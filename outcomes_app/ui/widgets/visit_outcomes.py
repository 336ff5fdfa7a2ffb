"""The outcomes panel: what was measured at this visit. Empty means not asked, never zero."""

from dataclasses import dataclass, replace
from datetime import date

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import (
    AdverseEventId,
    AdverseEventTermId,
    new_id,
)
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import NO_BREAK_SPACE, _, day, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import IconButton
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.labels import Captioned, Text, row
from outcomes_app.ui.widgets.visit_plan import wide_combo

_NOT_ASKED, _NONE, _ADD = "not_asked", "none", "add"
_PAIN = ("nrs_pain", "average")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """One number that can be typed."""

    scale: Scale
    field: NumberField
    box: Captioned


class OutcomesPanel(Card):
    """Pain first, then every measure the indication asks for, then adverse events."""

    edited = Signal(object, str)

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Outcomes at this visit"), parent=parent)
        self.setObjectName("outcomesPanel")
        self._theme = theme
        self._catalog = catalog
        self._draft: VisitDraft | None = None
        self._today = date.min
        self._asked: dict[tuple[str, str], _Asked] = {}
        self._count = Text(theme, "", "caption", "muted")
        self.head.addWidget(self._count)
        self._grid_box = QWidget()
        self._grid = QGridLayout(self._grid_box)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(8))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.adverse = wide_combo("adverseEvents", _("Adverse events since the last treatment"))
        self.adverse.activated.connect(self._adverse_chosen)
        self.term = wide_combo("adverseEventTerm", _("Adverse event"))
        self.term.activated.connect(self._term_chosen)
        self.term.hide()
        self._events = QVBoxLayout()
        self.body.addWidget(self._grid_box)
        self.body.addWidget(
            Text(theme, _("An empty field means not asked."), "caption", "muted", wrap=True)
        )
        self.body.addWidget(
            Captioned(theme, _("Adverse events since the last treatment"), self.adverse)
        )
        self.body.addWidget(self.term)
        self.body.addLayout(self._events)

    def show_draft(self, draft: VisitDraft, today: date) -> None:
        """Show the outcomes of a draft; what is being typed stays as it is."""
        before, self._draft = self._draft, draft
        self._today = today
        if before is None or before.indication != draft.indication:
            self._build(draft)
        said = 0
        for (instrument, part), asked in self._asked.items():
            value = draft.answer(instrument, part)
            said += value is not None
            if not asked.field.problem and asked.field.value() != value:
                asked.field.set_value(value)
        self._count.setText(_("{n} of {all}").format(n=said, all=len(self._asked)))
        self._show_adverse(draft)

    def _build(self, draft: VisitDraft) -> None:
        clear_layout(self._grid)
        self._asked.clear()
        scales = [self._catalog.scale(*_PAIN)]
        scales += [m.scale for m in self._catalog.measures_for(draft.indication)]
        known = {(s.instrument, s.part) for s in scales}
        # What a stored visit measured beside the usual stays visible.
        for answer in draft.answers:
            if (answer.instrument, answer.part) not in known:
                scales.append(self._catalog.scale(answer.instrument, answer.part))
        for scale in sorted(scales, key=lambda s: s.unit != "days" and s.instrument != _PAIN[0]):
            key = (str(scale.instrument), scale.part)
            if key not in self._asked:
                self._add_field(key, scale)

    def _add_field(self, key: tuple[str, str], scale: Scale) -> None:
        caption = scale_words(scale)
        field = NumberField(
            name=f"outcome_{key[0]}_{key[1]}", label=caption, low=scale.low, high=scale.high
        )
        field.setToolTip(scale.name)
        box = Captioned(self._theme, caption, field)
        box.caption.setWordWrap(True)
        asked = _Asked(scale=scale, field=field, box=box)
        field.changed.connect(lambda: self._typed(key))
        index = len(self._asked)
        # Captions may wrap; the inputs of a row still stand on one line.
        self._grid.addWidget(box, index // 2, index % 2, Qt.AlignmentFlag.AlignBottom)
        self._asked[key] = asked

    def field(self, instrument: str, part: str) -> NumberField | None:
        """The input of one outcome; None where the indication does not ask for it."""
        asked = self._asked.get((instrument, part))
        return asked.field if asked else None

    def _typed(self, key: tuple[str, str]) -> None:
        asked = self._asked[key]
        asked.box.error.say(asked.field.problem)
        if self._draft is None or asked.field.problem:
            return
        draft = self._draft.answered(*key, asked.field.value())
        if draft != self._draft:
            self.edited.emit(draft, _("change {measure}").format(measure=asked.scale.short_name))

    def first_field(self) -> NumberField | None:
        """The first number that can be typed."""
        return next((asked.field for asked in self._asked.values()), None)

    def first_unreadable(self) -> NumberField | None:
        """The first number that cannot be read."""
        return next((a.field for a in self._asked.values() if a.field.problem), None)

    # Adverse events

    def _show_adverse(self, draft: VisitDraft) -> None:
        self.adverse.clear()
        if not draft.adverse_events:
            self.adverse.addItem(_("Not asked"), _NOT_ASKED)
            self.adverse.addItem(_("None reported"), _NONE)
        else:
            count = len(draft.adverse_events)
            self.adverse.addItem(_("{n} reported").format(n=count), "some")
        self.adverse.addItem(_("Add an adverse event …"), _ADD)
        if draft.no_adverse_events and not draft.adverse_events:
            self.adverse.setCurrentIndex(1)
        clear_layout(self._events)
        for event in draft.adverse_events:
            self._events.addWidget(self._event_row(event))

    def _event_row(self, event: AdverseEvent) -> QWidget:
        theme = self._theme
        term = self._catalog.adverse_event_terms.get(event.term)
        words = _("{event}, noted {day}").format(
            event=term.name if term else event.term, day=day(event.onset)
        )
        line = QWidget()
        grade = Combo()
        grade.setAccessibleName(_("Grade"))
        grade.addItem(_("Not graded"), None)
        for value in range(1, 6):
            grade.addItem(_("Grade {n}").format(n=value), value)
        grade.setCurrentIndex(event.grade or 0)
        grade.activated.connect(
            lambda _index: self._change_event(event, replace(event, grade=grade.currentData()))
        )
        remove = IconButton(theme, "trash", _("Take back {event}").format(event=words))
        remove.clicked.connect(lambda: self._change_event(event, None))
        column = QVBoxLayout(line)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addWidget(Text(theme, words, "body", wrap=True))
        column.addLayout(row(grade, None, remove))
        return line

    def _adverse_chosen(self) -> None:
        draft, chosen = self._draft, self.adverse.currentData()
        if draft is None:
            return
        self.term.setVisible(chosen == _ADD)
        if chosen == _ADD:
            self._fill_terms(draft)
            self.term.setFocus()
        elif chosen in (_NONE, _NOT_ASKED) and draft.no_adverse_events != (chosen == _NONE):
            self.edited.emit(
                replace(draft, no_adverse_events=chosen == _NONE), _("change adverse events")
            )

    def _fill_terms(self, draft: VisitDraft) -> None:
        self.term.clear()
        self.term.addItem(_("Choose the event"), None)
        terms = self._catalog.adverse_event_terms.values()
        usual = [
            t for t in terms if any(self._catalog.means(i, draft.indication) for i in t.indications)
        ]
        for term in (*usual, *(t for t in terms if t not in usual)):
            self.term.addItem(term.name, term.id)

    def _term_chosen(self) -> None:
        draft, chosen = self._draft, self.term.currentData()
        if draft is None or chosen is None:
            return
        event = AdverseEvent(
            id=AdverseEventId(new_id()),
            patient_id=draft.patient_id,
            treatment_id=draft.treatment_id,
            term=AdverseEventTermId(chosen),
            onset=draft.day or self._today,
        )
        self.term.hide()
        self.edited.emit(
            replace(draft, adverse_events=(*draft.adverse_events, event), no_adverse_events=False),
            _("add an adverse event"),
        )

    def _change_event(self, event: AdverseEvent, to: AdverseEvent | None) -> None:
        if self._draft is None:
            return
        events = tuple(
            e
            for e in ((to if found == event else found) for found in self._draft.adverse_events)
            if e is not None
        )
        self.edited.emit(replace(self._draft, adverse_events=events), _("change an adverse event"))


def scale_words(scale: Scale) -> str:
    """A measure with its range: "HIT-6, 36–78"."""
    name = scale.name if scale.instrument == _PAIN[0] else scale.short_name or scale.name
    if scale.part not in ("total", "average") and scale.name:
        name = scale.name
    if scale.unit == "days":
        name = scale.name
    if scale.low is None or scale.high is None:
        return f"{name}, {scale.unit}".rstrip(", ")
    unit = "" if scale.unit and scale.unit in name else f"{NO_BREAK_SPACE}{scale.unit}"
    span = f"{number(scale.low)}–{number(scale.high)}{unit}".rstrip()
    return f"{name}, {span}"

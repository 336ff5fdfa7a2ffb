"""The time-out list: what is asked before the needle, line by line, and never answered for anybody.

Y and N answer the line with the keyboard and go on to the next. "None of these" answers what is
still open below identity and consent, once the list has been on the screen.
"""

from dataclasses import dataclass, replace
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QPaintEvent
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.time_out import GivenElsewhere, TimeOut
from outcomes_app.domain.visit_draft import VisitDraft
from outcomes_app.text import _, day, units
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, IconButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.labels import Captioned, Text, row
from outcomes_app.ui.widgets.visit_plan import wide_combo
from outcomes_app.ui.widgets.visit_product import product_words

_YES, _NO = "yes", "no"
_ELSEWHERE, _EVENTS = "toxin_elsewhere", "adverse_events_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One line of the list. `confirms` lines are to be confirmed; the others are dangers, and
    only those are answered by "None of these"."""

    field: str
    words: str
    confirms: bool = False


def questions() -> tuple[Question, ...]:
    """The lines, in the order in which they are asked."""
    return (
        Question(
            field="identity_confirmed", words=_("Identity: name and birth date"), confirms=True
        ),
        Question(field="consent_confirmed", words=_("Consent for today"), confirms=True),
        Question(field="off_label_consent", words=_("Off-label use explained"), confirms=True),
        Question(field="pregnant", words=_("Pregnant")),
        Question(field="breast_feeding", words=_("Breast-feeding")),
        Question(field="neuromuscular_disease", words=_("Neuromuscular disease")),
        Question(field="infection_at_site", words=_("Infection at an injection site")),
        Question(field="anticoagulant", words=_("Anticoagulant or bleeding disorder")),
        Question(field="interacting_medicine", words=_("Aminoglycoside or muscle relaxant")),
        Question(
            field="swallowing_or_breathing_problem", words=_("Trouble swallowing or breathing")
        ),
        Question(field=_ELSEWHERE, words=_("Toxin given elsewhere since the last visit")),
        Question(field=_EVENTS, words=_("Adverse events since the last treatment")),
    )


class TimeOutLine(QFrame):
    """One question with its two answers. Neither is on before somebody says so."""

    said = Signal(bool)
    moved = Signal(int)
    none_said = Signal()

    def __init__(self, theme: Theme, question: Question, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.question = question
        self._theme = theme
        self.setObjectName(f"timeOut_{question.field}")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.choice = SegmentedControl(
            theme,
            ((_YES, _("Yes")), (_NO, _("No"))),
            name=f"answer_{question.field}",
            label=question.words,
            none_on=True,
        )
        for button in self.choice.findChildren(Button):
            button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.choice.chosen.connect(lambda key: self.said.emit(key == _YES))
        line = row(Text(theme, question.words, "body", wrap=True), spacing=theme.px(6))
        line.setStretch(0, 1)
        line.addWidget(self.choice)
        line.setContentsMargins(theme.px(4), theme.px(2), theme.px(2), theme.px(2))
        self.setLayout(line)

    def show_answer(self, answer: bool | None) -> None:
        """Show what was said; None = nobody was asked."""
        if answer is None:
            self.choice.choose_none()
        else:
            self.choice.choose(_YES if answer else _NO)
        said = {None: _("not asked"), True: _("yes"), False: _("no")}[answer]
        self.setAccessibleName(f"{self.question.words}: {said}")

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show which line the keyboard answers."""
        super().focusInEvent(event)
        self.setStyleSheet(
            f"TimeOutLine{{border:2px solid {self._theme.hex('focus')};border-radius:4px}}"
        )

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """No longer this one."""
        super().focusOutEvent(event)
        self.setStyleSheet("")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Y and N answer, 0 says none of these, arrows walk."""
        key = event.key()
        if key in (Qt.Key.Key_Y, Qt.Key.Key_N) and not event.modifiers():
            self.said.emit(key == Qt.Key.Key_Y)
            self.moved.emit(1)
        elif key == Qt.Key.Key_0:
            self.none_said.emit()
        elif key in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.moved.emit(1 if key == Qt.Key.Key_Down else -1)
        else:
            super().keyPressEvent(event)


class TimeOutPanel(Card):
    """Emits the edited draft. An unasked question stays unasked in the record."""

    edited = Signal(object, str)
    events_told = Signal()

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Time-out"), parent=parent)
        self.setObjectName("timeOutPanel")
        self._theme, self._catalog = theme, catalog
        self._draft: VisitDraft | None = None
        self._seen = False
        self._count = Text(theme, "", "caption", "muted")
        self.head.addWidget(self._count)
        self.lines = tuple(TimeOutLine(theme, question) for question in questions())
        for line in self.lines:
            line.said.connect(lambda yes, q=line.question: self._say(q, yes))
            line.moved.connect(lambda step, this=line: self._walk(this, step))
            line.none_said.connect(self.say_none)
            self.body.addWidget(line)
        self._elsewhere = Elsewhere(theme, catalog)
        self._elsewhere.added.connect(self._add_elsewhere)
        self._elsewhere.removed.connect(self._remove_elsewhere)
        self.body.addWidget(self._elsewhere)
        self.none = Button(theme, _("None of these"), compact=True, name="timeOutNone")
        self.none.setToolTip(_("Key 0: says no to every danger that is still open"))
        self.none.clicked.connect(self.say_none)
        self.body.addLayout(row(self.none, None))

    def show_draft(self, draft: VisitDraft, *, off_label: bool) -> None:
        """Show the answers of a draft; the off-label line only where it is asked."""
        if self._draft is None or self._draft.treatment_id != draft.treatment_id:
            self._seen = False
        self._draft = draft
        answers = draft.time_out
        for line in self.lines:
            if line.question.field == "off_label_consent":
                line.setVisible(off_label)
            answer = answer_of(answers, line.question)
            if line.question.field == _EVENTS and answer is not None:
                answer = bool(draft.adverse_events) or not draft.no_adverse_events
            line.show_answer(answer)
        shown = [line.question for line in self.lines if not line.isHidden()]
        said = sum(answer_of(answers, q) is not None for q in shown)
        self._count.setText(_("{n} of {all}").format(n=said, all=len(shown)))
        self._elsewhere.show_given(answers.toxin_elsewhere)

    def forget(self) -> None:
        """Another patient: what was on the screen was on it for somebody else."""
        self._draft, self._seen = None, False
        self._elsewhere.show_given(None)
        self._elsewhere.hide()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Only a list that was on the screen can be answered as a whole."""
        super().paintEvent(event)
        self._seen = True

    def begin(self) -> None:
        """Give the keyboard to the first line nobody answered."""
        answers = self._draft.time_out if self._draft else TimeOut()
        waiting = [
            line
            for line in self.lines
            if not line.isHidden() and answer_of(answers, line.question) is None
        ]
        (waiting or self.lines)[0].setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _walk(self, line: TimeOutLine, step: int) -> None:
        shown = [found for found in self.lines if not found.isHidden()]
        at = shown.index(line) + step
        if 0 <= at < len(shown):
            shown[at].setFocus(Qt.FocusReason.TabFocusReason)

    # Answers

    def _say(self, question: Question, yes: bool) -> None:
        if self._draft is None:
            return
        if question.field == _ELSEWHERE:
            self._say_elsewhere(yes=yes)
        elif question.field == _EVENTS:
            self._emit(replace(self._draft.time_out, adverse_events_asked=True), no_events=not yes)
            if yes:
                self.events_told.emit()
        else:
            said: dict[str, Any] = {question.field: yes}
            self._emit(replace(self._draft.time_out, **said))

    def _say_elsewhere(self, *, yes: bool) -> None:
        """No is an answer; Yes asks what was given, because without it nothing can be counted."""
        if self._draft is None:
            return
        self._elsewhere.open(shown=yes)
        if not yes:
            self._emit(replace(self._draft.time_out, toxin_elsewhere=()))
        elif not self._draft.time_out.toxin_elsewhere:
            self._emit(replace(self._draft.time_out, toxin_elsewhere=None))
            self._elsewhere.day.setFocus()

    def say_none(self) -> None:
        """No to every danger that nobody answered yet."""
        if self._draft is None or not self._seen:
            return
        answers = self._draft.time_out
        no_events = self._draft.no_adverse_events
        for question in questions():
            if not question.confirms and answer_of(answers, question) is None:
                no: dict[str, Any] = {question.field: False}
                if question.field == _EVENTS:
                    no, no_events = {question.field: True}, not self._draft.adverse_events
                if question.field == _ELSEWHERE:
                    no = {question.field: ()}
                answers = replace(answers, **no)
        self._emit(answers, no_events=no_events)

    def _add_elsewhere(self, given: GivenElsewhere) -> None:
        if self._draft is not None:
            answers = self._draft.time_out
            known = answers.toxin_elsewhere or ()
            self._emit(replace(answers, toxin_elsewhere=(*known, given)))

    def _remove_elsewhere(self, given: GivenElsewhere) -> None:
        if self._draft is not None:
            answers = self._draft.time_out
            left = tuple(g for g in answers.toxin_elsewhere or () if g is not given)
            self._emit(replace(answers, toxin_elsewhere=left or None))

    def _emit(self, answers: TimeOut, *, no_events: bool | None = None) -> None:
        draft = self._draft
        if draft is None:
            return
        said = draft.no_adverse_events if no_events is None else no_events
        if (answers, said) != (draft.time_out, draft.no_adverse_events):
            self.edited.emit(
                replace(draft, time_out=answers, no_adverse_events=said),
                _("answer the time-out"),
            )


class Elsewhere(QWidget):
    """What somebody else gave: day, product, units. Stands open only where it was said."""

    added = Signal(object)
    removed = Signal(object)

    def __init__(self, theme: Theme, catalog: Catalog, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme, self._catalog = theme, catalog
        self.setObjectName("elsewhere")
        self.day = DateField(name="elsewhereDay", label=_("Day"))
        self.product = wide_combo("elsewhereProduct", _("Product"))
        self.product.addItem(_("Not known"), None)
        for found in catalog.products.values():
            self.product.addItem(product_words(found), found.id)
        self.units = NumberField(name="elsewhereUnits", label=_("Units"))
        self._given: tuple[GivenElsewhere, ...] | None = None
        self._day_box = Captioned(theme, _("Day"), self.day)
        self._add = Button(theme, _("Add"), compact=True, name="elsewhereAdd")
        self._add.clicked.connect(self._take)
        self._list = QVBoxLayout()
        self._form = QWidget()
        form = QVBoxLayout(self._form)
        form.setContentsMargins(0, 0, 0, 0)
        form.setSpacing(theme.px(4))
        form.addLayout(
            row(self._day_box, Captioned(theme, _("Units"), self.units), spacing=theme.px(6))
        )
        form.addWidget(Captioned(theme, _("Product"), self.product))
        form.addLayout(row(self._add, None))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addWidget(self._form)
        self.hide()

    def open(self, *, shown: bool) -> None:
        """Ask what was given, or no longer."""
        self.setVisible(shown)

    def show_given(self, given: tuple[GivenElsewhere, ...] | None) -> None:
        """Show what was said; hidden where nothing was given or nobody asked."""
        if given == self._given:
            return
        self._given = given
        clear_layout(self._list)
        for one in given or ():
            self._list.addWidget(self._line(one))
        self.setVisible(bool(given))

    def _line(self, given: GivenElsewhere) -> QWidget:
        found = self._catalog.products.get(given.product) if given.product else None
        parts = [
            day(given.day),
            found.code if found else _("product not known"),
            units(given.units) if given.units is not None else _("units not known"),
        ]
        words = " · ".join(parts)
        remove = IconButton(self._theme, "trash", _("Take back {what}").format(what=words))
        remove.clicked.connect(lambda: self.removed.emit(given))
        line = QWidget()
        box = row(Text(self._theme, words, "body", wrap=True), None, remove)
        line.setLayout(box)
        return line

    def _take(self) -> None:
        chosen = self.day.value()
        self._day_box.error.say(
            self.day.problem or ("" if chosen else _("Write the day, as near as it is known."))
        )
        if chosen is None or self.units.problem:
            return
        self.added.emit(
            GivenElsewhere(day=chosen, product=self.product.currentData(), units=self.units.value())
        )
        self.day.clear()
        self.units.clear()


def unanswered(answers: TimeOut, *, off_label: bool) -> tuple[Question, ...]:
    """The lines that still have to be asked, and a patient whose identity is not confirmed."""
    return tuple(
        q
        for q in questions()
        if (off_label or q.field != "off_label_consent")
        and (
            answer_of(answers, q) is None
            or (q.field == "identity_confirmed" and not answers.identity_confirmed)
        )
    )


def answer_of(answers: TimeOut, question: Question) -> bool | None:
    """What was said to a question; None = not asked."""
    value = getattr(answers, question.field)
    if question.field == _EVENTS:
        # Having been asked is all the record knows here; what was told stands with the events.
        return False if value else None
    if question.field == "toxin_elsewhere":
        return None if value is None else bool(value)
    return value if value is None else bool(value)

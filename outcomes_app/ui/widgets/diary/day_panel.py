"""DayPanel: everything the diary can say of the focused day, beyond its one key."""

from datetime import date
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QVBoxLayout, QWidget

from outcomes_app.analysis.medicine_days import MedicineClass
from outcomes_app.domain.diary import AcuteMedicine, DiaryDay
from outcomes_app.domain.diary_sheet import FEATURES
from outcomes_app.text import _, weekday_and_day
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.diary.words import class_words, headache_words
from outcomes_app.ui.widgets.fields import NumberField
from outcomes_app.ui.widgets.labels import Captioned, Text

_NOT_SAID, _NONE, _TAKEN = "not_said", "none", ""
_NEXT = {None: True, True: False, False: None}


def medicine_kinds() -> tuple[str, ...]:
    """The classes a diary is typed with, in the order of the chooser."""
    simple = MedicineClass.SIMPLE
    return tuple("simple_analgesic" if kind is simple else kind.value for kind in MedicineClass)


class FeatureButton(Button):
    """One sign of migraine: not said, yes or no; each press goes on."""

    moved = Signal(object)

    def __init__(self, theme: Theme, words: str, name: str) -> None:
        super().__init__(theme, words, compact=True, name=name)
        self._words = words
        self._said: bool | None = None
        self.clicked.connect(lambda: self.moved.emit(_NEXT[self._said]))
        self.show_value(None)

    def show_value(self, said: bool | None) -> None:
        """Show what is said, in words."""
        self._said = said
        answer = {None: _("not said"), True: _("yes"), False: _("no")}[said]
        text = _("{sign}: {answer}").format(sign=self._words, answer=answer)
        self.setText(text)
        self.setAccessibleName(text)
        self.setProperty("on", said is True)
        self.style().unpolish(self)
        self.style().polish(self)


class DayPanel(Card):
    """`fields_changed(dict)`: fields of the focused day as they are to be written."""

    fields_changed = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, _("Day"), parent=parent)
        self.setObjectName("diary_day_panel")
        self._theme = theme
        self._since = Text(theme, "", "caption", "muted")
        self._state = Text(theme, "", "bodyStrong", wrap=True)
        self._state.setObjectName("diary_day_state")
        self.body.addWidget(self._state)
        self.body.addWidget(self._since)
        self._build_numbers()
        self._build_medicine()
        self._build_features()
        self.note = QLineEdit()
        self.note.setObjectName("diary_note")
        self.note.setMaxLength(500)
        self.note.editingFinished.connect(self._note_left)
        self.body.addWidget(Captioned(theme, _("Note"), self.note))
        self._day: DiaryDay | None = None

    def _build_numbers(self) -> None:
        theme = self._theme
        self.hours = NumberField(
            name="diary_hours", label=_("Hours"), low=Decimal(0), high=Decimal(24)
        )
        self.pain = NumberField(
            name="diary_pain", label=_("Worst pain, 0–10"), low=Decimal(0), high=Decimal(10)
        )
        self.aura = NumberField(
            name="diary_aura", label=_("Aura, minutes"), low=Decimal(0), high=Decimal(1440)
        )
        grid = QGridLayout()
        grid.setSpacing(theme.px(8))
        for place, (field, key) in enumerate(
            ((self.hours, "duration_hours"), (self.pain, "peak_pain"), (self.aura, "aura_minutes"))
        ):
            box = Captioned(theme, field.accessibleName(), field)
            grid.addWidget(box, place // 2, place % 2)
            field.changed.connect(lambda f=field, k=key, b=box: self._number_typed(f, k, b))
        self.body.addLayout(grid)

    def _build_medicine(self) -> None:
        self.medicine = Combo()
        self.medicine.setObjectName("diary_medicine")
        self.medicine.addItem(_("Not said"), _NOT_SAID)
        self.medicine.addItem(_("No acute medicine"), _NONE)
        for kind in medicine_kinds():
            self.medicine.addItem(class_words(kind), kind)
        self.medicine.addItem(_("Taken, class not known"), _TAKEN)
        self.medicine.activated.connect(self._medicine_chosen)
        self._several = Text(self._theme, "", "caption", "muted", wrap=True)
        self.body.addWidget(Captioned(self._theme, _("Acute medicine"), self.medicine))
        self.body.addWidget(self._several)

    def _build_features(self) -> None:
        theme = self._theme
        words = {
            "unilateral": _("One side"),
            "pulsating": _("Pulsating"),
            "worse_with_activity": _("Worse with activity"),
            "nausea": _("Nausea"),
            "vomiting": _("Vomiting"),
            "photophobia": _("Light hurts"),
            "phonophobia": _("Noise hurts"),
        }
        self.body.addWidget(Text(theme, _("Signs of migraine"), "caption", "muted"))
        column = QVBoxLayout()
        column.setSpacing(theme.px(4))
        self.features = {
            name: FeatureButton(theme, words[name], f"diary_{name}") for name in FEATURES
        }
        for name, button in self.features.items():
            button.moved.connect(lambda said, n=name: self._write(**{n: said}))
            column.addWidget(button)
        self.body.addLayout(column)

    def show_day(self, on: date, day: DiaryDay | None, since: int | None) -> None:
        """Show a day, and how many days after the last treatment it is."""
        self._day = day
        if self.title is not None:
            self.title.setText(weekday_and_day(on))
        self._since.setVisible(since is not None)
        self._since.setText("" if since is None else _("{n} days since treatment").format(n=since))
        self._state.setText(_capital(headache_words(day)))
        for field, value in (
            (self.hours, day.duration_hours if day else None),
            (self.pain, day.peak_pain if day else None),
            (
                self.aura,
                Decimal(day.aura_minutes) if day and day.aura_minutes is not None else None,
            ),
        ):
            if not field.hasFocus() or field.value() != value:
                field.set_value(value)
        for name, button in self.features.items():
            button.show_value(getattr(day, name) if day else None)
        self._show_medicine(day)
        self.note.setText(day.note if day else "")
        free = day is not None and day.headache is False
        for widget in (self.hours, self.pain):
            widget.setEnabled(not free)

    def _show_medicine(self, day: DiaryDay | None) -> None:
        taken = day.acute_medicines if day else ()
        kind = _NOT_SAID
        if taken:
            kind = taken[0].kind
        elif day is not None and day.acute_medicine_taken is not None:
            kind = _TAKEN if day.acute_medicine_taken else _NONE
        if self.medicine.findData(kind) < 0:
            self.medicine.addItem(class_words(kind), kind)
        self.medicine.setCurrentIndex(self.medicine.findData(kind))
        listed = [" ".join(w for w in (class_words(m.kind), m.name) if w) for m in taken]
        self._several.setText(
            "; ".join(listed) if len(listed) > 1 or any(m.name for m in taken) else ""
        )
        self._several.setVisible(bool(self._several.text()))

    def _number_typed(self, field: NumberField, key: str, box: Captioned) -> None:
        box.error.say(field.problem)
        if field.problem:
            return
        value = field.value()
        before = getattr(self._day, key) if self._day else None
        if value == before:
            return
        if key == "aura_minutes" and value is not None and value % 1:
            box.error.say(_("Whole minutes."))
        elif key == "aura_minutes":
            self._write(aura_minutes=None if value is None else int(value))
        elif value:
            self._write(**{key: value, "headache": True})
        else:
            self._write(**{key: value})

    def _medicine_chosen(self) -> None:
        kind = self.medicine.currentData()
        if kind == _NOT_SAID:
            self._write(acute_medicine_taken=None, acute_medicines=())
        elif kind == _NONE:
            self._write(acute_medicine_taken=False, acute_medicines=())
        else:
            medicines = (AcuteMedicine(kind=kind),) if kind else ()
            self._write(acute_medicine_taken=True, acute_medicines=medicines)

    def _note_left(self) -> None:
        if self.note.text() != (self._day.note if self._day else ""):
            self._write(note=self.note.text())

    def _write(self, **fields: object) -> None:
        self.fields_changed.emit(fields)


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]

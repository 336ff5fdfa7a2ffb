"""BaselineForm: how things stood before treatment, by the measures of the indication."""

from collections.abc import Sequence
from datetime import date

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from outcomes_app.domain.assessment import Assessment, Occasion
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import AssessmentId, PatientId, Score, new_id
from outcomes_app.text import _, number
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import clear_layout
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.labels import Captioned

_MOST = 6
# They rate a change or a goal of treatment, so there is nothing to enter before one.
_NOT_AT_BASELINE = frozenset({"pgic", "gas"})
_PAIN = ("nrs_pain", "average")


class BaselineForm(QWidget):
    """A date and a number per measure; empty means not measured."""

    changed = Signal()

    def __init__(
        self, theme: Theme, catalog: Catalog, today: date, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._theme, self._catalog, self._today = theme, catalog, today
        self._fields: list[tuple[Scale, Captioned, NumberField]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self._day = DateField(name="baseline_day", label=_("Measured on"))
        self._day.set_value(today)
        self._day.changed.connect(self.changed)
        self._day_captioned = Captioned(theme, _("Measured on"), self._day)
        self._day.setMaximumWidth(theme.px(150))
        column.addWidget(self._day_captioned)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(12))
        self._grid.setVerticalSpacing(theme.px(6))
        column.addLayout(self._grid)

    def show_indications(self, indications: Sequence[str]) -> None:
        """Ask for the measures of these indications; what was typed for a measure stays."""
        typed = {(s.instrument, s.part): field.text() for s, _caption, field in self._fields}
        clear_layout(self._grid)
        self._fields.clear()
        for scale in _scales(self._catalog, indications):
            self._add(scale, typed.get((scale.instrument, scale.part), ""))
        self._day_captioned.setVisible(bool(self._fields))

    def value(self, patient_id: PatientId) -> tuple[Assessment, ...]:
        """One assessment per instrument with the numbers that were typed."""
        day = self._day.value()
        if day is None:
            return ()
        scores: dict[str, list[Score]] = {}
        for scale, _captioned, field in self._fields:
            value = field.value()
            if value is not None:
                score = Score(part=scale.part, value=value)
                scores.setdefault(scale.instrument, []).append(score)
        return tuple(
            Assessment(
                id=AssessmentId(new_id()),
                patient_id=patient_id,
                instrument=instrument,  # type: ignore[arg-type]
                day=day,
                scores=tuple(parts),
                occasion=Occasion.BASELINE,
            )
            for instrument, parts in scores.items()
        )

    def show_problems(self) -> bool:
        """Say which inputs cannot be read, and whether any cannot."""
        filled = any(field.text().strip() for _s, _c, field in self._fields)
        late = (day := self._day.value()) is not None and day > self._today
        message = self._day.problem
        if filled and not message:
            if day is None:
                message = _("Say when it was measured.")
            elif late:
                message = _("The day lies in the future.")
        self._day_captioned.error.say(message)
        wrong = bool(message)
        for _scale, captioned, field in self._fields:
            captioned.error.say(field.problem)
            wrong |= bool(field.problem)
        return wrong

    def _add(self, scale: Scale, text: str) -> None:
        words = scale.name if not scale.unit else f"{scale.name} ({scale.unit})"
        field = NumberField(
            name=f"baseline_{scale.instrument}_{scale.part}",
            label=words,
            low=scale.low,
            high=scale.high,
        )
        field.setText(text)
        field.changed.connect(self.changed)
        captioned = Captioned(self._theme, _caption(scale), field)
        captioned.caption.setWordWrap(True)
        captioned.setToolTip(words)
        place = len(self._fields)
        self._grid.addWidget(captioned, place // 2, place % 2)
        self._fields.append((scale, captioned, field))


def _caption(scale: Scale) -> str:
    name = scale.name
    if scale.low is not None and scale.high is not None:
        return f"{name}, {number(scale.low)}–{number(scale.high)}"
    return f"{name}, {scale.unit}" if scale.unit else name


def _scales(catalog: Catalog, indications: Sequence[str]) -> list[Scale]:
    found: dict[tuple[str, str], Scale] = {}
    for indication in indications:
        for measure in catalog.measures_for(indication):
            if measure.id not in _NOT_AT_BASELINE:
                found.setdefault((measure.scale.instrument, measure.scale.part), measure.scale)
    chosen = dict(list(found.items())[: _MOST - 1])
    if indications:
        chosen.setdefault(_PAIN, catalog.scale(*_PAIN))
    return list(chosen.values())

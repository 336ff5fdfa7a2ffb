"""What the shapes of the diary mean, and which key does what."""

from datetime import date

from PySide6.QtWidgets import QGridLayout, QWidget

from outcomes_app.domain.diary import DiaryDay
from outcomes_app.domain.values import PatientId, new_id
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.diary.model import DayCell
from outcomes_app.ui.widgets.diary.painting import DaySample
from outcomes_app.ui.widgets.flow import FlowLayout
from outcomes_app.ui.widgets.labels import KeyCap, Text, row

_ON = date(2001, 1, 1)


def legend(theme: Theme) -> QWidget:
    """The shapes with their words."""
    box = QWidget()
    flow = FlowLayout(box, gap=theme.px(16), line_gap=theme.px(4))
    nobody = PatientId(new_id())

    def written(**fields: object) -> DiaryDay:
        return DiaryDay(patient_id=nobody, day=_ON, **fields)  # type: ignore[arg-type]

    samples = (
        (written(headache=False), False, _("No headache")),
        (written(headache=True, peak_severity=1), False, _("Mild")),
        (written(headache=True, peak_severity=2), False, _("Moderate")),
        (written(headache=True, peak_severity=3), False, _("Severe")),
        (written(headache=False, acute_medicine_taken=True), False, _("Acute medicine")),
        (None, False, _("No entry")),
        (written(headache=False), True, _("Treatment")),
    )
    for day, injection, words in samples:
        cell = DayCell(on=_ON, day=day, injection=injection, future=False)
        pair = QWidget()
        pair.setLayout(row(DaySample(theme, cell), Text(theme, words), spacing=theme.px(6)))
        flow.addWidget(pair)
    return box


def keys_card(theme: Theme) -> Card:
    """The keys of the diary."""
    card = Card(theme, _("Keys"))
    grid = QGridLayout()
    grid.setHorizontalSpacing(theme.px(10))
    grid.setVerticalSpacing(theme.px(5))
    grid.setColumnStretch(1, 1)
    lines = (
        ("0–3", _("write the day and go on")),
        ("0–10", _("write the pain; Enter goes on")),
        ("M", _("acute medicine, before the number")),
        ("Shift M", _("choose another class")),
        ("Del", _("no entry")),
        ("Enter", _("next day")),
        ("Shift ←→↑↓", _("select days, then one key fills all")),
        ("Ctrl D", _("fill down from the first")),
        ("Ctrl V", _("paste a column of numbers")),
        ("Ctrl Z", _("undo")),
        ("Page ↑↓", _("month back or on")),
    )
    for place, (keys, words) in enumerate(lines):
        grid.addWidget(KeyCap(theme, keys), place, 0)
        grid.addWidget(Text(theme, words, "caption", wrap=True), place, 1)
    card.body.addLayout(grid)
    return card

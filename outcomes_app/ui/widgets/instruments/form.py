"""InstrumentForm: the questions of one instrument as its file defines them. It shows an item's text
only where the file holds it, and never fills in what was not answered."""

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from outcomes_app.domain import scoring
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.instruments import Instrument, Item, Scale
from outcomes_app.domain.scoring import Scoring
from outcomes_app.errors import Refused
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.combo import Combo
from outcomes_app.ui.widgets.instruments.answer_input import AnswerInput, NumberInput, make_input
from outcomes_app.ui.widgets.labels import Captioned, Text

_GAS = "gas"
# Of a goal the weight is asked as importance and difficulty; both at once would say it twice.
_NOT_ASKED_OF_A_GOAL = ("weight",)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question on the form: where its answer goes, its box and its input."""

    group: int
    key: str
    box: Card
    input: AnswerInput


class InstrumentForm(QWidget):
    """`changed` on every answer, `finished` after the last question. `totals` asks for the numbers
    alone; `large` is for a patient at a shared screen. `reached` carries the box of a question the
    form went on to, so that whoever scrolls can show it."""

    changed = Signal()
    finished = Signal()
    moved = Signal(int)
    reached = Signal(object)

    def __init__(
        self,
        theme: Theme,
        catalog: Catalog,
        instrument: Instrument,
        *,
        totals: bool = False,
        large: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._theme, self._catalog, self.instrument = theme, catalog, instrument
        self._large = large
        self.totals = totals or not instrument.items
        self.questions: list[Question] = []
        self._places: list[tuple[Combo, Combo]] = []
        self._shown: int | None = None
        self.setProperty("page", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        self._list = QVBoxLayout()
        self._list.setSpacing(theme.px(10))
        column.addLayout(self._list)
        self._more = Button(theme, self._more_words(), icon="add", name="another_group")
        self._more.clicked.connect(self.add_group)
        self._more.setVisible(self._repeats)
        column.addWidget(self._more)
        self._groups = 0
        if self.totals:
            for scale in total_scales(instrument):
                self._add_total(scale)
        else:
            self.add_group()

    @property
    def _repeats(self) -> bool:
        return not self.totals and (self.instrument.per_place or self.instrument.scoring == _GAS)

    def _more_words(self) -> str:
        return _("Another goal") if self.instrument.scoring == _GAS else _("Another place")

    # Building

    def add_group(self) -> None:
        """All questions once more, for another goal or another place."""
        group = self._groups
        self._groups += 1
        if self.instrument.per_place:
            self._list.addWidget(self._place_box())
        elif self.instrument.scoring == _GAS:
            words = _("Goal {n}").format(n=group + 1)
            self._list.addWidget(Text(self._theme, words, "subtitle"))
        for item in self.instrument.items:
            if self.instrument.scoring != _GAS or item.key not in _NOT_ASKED_OF_A_GOAL:
                self._add_item(group, item)
        if group:
            self.questions[-1].input.setFocus()
            self.changed.emit()

    def _add_item(self, group: int, item: Item) -> None:
        label = item_words(self.instrument, item)
        name = f"answer_{item.key}" if not group else f"answer_{group}_{item.key}"
        field = make_input(self._theme, label, item, name=name, large=self._large)
        words = f"{item.key}. {item.text}" if item.text and item.key.isdigit() else item.text
        self._add(group, item.key, words or label, field)

    def _add_total(self, scale: Scale) -> None:
        item = Item(key=scale.part, low=scale.low, high=scale.high, fractions=True)
        name = f"total_{scale.part}"
        field = NumberInput(self._theme, scale.name, item, name=name, large=self._large)
        words = f"{scale.name} ({scale.unit})" if scale.unit else scale.name
        self._add(0, scale.part, words, field)

    def _add(self, group: int, key: str, words: str, field: AnswerInput) -> None:
        box = Card(self._theme)
        role = "title" if self._large else "lead"
        box.body.addWidget(Text(self._theme, words, role, wrap=True))
        box.body.addWidget(field)
        self._list.addWidget(box)
        place = len(self.questions)
        self.questions.append(Question(group=group, key=key, box=box, input=field))
        field.answered.connect(self.changed)
        field.finished.connect(lambda: self._go_on(place))

    def _place_box(self) -> QWidget:
        theme = self._theme
        site, side = Combo(), Combo()
        number_ = len(self._places)
        site.setObjectName(f"place_{number_}")
        side.setObjectName(f"place_side_{number_}")
        site.addItem(_("Choose the muscle or place"), "")
        for entry in sorted(self._catalog.sites.values(), key=lambda s: s.name):
            site.addItem(entry.name, entry.id)
        for key, words in (("left", _("left")), ("right", _("right")), ("", _("no side"))):
            side.addItem(words, key)
        for combo in (site, side):
            combo.currentIndexChanged.connect(lambda _index: self.changed.emit())
        self._places.append((site, side))
        box = Card(theme)
        box.body.addWidget(Captioned(theme, _("Muscle or place"), site))
        box.body.addWidget(Captioned(theme, _("Side"), side))
        return box

    # Answers

    def answers(self) -> Mapping[str, object]:
        """What was answered, as scoring takes it. Questions without an answer are not in it."""
        said = [(q.group, q.key, q.input.raw) for q in self.questions if q.input.raw is not None]
        if self.totals:
            return {key: raw for _group, key, raw in said}
        if self.instrument.scoring == _GAS:
            groups = sorted({group for group, _key, _raw in said})
            goals = [{key: raw for g, key, raw in said if g == group} for group in groups]
            return {"goals": goals} if goals else {}
        if self.instrument.per_place:
            return {self._place(group): raw for group, _key, raw in said if self._place(group)}
        return {key: raw for _group, key, raw in said}

    def plain_answers(self) -> tuple[tuple[str, str | None], ...]:
        """Every question with its answer or None, as an assessment keeps them; () where the
        licence lets only the numbers be kept."""
        if self.totals or not self.instrument.stores_items:
            return ()
        return tuple((self._path(q), q.input.raw) for q in self.questions)

    def _path(self, question: Question) -> str:
        if self.instrument.scoring == _GAS:
            return f"goals.{question.group}.{question.key}"
        if self.instrument.per_place:
            return f"{self._place(question.group) or question.group}.{question.key}"
        return question.key

    def _place(self, group: int) -> str:
        site, side = self._places[group]
        return ":".join(part for part in (site.currentData(), side.currentData()) if part)

    @property
    def answered(self) -> int:
        """How many questions have an answer."""
        return sum(q.input.raw is not None for q in self.questions)

    @property
    def problem(self) -> str:
        """Why what is entered cannot be scored; "" when it can."""
        for question in self.questions:
            if question.input.problem:
                return f"{question.input.label}: {question.input.problem}"
        places = [self._place(q.group) for q in self.questions if self._places]
        for question in self.questions:
            if not self._places or question.input.raw is None:
                continue
            if not self._place(question.group):
                return _("Choose the muscle or place of each answer.")
            if places.count(self._place(question.group)) > 1:
                return _("A muscle or place is there twice. Keep one.")
        try:
            self._scored()
        except Refused as error:
            return error.message
        return ""

    def scoring(self) -> Scoring | None:
        """The numbers so far; None while nothing is answered or something is not possible."""
        return None if self.problem else self._scored()

    def _scored(self) -> Scoring | None:
        answers = self.answers()
        return scoring.score(self.instrument, answers) if answers else None

    # Moving

    def show_one(self, place: int | None) -> None:
        """Show one question alone; None shows the page."""
        self._shown = place
        for number_, question in enumerate(self.questions):
            question.box.setVisible(place is None or number_ == place)
        self._more.setVisible(place is None and self._repeats)
        if place is not None:
            self.questions[place].input.setFocus()
            self.moved.emit(place)

    def _go_on(self, place: int) -> None:
        if place + 1 >= len(self.questions):
            self.finished.emit()
        elif self._shown is not None:
            self.show_one(place + 1)
        else:
            self.questions[place + 1].input.setFocus()
            self.reached.emit(self.questions[place + 1].box)


def total_scales(instrument: Instrument) -> tuple[Scale, ...]:
    """The numbers that can be entered without answers; a part that is a question is answered."""
    items = {item.key for item in instrument.items}
    return tuple(s for s in instrument.scales if s.part not in items)


def item_words(instrument: Instrument, item: Item) -> str:
    """What stands over an item without its text: its name, or its number on the printed form."""
    name = item.name or (item.key.replace("_", " ") if not item.key.isdigit() else "")
    if item.key.isdigit():
        count = sum(i.key.isdigit() for i in instrument.items)
        asked = _("Question {n} of {all}").format(n=item.key, all=count)
        return f"{asked}: {name}" if name else asked
    return name[:1].upper() + name[1:]

"""The parts of the third step about patients, days and treatments."""

from collections.abc import Sequence
from dataclasses import replace
from decimal import Decimal

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from outcomes_app.catalog import Catalog
from outcomes_app.exchange.base import Table
from outcomes_app.exchange.mapping import (
    MISSING_WORDS,
    Mapping,
    PatientColumns,
    Start,
    TreatmentColumns,
    When,
)
from outcomes_app.text import _
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.fields import DateField
from outcomes_app.ui.widgets.importing.inputs import Choice, ColumnChoice, WordsEditor
from outcomes_app.ui.widgets.labels import Captioned, Text

_FROM_COLUMN = "*column*"
_IN_PARTS = "*year, month and day*"
_USUAL_SEXES = frozenset({"f", "m", "female", "male", "w"})


def distinct(table: Table | None, column: str) -> list[str]:
    """The different words of a column, without those that mean "missing"."""
    if table is None or not column:
        return []
    missing = {word.casefold() for word in MISSING_WORDS}
    found = dict.fromkeys(cell.strip() for cell in table.values(column))
    return [word for word in found if word.casefold() not in missing]


def _not_numbers(words: Sequence[str]) -> list[str]:
    def plain(word: str) -> bool:
        return word.replace(".", "", 1).replace(",", "", 1).isdecimal()

    return list(words) if any(not plain(word) for word in words) else []


class _Part(Card):
    """A card of captioned inputs in two columns; `changed` when a person changed one."""

    changed = Signal()

    def __init__(self, theme: Theme, title: str) -> None:
        super().__init__(theme, title)
        self._theme = theme
        self._table: Table | None = None
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(8))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self.body.addLayout(self._grid)
        self._at = 0

    def _add(self, caption: str, widget: QWidget, *, hint: str = "", wide: bool = False) -> QWidget:
        captioned = Captioned(self._theme, caption, widget, hint=hint)
        if wide and self._at % 2:
            self._at += 1
        self._grid.addWidget(captioned, self._at // 2, self._at % 2, 1, 2 if wide else 1)
        self._at += 2 if wide else 1
        return captioned

    def _add_wide(self, widget: QWidget) -> None:
        self._at += self._at % 2
        self._grid.addWidget(widget, self._at // 2, 0, 1, 2)
        self._at += 2

    def _column(self, name: str, caption: str, *, hint: str = "") -> ColumnChoice:
        choice = ColumnChoice(name=f"mapping_{name}", label=caption)
        choice.picked.connect(self._moved)
        self._add(caption, choice, hint=hint)
        return choice

    def _moved(self) -> None:
        self.changed.emit()


class PatientPart(_Part):
    """Who a row is about."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Patient"))
        self.key = self._column("key", _("Patient number"))
        self.second_key = self._column(
            "second_key", _("together with"), hint=_("where numbers repeat across sites")
        )
        self.system = QLineEdit()
        self.system.setObjectName("mapping_system")
        self.system.editingFinished.connect(self._moved)
        self._add(_("Whose number it is"), self.system, hint=_("clinic, or the name of the study"))
        self.birth_date = self._column("birth_date", _("Birth date"))
        self.family_name = self._column("family_name", _("Family name"))
        self.given_name = self._column("given_name", _("Given name"))
        self.group = self._column("group", _("Group of a study"))
        self.clinic_site = self._column("clinic_site", _("Clinic site"))
        self.sex = self._column("sex", _("Sex"))
        self.sex_words = WordsEditor(
            theme,
            name="mapping_sex_words",
            choices=[
                ("female", _("female")),
                ("male", _("male")),
                ("other", _("other")),
                ("unknown", _("not known")),
            ],
        )
        self.sex_words.changed.connect(self._moved)
        self._add_wide(self.sex_words)
        self._kept = PatientColumns()
        self.sex.picked.connect(lambda: self._ask_sexes({}))

    def show_part(self, table: Table, patient: PatientColumns) -> None:
        """Show the columns of a file and what they mean."""
        self._table, self._kept = table, patient
        for name in (
            "key",
            "second_key",
            "birth_date",
            "family_name",
            "given_name",
            "group",
            "clinic_site",
            "sex",
        ):
            getattr(self, name).set_columns(table.columns)
        keys = (*patient.key, "", "")
        self.key.choose(keys[0])
        self.second_key.choose(keys[1])
        self.system.setText(patient.system)
        for name in ("birth_date", "family_name", "given_name", "group", "clinic_site", "sex"):
            getattr(self, name).choose(getattr(patient, name))
        if patient.birth_year:
            parts = (patient.birth_year, patient.birth_month, patient.birth_day)
            self.birth_date.addItem(" + ".join(parts), _IN_PARTS)
            self.birth_date.choose(_IN_PARTS)
        self._ask_sexes(dict(patient.sex_words))

    def part(self) -> PatientColumns:
        """What the person said."""
        keys = tuple(c.value for c in (self.key, self.second_key) if c.value)
        keys += self._kept.key[2:]
        in_parts = self.birth_date.value == _IN_PARTS
        parts_of_birth = {} if in_parts else dict.fromkeys(_BIRTH_PARTS, "")
        return replace(
            self._kept,
            key=keys,
            system=self.system.text().strip(),
            birth_date="" if in_parts else self.birth_date.value,
            family_name=self.family_name.value,
            given_name=self.given_name.value,
            group=self.group.value,
            clinic_site=self.clinic_site.value,
            sex=self.sex.value,
            sex_words=self.sex_words.words,
            **parts_of_birth,
        )

    def _ask_sexes(self, known: dict[str, str]) -> None:
        words = distinct(self._table, self.sex.value)
        unclear = [word for word in words if word.casefold() not in _USUAL_SEXES]
        self.sex_words.ask(unclear, known)


_BIRTH_PARTS = ("birth_year", "birth_month", "birth_day")


class DaysPart(_Part):
    """Which day a row is about: a date, or an offset from a start."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Days"))
        self.kind = Choice(
            [
                ("date", _("a date in each row")),
                ("weeks", _("weeks from a start")),
                ("days", _("days from a start")),
                ("months", _("months from a start")),
                ("headings", _("the headings of the columns")),
            ],
            name="mapping_day_kind",
            label=_("The day comes from"),
        )
        self.kind.picked.connect(self._moved)
        self._add(_("The day comes from"), self.kind)
        self.column = ColumnChoice(name="mapping_day_column", label=_("Column of the day"))
        self.column.picked.connect(self._moved)
        self._column_field = self._add(_("Column of the day"), self.column)
        self.start_column = ColumnChoice(name="mapping_start_column", label=_("Start date"))
        self.start_column.picked.connect(self._moved)
        self._start_field = self._add(_("Start date in column"), self.start_column)
        self.nominal = DateField(name="mapping_nominal", label=_("or one start for everybody"))
        self.nominal.editingFinished.connect(self._moved)
        self._nominal_field = self._add(
            _("or one start for everybody"),
            self.nominal,
            hint=_("A nominal day, where the file has no dates. It is noted on each record."),
        )

    def _moved(self) -> None:
        self._lay_out()
        super()._moved()

    def _lay_out(self) -> None:
        from_start = self.kind.value != "date"
        self._column_field.setVisible(self.kind.value != "headings")
        self._start_field.setVisible(from_start)
        self._nominal_field.setVisible(from_start)

    def show_part(self, table: Table, start: Start, when: When) -> None:
        """Show where the days come from."""
        self.column.set_columns(table.columns)
        self.start_column.set_columns(table.columns)
        if when.offset_column:
            self.kind.choose(when.unit)
        else:
            self.kind.choose("headings" if when.offset is not None else "date")
        self.column.choose(when.offset_column or when.column)
        self.start_column.choose(start.column)
        self.nominal.set_value(start.nominal)
        self._lay_out()

    @property
    def by_headings(self) -> bool:
        """Whether each column has its own time point."""
        return self.kind.value == "headings"

    def when(self) -> When:
        """The day of a row."""
        if self.kind.value == "date":
            return When(column=self.column.value)
        if self.by_headings:
            return When()
        return When(offset_column=self.column.value, unit=self.kind.value)

    def start(self) -> Start:
        """What offsets are counted from; nothing where every row has a date."""
        if self.kind.value == "date":
            return Start()
        column = self.start_column.value
        return Start(column=column, nominal=None if column else self.nominal.value())


class TreatmentPart(_Part):
    """What was injected, for what, how much and when."""

    def __init__(self, theme: Theme) -> None:
        super().__init__(theme, _("Treatment"))
        self.product = Choice(name="mapping_product", label=_("Product"))
        self.product.picked.connect(self._moved)
        self._add(_("Product"), self.product, hint=_("Units of two products are never mixed."))
        self.indication = Choice(name="mapping_indication", label=_("What was treated"))
        self.indication.picked.connect(self._moved)
        self._add(_("What was treated"), self.indication)
        self.product_column = ColumnChoice(name="mapping_product_column", label=_("Product column"))
        self.product_column.picked.connect(self._moved)
        self._product_field = self._add(_("Product is in column"), self.product_column)
        self.indication_column = ColumnChoice(
            name="mapping_indication_column", label=_("Indication column")
        )
        self.indication_column.picked.connect(self._moved)
        self._indication_field = self._add(_("Indication is in column"), self.indication_column)
        self.product_words = WordsEditor(theme, name="mapping_product_words", choices=[("", "")])
        self.indication_words = WordsEditor(
            theme, name="mapping_indication_words", choices=[("", "")]
        )
        for editor in (self.product_words, self.indication_words):
            editor.changed.connect(self._moved)
            self._add_wide(editor)
        self.units = self._column("units", _("Units in column"))
        self.day = Choice(
            [
                ("row", _("on the day of the row")),
                ("start", _("on the start day")),
                ("first", _("on the patient's first day")),
            ],
            name="mapping_treatment_day",
            label=_("Given"),
        )
        self.day.picked.connect(self._moved)
        self._add(_("Given"), self.day)
        self._units_hint = Text(
            theme,
            _("What each word means: a number of units, or placebo."),
            "caption",
            "muted",
            wrap=True,
        )
        self._add_wide(self._units_hint)
        self.units_words = WordsEditor(
            theme, name="mapping_units_words", hint=_("units, or placebo")
        )
        self.units_words.changed.connect(self._moved)
        self._add_wide(self.units_words)
        self._kept = TreatmentColumns()

    def offer(self, catalog: Catalog) -> None:
        """Offer the products and indications of the catalog."""
        products = [(str(p.id), p.name) for p in catalog.products.values()]
        indications = [(str(i.id), i.name) for i in catalog.indications.values()]
        none, column = ("", _("none")), (_FROM_COLUMN, _("in a column"))
        self.product.set_items([none, *products, column])
        self.indication.set_items([("", _("to be chosen")), *indications, column])
        self.product_words.offer(products)
        self.indication_words.offer(indications)

    def show_part(self, table: Table, treatment: TreatmentColumns | None) -> None:
        """Show the treatment; None = the file has none."""
        self._table = table
        self._kept = treatment or TreatmentColumns()
        kept = self._kept
        for choice in (self.product_column, self.indication_column, self.units):
            choice.set_columns(table.columns)
        self.product.choose(_FROM_COLUMN if kept.product_column else kept.product)
        self.indication.choose(_FROM_COLUMN if kept.indication_column else kept.indication)
        self.product_column.choose(kept.product_column)
        self.indication_column.choose(kept.indication_column)
        self.units.choose(kept.units)
        self.day.choose(_day_kind(kept.when))
        self._ask_words(kept)

    def part(self, when: When) -> TreatmentColumns | None:
        """What the person said; `when` is the day of a row."""
        product, indication = self.product.value, self.indication.value
        units = self.units.value
        if not product and not (units or self._kept.units):
            return None
        if not product and not units:
            return None
        from_column = product == _FROM_COLUMN
        indication_from_column = indication == _FROM_COLUMN
        return replace(
            self._kept,
            when=self._when(when),
            product="" if from_column else product,
            product_column=self.product_column.value if from_column else "",
            product_words=self.product_words.words if from_column else {},
            indication="" if indication_from_column else indication,
            indication_column=self.indication_column.value if indication_from_column else "",
            indication_words=self.indication_words.words if indication_from_column else {},
            units=units,
            units_words=self.units_words.words if units else {},
        )

    def _when(self, when: When) -> When:
        by_headings = not when.column and not when.from_start
        if self.day.value == "start" or (by_headings and self.day.value == "row"):
            kept = self._kept.when
            unit = kept.unit if kept.offset is not None else when.unit
            return When(offset=Decimal(0), unit=unit)
        return replace(when, first=self.day.value == "first")

    def _moved(self) -> None:
        self._ask_words(
            replace(
                self._kept,
                product_words=self.product_words.words or self._kept.product_words,
                indication_words=self.indication_words.words or self._kept.indication_words,
                units_words=self.units_words.words or self._kept.units_words,
            )
        )
        super()._moved()

    def _ask_words(self, known: TreatmentColumns) -> None:
        from_column = self.product.value == _FROM_COLUMN
        self._product_field.setVisible(from_column)
        products = distinct(self._table, self.product_column.value) if from_column else []
        self.product_words.ask(products, known.product_words)
        from_column = self.indication.value == _FROM_COLUMN
        self._indication_field.setVisible(from_column)
        indications = distinct(self._table, self.indication_column.value) if from_column else []
        self.indication_words.ask(indications, known.indication_words)
        units = _not_numbers(distinct(self._table, self.units.value))
        self._units_hint.setVisible(bool(units))
        self.units_words.ask(units, known.units_words)


def _day_kind(when: When) -> str:
    if when.first:
        return "first"
    return "start" if when.offset is not None else "row"


def row_day(mapping: Mapping) -> When:
    """The day of a row as most of a mapping has it."""
    parts = [part.when for part in (mapping.diary, *mapping.outcomes, mapping.treatment) if part]
    whens = [w for w in parts if w.column or w.offset_column] or parts
    return whens[0] if whens else When()

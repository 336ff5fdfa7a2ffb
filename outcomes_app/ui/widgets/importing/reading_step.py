"""The second step: how the file was read, each setting to be corrected, and its first rows."""

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.values import Severity
from outcomes_app.exchange.base import Reading, Row, Table
from outcomes_app.exchange.text_files import DELIMITERS, ENCODINGS, QUOTES
from outcomes_app.text import _, ngettext
from outcomes_app.ui.tables import Column, RowsModel
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.importing.inputs import Choice
from outcomes_app.ui.widgets.labels import Captioned, Text
from outcomes_app.ui.widgets.rows_table import RowsTable

_SHOWN_ROWS = 200
_SHOWN_COLUMNS = 60
_HEADER_ROWS = 30


class ReadingStep(QWidget):
    """`corrected(Reading)` when a person changed how the file is read."""

    corrected = Signal(object)

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._wanted = Reading()
        self._table: Table | None = None
        self.encoding = Choice(
            [(name, name) for name in ENCODINGS], name="reading_encoding", label=_("Encoding")
        )
        self.delimiter = Choice(
            [(d, _delimiter_name(d)) for d in DELIMITERS],
            name="reading_delimiter",
            label=_("Delimiter"),
        )
        self.quote = Choice(
            [(q, _("none") if len(q) > 1 else q) for q in QUOTES],
            name="reading_quote",
            label=_("Quotation mark"),
        )
        self.sheet = Choice(name="reading_sheet", label=_("Sheet"))
        self.header_row = Choice(name="reading_header_row", label=_("Headings are in row"))
        self.decimal = Choice(
            [(".", _("point: 1.5")), (",", _("comma: 1,5"))],
            name="reading_decimal",
            label=_("Decimal sign"),
        )
        self.date_order = Choice(
            [
                ("", _("to be chosen")),
                ("dmy", _("day first: 31/12/2026")),
                ("mdy", _("month first: 12/31/2026")),
                ("ymd", _("year first, or no dates")),
            ],
            name="reading_date_order",
            label=_("Order of dates"),
        )
        self._preview: QWidget = QWidget()
        self._build()
        self._connect()

    def _build(self) -> None:
        theme = self._theme
        card = Card(theme, _("How the file is written"))
        card.body.addWidget(
            Text(
                theme, _("Found out by looking. Correct what is wrong."), "body", "muted", wrap=True
            )
        )
        self._captioned = {
            "encoding": Captioned(theme, _("Encoding"), self.encoding),
            "delimiter": Captioned(theme, _("Delimiter"), self.delimiter),
            "quote": Captioned(theme, _("Quotation mark"), self.quote),
            "sheet": Captioned(theme, _("Sheet"), self.sheet),
            "header_row": Captioned(theme, _("Headings are in row"), self.header_row),
            "decimal": Captioned(theme, _("Decimal sign"), self.decimal),
            "date_order": Captioned(theme, _("Order of dates"), self.date_order),
        }
        inside = QWidget()
        fields = QVBoxLayout(inside)
        fields.setContentsMargins(0, 0, theme.px(6), 0)
        fields.setSpacing(theme.px(8))
        for captioned in self._captioned.values():
            fields.addWidget(captioned)
        fields.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        card.body.addWidget(area, 1)
        card.setFixedWidth(theme.px(330))
        self._rows_card = Card(theme, _("What was read"))
        self._said = Text(theme, "", "body", "muted", wrap=True)
        self._rows_card.body.addWidget(self._said)
        self._rows_card.body.addWidget(self._preview, 1)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(12))
        line.addWidget(card)
        line.addWidget(self._rows_card, 1)

    def _connect(self) -> None:
        choices: tuple[tuple[Choice, str], ...] = (
            (self.encoding, "encoding"),
            (self.delimiter, "delimiter"),
            (self.quote, "quote"),
            (self.sheet, "sheet"),
            (self.decimal, "decimal"),
            (self.date_order, "date_order"),
        )
        for choice, name in choices:
            choice.picked.connect(self._corrector(name, choice))
        self.header_row.picked.connect(lambda: self._correct(header_row=int(self.header_row.value)))

    def _corrector(self, name: str, choice: Choice) -> Callable[[], None]:
        return lambda: self._correct(**{name: choice.value or None})

    def _correct(self, **change: object) -> None:
        self._wanted = replace(self._wanted, **change)  # type: ignore[arg-type]
        self.corrected.emit(self._wanted)

    @property
    def open_questions(self) -> tuple[str, ...]:
        """What the file leaves open and nobody has answered."""
        return () if self._table is None else tuple(self._table.unsure.values())

    def show_table(self, table: Table, wanted: Reading) -> None:
        """Show what was read, and how."""
        self._table, self._wanted = table, wanted
        reading = table.reading
        is_text = reading.encoding is not None
        for name in ("encoding", "delimiter", "quote"):
            self._captioned[name].setVisible(is_text)
        self._captioned["sheet"].setVisible(len(table.sheets) > 1)
        self.sheet.set_items([(name, name) for name in table.sheets])
        self.encoding.choose(reading.encoding or "")
        self.delimiter.choose(reading.delimiter or "")
        self.quote.choose(reading.quote or "")
        self.sheet.choose(reading.sheet or "")
        row = reading.header_row or 0
        rows = sorted({*range(1, _HEADER_ROWS + 1), row} - {0})
        self.header_row.set_items([("0", _("no headings")), *((str(n), str(n)) for n in rows)])
        self.header_row.choose(str(row))
        self.decimal.choose(reading.decimal or ".")
        self.date_order.choose(reading.date_order or "")
        for name in ("decimal", "date_order"):
            self._captioned[name].error.say(table.unsure.get(name, ""), Severity.CHECK)
        self._show_rows(table)

    def _show_rows(self, table: Table) -> None:
        count = len(table.rows)
        rows = ngettext("{n:,} row", "{n:,} rows", count).format(n=count)
        columns = len(table.columns)
        said = ngettext("{rows}, {n} column", "{rows}, {n} columns", columns)
        words = [said.format(rows=rows, n=columns) + "."]
        if count > _SHOWN_ROWS:
            words.append(_("The first {n} are shown.").format(n=_SHOWN_ROWS))
        if table.titles:
            words.append(
                _("Above the headings: {words}.").format(words="; ".join(table.titles[:4]))
            )
        words += [p.message for p in table.problems[:3]]
        self._said.setText(" ".join(words))
        model: RowsModel[Row] = RowsModel(_columns(table), table.rows[:_SHOWN_ROWS])
        preview = RowsTable(self._theme, model, name="reading_preview", label=_("First rows"))
        model.setParent(preview)
        self._rows_card.body.replaceWidget(self._preview, preview)
        self._preview.hide()
        self._preview.setParent(None)
        self._preview.deleteLater()
        self._preview = preview


def _columns(table: Table) -> tuple[Column[Row], ...]:
    def text(at: int) -> Callable[[Row], str]:
        return lambda row: " ".join(row.cells[at].split())[:80]

    shown: list[Column[Row]] = [Column(_("Row"), lambda row: str(row.number), right=True)]
    last = min(len(table.columns), _SHOWN_COLUMNS) - 1
    for at, name in enumerate(table.columns[: last + 1]):
        heading = name[:40]
        width = max(60, 9 * len(heading) + 20)
        shown.append(Column(heading, text(at), least=width, stretch=int(at == last)))
    return tuple(shown)


def _delimiter_name(delimiter: str) -> str:
    return {
        ",": _("comma ,"),
        ";": _("semicolon ;"),
        "\t": _("tab"),
        "|": _("bar |"),
    }[delimiter]

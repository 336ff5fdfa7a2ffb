"""The fourth step: what would be added, what is assumed, who is known already, every problem."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QScrollArea, QVBoxLayout, QWidget

from outcomes_app.domain.import_plan import (
    ImportPlan,
    ImportProblem,
    MatchDecision,
    MatchedBy,
    PatientMatch,
)
from outcomes_app.domain.values import PatientId, Severity
from outcomes_app.exchange.base import Table
from outcomes_app.text import _, ngettext
from outcomes_app.ui.tables import Cell, Column, RowsModel
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.buttons import Button, SegmentedControl
from outcomes_app.ui.widgets.card import Card, clear_layout
from outcomes_app.ui.widgets.labels import Divider, Text
from outcomes_app.ui.widgets.rows_table import RowsTable

_SEVERITIES = tuple(Severity)


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundProblem:
    """A problem with the cell it is about, which its message never repeats."""

    problem: ImportProblem
    cell: str


class CheckStep(QWidget):
    """Shows a plan; `decided` when a person said what to do with known patients,
    `cancel_wanted` while the import runs."""

    decided = Signal()
    cancel_wanted = Signal()

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        self._theme = theme
        self._plan = ImportPlan()
        self._matches: tuple[PatientMatch, ...] = ()
        self.problems: RowsModel[FoundProblem] = RowsModel(_columns(), (), self)
        self._counts = QHBoxLayout()
        self._counts.setSpacing(theme.px(12))
        self._said = Text(theme, "", "body", "muted", wrap=True)
        self._table = RowsTable(
            theme, self.problems, name="import_problems", label=_("Problems"), sortable=True
        )
        self._table.picked.connect(self._say_whole)
        # A row of the table has room for the beginning of a long sentence only.
        self._whole = Text(theme, "", "body", "muted", wrap=True)
        self._problems_card = Card(theme, _("Problems"))
        self._verdict = Text(theme, "", "body", wrap=True)
        self._known = Card(theme, _("Known patients"), tone="info")
        self._known_words = Text(theme, "", "body", wrap=True)
        self.decision = SegmentedControl(
            theme,
            (
                ("add", _("Add to them")),
                ("skip", _("Leave them out")),
                ("separate", _("Other people of the same name")),
            ),
            name="import_decision",
            label=_("Known patients"),
            none_on=True,
        )
        self._progress = QWidget()
        self._bar = QProgressBar(textVisible=False)
        self._bar.setObjectName("import_progress")
        self._bar.setAccessibleName(_("Progress"))
        self._doing = Text(theme, "", "body", "muted")
        self.cancel = Button(theme, _("Stop"), name="import_cancel")
        self.cancel.clicked.connect(self.cancel_wanted)
        self.decision.chosen.connect(lambda _key: self.decided.emit())
        self._build()

    def _build(self) -> None:
        theme = self._theme
        summary = Card(theme, _("What would be added"))
        summary.body.addLayout(self._counts)
        summary.body.addWidget(Divider())
        summary.body.addWidget(self._said)
        self._known.body.addWidget(self._known_words)
        self._known.body.addWidget(self.decision)
        self._problems_card.body.addWidget(self._verdict)
        self._problems_card.body.addWidget(self._table, 1)
        self._problems_card.body.addWidget(self._whole)
        self._problems_card.body.addStretch(0)
        working = QHBoxLayout(self._progress)
        working.setContentsMargins(0, 0, 0, 0)
        working.setSpacing(theme.px(12))
        working.addWidget(self._doing)
        working.addWidget(self._bar, 1)
        working.addWidget(self.cancel)
        self._progress.hide()
        self._table.setMinimumHeight(theme.px(200))
        inside = QWidget()
        inside.setProperty("page", True)
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(12))
        column.addWidget(summary)
        column.addWidget(self._known)
        column.addWidget(self._problems_card, 1)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(theme.px(8))
        whole.addWidget(area, 1)
        whole.addWidget(self._progress)

    def show_plan(self, plan: ImportPlan, matches: tuple[PatientMatch, ...], table: Table) -> None:
        """Show what the plan would add."""
        self._plan, self._matches = plan, matches
        self._show_counts(plan)
        self._said.setText("\n".join(plan.declarations))
        self._said.setVisible(bool(plan.declarations))
        self._show_known()
        lookup = _cells(table)
        ranked = sorted(plan.problems, key=lambda p: (_SEVERITIES.index(p.severity), p.row or 0))
        self.problems.set_rows([FoundProblem(problem=p, cell=lookup(p)) for p in ranked])
        self._table.setVisible(bool(ranked))
        self._whole.setVisible(bool(ranked))
        layout = self._problems_card.body
        layout.setStretch(layout.count() - 1, 0 if ranked else 1)
        if ranked:
            self._table.choose(0)
        self._verdict.say(*self._words(plan))

    def _say_whole(self, found: FoundProblem) -> None:
        problem = found.problem
        place = _("File") if problem.row is None else _("Row {n}").format(n=problem.row)
        column = f", {problem.column}" if problem.column else ""
        self._whole.setText(f"{place}{column}: {problem.message}")

    def _words(self, plan: ImportPlan) -> tuple[str, str]:
        errors = len(plan.errors)
        if errors:
            refused = ngettext(
                "{n} problem has to be mended before anything can be imported. Mend the file, or "
                "go back and say what the columns mean.",
                "{n} problems have to be mended before anything can be imported. Mend the file, "
                "or go back and say what the columns mean.",
                errors,
            )
            return refused.format(n=errors), "danger"
        checks = sum(p.severity is Severity.CHECK for p in plan.problems)
        if checks:
            noted = ngettext(
                "Nothing stands against the import. {n} thing is worth a look.",
                "Nothing stands against the import. {n} things are worth a look.",
                checks,
            )
            return noted.format(n=checks), "warn"
        return _("No problem was found."), "ok"

    def _show_counts(self, plan: ImportPlan) -> None:
        clear_layout(self._counts)
        for number, word in _counted(plan):
            tile = QWidget()
            tile.setAccessibleName(f"{number} {word}")
            column = QVBoxLayout(tile)
            column.setContentsMargins(0, 0, self._theme.px(20), 0)
            column.setSpacing(0)
            column.addWidget(Text(self._theme, f"{number:,}", "metric"))
            column.addWidget(Text(self._theme, word, "caption", "muted"))
            self._counts.addWidget(tile)
        self._counts.addStretch(1)

    def _show_known(self) -> None:
        known = len({m.planned for m in self._matches})
        by_number = len({m.planned for m in self._matches if m.matched_by is MatchedBy.IDENTIFIER})
        self._known.setVisible(bool(known))
        said = ngettext(
            "{n} patient of the file seems to be in the record already, {how}. What shall happen?",
            "{n} patients of the file seem to be in the record already, {how}. What shall happen?",
            known,
        )
        how = (
            _("by number"),
            _("by name and birth date"),
            _("{n} by number, the others by name and birth date").format(n=by_number),
        )[0 if by_number == known else 1 if not by_number else 2]
        self._known_words.setText(said.format(n=known, how=how))
        self.decision.set_enabled(
            "separate", not by_number, _("Two patients cannot have the same number.")
        )

    @property
    def decisions(self) -> dict[PatientId, MatchDecision]:
        """What the person decided about each known patient."""
        if not self.decision.value:
            return {}
        return {m.planned: MatchDecision(self.decision.value) for m in self._matches}

    @property
    def ready(self) -> bool:
        """Whether nothing stands against the import."""
        decided = not self._matches or bool(self.decision.value)
        return not self._plan.errors and bool(self._plan.patients) and decided

    def show_progress(self, doing: str, step: int, steps: int) -> None:
        """Show how far the import is; "" hides it."""
        self._progress.setVisible(bool(doing))
        self._doing.setText(doing)
        self._bar.setRange(0, steps)
        self._bar.setValue(step)


def _counted(plan: ImportPlan) -> list[tuple[int, str]]:
    """What there is of each kind; patients also where there is none."""
    counts = plan.counts
    patients, sites = counts["patients"], counts["clinic_sites"]
    treatments, results, days = (counts[k] for k in ("treatments", "scores", "diary_days"))
    said = [
        (sites, ngettext("clinic site", "clinic sites", sites)),
        (treatments, ngettext("treatment", "treatments", treatments)),
        (results, ngettext("result", "results", results)),
        (days, ngettext("diary day", "diary days", days)),
    ]
    return [(patients, ngettext("patient", "patients", patients)), *(s for s in said if s[0])]


def _cells(table: Table) -> Callable[[ImportProblem], str]:
    """Looks up the cell of a problem."""
    rows = {row.number: row for row in table.rows}

    def cell(problem: ImportProblem) -> str:
        at, row = table.index(problem.column), rows.get(problem.row or 0)
        return "" if at is None or row is None else " ".join(row.cells[at].split())[:60]

    return cell


def _columns() -> tuple[Column[FoundProblem], ...]:
    looks = {
        Severity.ERROR: (_("Refused"), "danger", "danger"),
        Severity.CHECK: (_("Check"), "warn", "warn"),
        Severity.INFO: (_("Know"), "info", "info"),
    }

    def severity(found: FoundProblem) -> Cell:
        word, tone, icon = looks[found.problem.severity]
        return Cell(badge=word, badge_tone=tone, badge_icon=icon)

    def row(found: FoundProblem) -> str:
        return _("file") if found.problem.row is None else str(found.problem.row)

    return (
        Column(
            "",
            lambda f: looks[f.problem.severity][0],
            key=lambda f: _SEVERITIES.index(f.problem.severity),
            cell=severity,
        ),
        Column(_("Row"), row, key=lambda f: f.problem.row or 0, right=True),
        Column(_("Column"), lambda f: f.problem.column),
        Column(_("In the file"), lambda f: f.cell),
        Column(_("What is the matter"), lambda f: f.problem.message, stretch=1),
    )

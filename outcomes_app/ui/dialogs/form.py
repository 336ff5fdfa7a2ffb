"""FormDialog: a small form with captions above its inputs, problems beside them and one verb."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from outcomes_app.domain.values import Problem, Problems, errors_in
from outcomes_app.errors import OutcomesError, Refused
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.forms import ProblemMarks
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card
from outcomes_app.ui.widgets.fields import DateField, NumberField
from outcomes_app.ui.widgets.labels import Captioned, KeyCap, Text

_WIDTH = 560
_LEAST = 280
_FOOT = 110  # the buttons, and room for a problem at an input


class FormDialog(QDialog):
    """Add inputs with `add`, and override `store` to hand them on with `write`. `stored` when the
    record has them; a refusal is said at the input it concerns and nothing typed is lost."""

    stored = Signal()

    def __init__(
        self, ctx: AppContext, title: str, action: str, *, name: str, parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.ctx = ctx
        theme = ctx.theme
        self.setObjectName(name)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self._fields: dict[str, Captioned] = {}
        self._told = _("Saved.")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        inside = QWidget()
        inside.setProperty("page", True)
        self._inside = QVBoxLayout(inside)
        self._inside.setContentsMargins(theme.px(24), theme.px(16), theme.px(24), theme.px(12))
        self._inside.setSpacing(theme.px(10))
        self._inside.addWidget(Text(theme, title, "title", wrap=True))
        self.grid = QGridLayout()
        self.grid.setHorizontalSpacing(theme.px(12))
        self.grid.setVerticalSpacing(theme.px(8))
        self.grid.setColumnStretch(0, 1)
        self.grid.setColumnStretch(1, 1)
        self._inside.addLayout(self.grid)
        self._inside.addStretch(1)
        area = QScrollArea()
        area.setProperty("page", True)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inside)
        column.addWidget(area, 1)
        column.addWidget(self._foot(action))

    def say_first(self, words: str) -> None:
        """A sentence under the title."""
        self._inside.insertWidget(1, Text(self.ctx.theme, words, "body", "muted", wrap=True))

    def say(self, words: str, tone: str = "muted") -> None:
        """A sentence at the foot, beside the buttons."""
        self._state.say(words, tone)

    def add(
        self, path: str, caption: str, field: QWidget, *, hint: str = "", half: bool = False
    ) -> Captioned:
        """Put an input into the form; `path` is the field its problems name. A `half` input
        shares its line with the next one."""
        if not field.objectName():
            field.setObjectName(path.replace(".", "_"))
        captioned = Captioned(self.ctx.theme, caption, field, hint=hint)
        self._fields[path] = captioned
        row, column = self._next_cell(half)
        self.grid.addWidget(captioned, row, column, 1, 1 if half else 2)
        return captioned

    def line(self, name: str) -> QLineEdit:
        """An input for a line of text."""
        made = QLineEdit()
        made.setObjectName(name)
        return made

    def show_form(self) -> None:
        """Open it as high as its inputs need and the window has."""
        theme, parent = self.ctx.theme, self.parentWidget()
        window = parent.window() if parent is not None else self
        width = min(theme.px(_WIDTH), window.width())
        self._inside.activate()
        needed = self._inside.totalSizeHint().height() + theme.px(_FOOT)
        self.resize(width, min(max(needed, theme.px(_LEAST)), window.height()))
        self.open()

    def save(self) -> None:
        """Store what was typed, or say at each input why not."""
        wrong = self.unreadable()
        self.show_problems(wrong)
        if wrong:
            self.say(_("Something has to be put right first."), "danger")
            return
        self.store()

    def unreadable(self) -> Problems:
        """What was typed but cannot be read; override to ask for what must not be empty."""
        return tuple(
            Problem(field=path, code="unreadable", message=captioned.field.problem)
            for path, captioned in self._fields.items()
            if isinstance(captioned.field, (DateField, NumberField)) and captioned.field.problem
        )

    def store(self) -> None:
        """Hand the value on with `write`."""
        raise NotImplementedError

    def write(
        self, function: Callable[..., object], *args: Any, deed: str, told: str, **kwargs: Any
    ) -> None:
        """Store; then say `told` in the notices and close."""
        self._told = told
        self._save.setEnabled(False)
        self.ctx.write(
            self,
            function,
            *args,
            deed=deed,
            done=lambda _answer: self._done(),
            failed=self._refuse,
            **kwargs,
        )

    def after_passphrase(self, field: QLineEdit, path: str, then: Callable[[], object]) -> None:
        """Go on only when the field holds the passphrase of who is signed in."""

        def checked(right: bool) -> None:
            if right:
                then()
                return
            field.selectAll()
            words = _("This is not your passphrase. Type it again.")
            self.show_problems((self.missing(path, words),))

        try:
            is_right = self.ctx.passphrase_is
        except OutcomesError as error:
            self._refuse(error)
            return
        self.ctx.work(self, is_right, field.text(), done=checked, failed=self._refuse)

    def show_problems(self, problems: Problems) -> None:
        """Say each problem at its input, those without one at the foot."""
        marks = ProblemMarks({path: each.error.mark for path, each in self._fields.items()})
        homeless = errors_in(marks.show(problems))
        self.say(homeless[0].message if homeless else "", "danger")

    def missing(self, path: str, words: str) -> Problem:
        """A problem of this form's own: an input was left empty."""
        return Problem(field=path, code="missing", message=words)

    def _next_cell(self, half: bool) -> tuple[int, int]:
        row = self.grid.rowCount()
        beside = self.grid.itemAtPosition(row - 1, 0)
        free = self.grid.itemAtPosition(row - 1, 1) is None
        return (row - 1, 1) if half and beside is not None and free else (row, 0)

    def _done(self) -> None:
        self.ctx.notices.tell(self._told)
        self.accept()
        self.stored.emit()

    def _refuse(self, error: OutcomesError) -> None:
        self._save.setEnabled(True)
        if isinstance(error, Refused):
            problems = tuple(p for p in error.problems if isinstance(p, Problem))
            self.show_problems(problems)
            if problems:
                return
        self.say(f"{error.message} {error.todo}".strip(), "danger")

    def _foot(self, action: str) -> QWidget:
        theme = self.ctx.theme
        foot = Card(theme)
        foot.setProperty("card", False)
        foot.setProperty("footer", True)
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        self._state = Text(theme, "", "body", "danger", wrap=True)
        line.addWidget(self._state, 1)
        cancel = Button(theme, _("Cancel"), name="cancel")
        cancel.clicked.connect(self.reject)
        line.addWidget(cancel)
        self._save = PrimaryButton(theme, action, name="save")
        self._save.clicked.connect(self.save)
        self._save.setShortcut("Ctrl+Return")
        self._save.setDefault(True)
        line.addWidget(self._save)
        line.addWidget(KeyCap(theme, "Ctrl Enter"))
        foot.body.addLayout(line)
        return foot


class ReasonDialog(FormDialog):
    """Asks why before something is taken back; `do(reason)` hands it on with the dialog's `write`.

    The reason is kept in the history beside what it explains.
    """

    def __init__(
        self,
        ctx: AppContext,
        title: str,
        action: str,
        explanation: str,
        do: Callable[["ReasonDialog", str], object],
        *,
        parent: QWidget,
    ) -> None:
        super().__init__(ctx, title, action, name="reason_dialog", parent=parent)
        self._do = do
        self.say_first(explanation)
        self._reason = self.line("reason")
        self.add("reason", _("Reason"), self._reason)

    def unreadable(self) -> Problems:
        if self._reason.text().strip():
            return ()
        return (self.missing("reason", _("Say why, so that it can be understood later.")),)

    def store(self) -> None:
        self._do(self, self._reason.text().strip())

"""Page: what every page of the window shares. It empties itself, asks, shows, and asks again
when something it shows was changed."""

from typing import ClassVar

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QWidget

from outcomes_app.domain.values import Changes, PatientId
from outcomes_app.text import _
from outcomes_app.ui.context import AppContext


class Page(QWidget):
    """A page names itself (`title`) and the tables whose changes it follows (`shows`).

    Override `ask()` to ask for what is shown; it is called when the page is entered and when
    `shows` meets a change. A page of one patient returns its id from `patient_shown`.
    """

    title: ClassVar[str] = ""
    shows: ClassVar[frozenset[str]] = frozenset()

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self._stale = True
        self.setProperty("page", True)
        self.setObjectName(type(self).__name__)
        self.setAccessibleName(_(self.title))
        ctx.changed.connect(self._follow)

    @property
    def patient_shown(self) -> PatientId | None:
        """The one patient this page is about; None when it is about several."""
        return None

    def ask(self) -> None:
        """Ask for everything this page shows."""

    def ask_when_shown(self) -> None:
        """Ask now if the page can be seen, else as soon as it can."""
        self._stale = True
        if self.isVisible():
            self._stale = False
            self.ask()

    def leave(self) -> bool:
        """Whether the page can be left now; a page with unsaved work saves it here first."""
        return True

    def escape(self) -> bool:
        """Esc was pressed: True when the page used it itself, for example to clear a filter."""
        return False

    def next_panel(self) -> bool:
        """F6 was pressed: True when the page moved the focus to its next panel."""
        return False

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._stale = False
            self.ask()

    def _follow(self, changes: Changes) -> None:
        if not self.shows & changes.tables:
            return
        patient = self.patient_shown
        if patient is None or not changes.patients or patient in changes.patients:
            self.ask_when_shown()

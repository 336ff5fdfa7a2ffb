"""The main window: sections, navigation and what stays on screen everywhere. It knows no record."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QMainWindow,
    QMenu,
    QStackedWidget,
    QWidget,
)

from outcomes_app.domain.values import PatientId, TreatmentId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui import entry
from outcomes_app.ui.actions import Actions, typing
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.dialogs.edit_patient import PatientDialog
from outcomes_app.ui.dialogs.search import SearchDialog
from outcomes_app.ui.dialogs.shortcuts import ShortcutsDialog
from outcomes_app.ui.entry import Opened
from outcomes_app.ui.page import Page
from outcomes_app.ui.pages.first_run import FirstRunPage
from outcomes_app.ui.pages.sign_in import SignInPage
from outcomes_app.ui.sections import SECTIONS
from outcomes_app.ui.shell import Shell

_COLLAPSE_BELOW = 1360
_USUAL_SIZE = QSize(1440, 900)
_TEXT_STEP = 10


class MainWindow(QMainWindow):
    """Sign-in or the record; `closed` when the record is safely put away."""

    closed = Signal()

    def __init__(self, ctx: AppContext) -> None:
        super().__init__()
        self._ctx = ctx
        self._opened: Opened | None = None
        self._closing = False
        self._pages: dict[str, Page] = {}
        self._place = ""
        self._came_from = "worklist"
        self.setObjectName("main_window")
        self.actions_ = Actions(ctx, self)
        self._stage = QStackedWidget()
        self.setCentralWidget(self._stage)
        self._entry: QWidget | None = None
        self._shell = self._build_shell()
        self._stage.addWidget(self._shell)
        self._commands = self._build_actions()
        self._title()
        self._restore_geometry()
        ctx.session_changed.connect(self._show_practice)
        ctx.theme.changed.connect(self._fit)

    # Entering and leaving

    def begin(self, folder: Path | None) -> None:
        """Ask who it is (a practice is known), or where records should live."""
        if folder is None:
            self._show_entry(FirstRunPage(self._ctx))
        else:
            self._show_entry(SignInPage(self._ctx, folder))

    @property
    def place(self) -> str:
        """The key of the page that is shown; "" before anybody signed in."""
        return self._place

    def page(self, key: str) -> Page:
        """The page of a section, made at first use."""
        if key not in self._pages:
            section = next(s for s in SECTIONS if s.key == key)
            page = section.make(self._ctx)
            self._pages[key] = page
            self._shell.stack.addWidget(page)
            self._connect(page)
        return self._pages[key]

    def _show_entry(self, page: FirstRunPage | SignInPage) -> None:
        old, self._entry = self._entry, page
        self._stage.addWidget(page)
        self._stage.setCurrentWidget(page)
        page.opened.connect(self._enter)
        page.another_wanted.connect(self.begin)
        if old is not None:
            self._stage.removeWidget(old)
            old.deleteLater()
        page.setFocus()

    def _enter(self, opened: Opened) -> None:
        self._opened = opened
        if opened.folder is not None:
            self._ctx.change_settings(
                vault_folder=str(opened.folder), last_person=str(opened.person.id)
            )
        self._ctx.enter(
            opened.database,
            opened.person,
            opened.practice,
            passphrase_is=entry.passphrase_check(opened),
        )
        for notice in opened.notices:
            self._ctx.notices.warn(notice)
        self._stage.setCurrentWidget(self._shell)
        if self._entry is not None:
            self._stage.removeWidget(self._entry)
            self._entry.deleteLater()
            self._entry = None
        self.show_section("worklist")
        self._ctx.jobs.on_database(
            self, lambda: entry.last_backup(opened), done=self._show_backup, lane="backup"
        )

    def _leave(self, then: Callable[[], object]) -> None:
        """Close the record off the GUI thread: its backup takes a while."""
        opened, self._opened = self._opened, None
        if opened is None:
            then()
            return
        self._ctx.leave()
        self._stage.setEnabled(False)
        self.setCursor(Qt.CursorShape.BusyCursor)

        def gone(_answer: object = None) -> None:
            self._stage.setEnabled(True)
            self.unsetCursor()
            self._forget_pages()
            then()

        def not_gone(error: OutcomesError) -> None:
            self._ctx.notices.warn(error.message, error.todo)
            gone()

        self._ctx.jobs.on_database(self, opened.close, done=gone, failed=not_gone)

    def _forget_pages(self) -> None:
        for page in self._pages.values():
            self._shell.stack.removeWidget(page)
            page.deleteLater()
        self._pages.clear()
        self._place = ""
        self._shell.banner.follow(None)
        self._shell.notices.clear()

    def close_record(self) -> None:
        """Sign out: put the record away and ask again who it is."""
        if not self._may_leave():
            return
        folder = self._opened.folder if self._opened else None
        self._leave(lambda: self.begin(folder))

    # Building

    def _build_shell(self) -> Shell:
        shell = Shell(self._ctx)
        shell.rail.chosen.connect(self.show_section)
        shell.rail.menu_wanted.connect(self._show_menu)
        shell.banner.visit_wanted.connect(lambda patient: self.start_visit(patient, None))
        shell.banner.edit_wanted.connect(self.edit_patient)
        return shell

    def _build_actions(self) -> list[QAction]:
        add = partial(self.actions_.add, self._shell, everywhere=False)
        commands = [
            add(s.title(), s.keys, partial(self.show_section, s.key), name=f"go_{s.key}")
            for s in SECTIONS
            if s.keys
        ]
        commands += [
            add(_("New patient"), "Ctrl+N", self.new_patient, name="new_patient"),
            add(_("Search"), "Ctrl+K", self.search, name="search"),
            add(_("Close record"), "", self.close_record, name="close_record"),
        ]
        everywhere = partial(self.actions_.add, self, everywhere=True)
        commands += [
            everywhere(_("Larger text"), "Ctrl+=", lambda: self._resize_text(1), name="larger"),
            everywhere(_("Smaller text"), "Ctrl+-", lambda: self._resize_text(-1), name="smaller"),
            everywhere(_("Text as usual"), "Ctrl+0", lambda: self._resize_text(0), name="usual"),
            everywhere(_("Keyboard"), "?", self.show_shortcuts, name="keyboard"),
            everywhere(_("Close the program"), "Ctrl+Q", self.close, name="quit"),
        ]
        everywhere(_("Next panel"), "F6", self._next_panel, name="next_panel")
        return commands

    def _show_menu(self, at: QWidget) -> None:
        menu = QMenu(self)
        menu.setObjectName("main_menu")
        for action in self._commands:
            if action.objectName() in ("new_patient", "larger", "keyboard", "close_record"):
                menu.addSeparator()
            menu.addAction(action)
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(at.mapToGlobal(at.rect().topRight()))

    # Navigation

    def show_section(self, key: str) -> None:
        """Show the page of a section."""
        if self._opened is None or not self._may_leave():
            return
        self._came_from = key
        self._show(key)

    def open_patient(self, patient_id: PatientId) -> None:
        """Open a record."""
        if not self._may_leave():
            return
        page: Any = self.page("patient")
        page.open_patient(patient_id)
        self._shell.banner.say("")
        self._show("patient")

    def start_visit(self, patient_id: PatientId, treatment_id: TreatmentId | None) -> None:
        """Open the visit editor, for a new visit (None) or a recorded one."""
        if not self._may_leave():
            return
        page: Any = self.page("visit")
        page.open_visit(patient_id, treatment_id)
        self._shell.banner.say("")
        self._show("visit", patient_id)

    def new_patient(self) -> None:
        """Open the empty patient form."""
        self._edit(PatientDialog(self._ctx, None, self))

    def edit_patient(self, patient_id: PatientId) -> None:
        """Open the form of a patient."""
        self._edit(PatientDialog(self._ctx, patient_id, self))

    def _edit(self, dialog: PatientDialog) -> None:
        dialog.saved.connect(self.open_patient)
        dialog.existing_chosen.connect(self.open_patient)
        dialog.open()

    def search(self) -> None:
        """Open the search for names, identifiers and commands."""
        commands = [a for a in self._commands if a.objectName() != "search"]
        dialog = SearchDialog(self._ctx, commands, self)
        dialog.patient_chosen.connect(self.open_patient)
        dialog.open()

    def show_shortcuts(self) -> None:
        """Open the list of shortcuts."""
        letters = self._ctx.settings.single_letter_keys
        ShortcutsDialog(self._ctx.theme, letters_on=letters, parent=self).open()

    def back(self) -> None:
        """One level back: from a visit to its record, from a record to the list it came from."""
        page = self._pages.get(self._place)
        if page is None or page.escape():
            return
        if self._place == "visit" and self._shell.banner.patient_id is not None:
            self.open_patient(self._shell.banner.patient_id)
        elif self._place == "reference":
            self.show_section("settings")
        elif self._place == "patient":
            self.show_section(self._came_from)

    def _connect(self, page: Any) -> None:
        wires: dict[str, Callable[..., object]] = {
            "patient_chosen": self.open_patient,
            "visit_requested": self.start_visit,
            "new_patient_requested": self.new_patient,
            "import_requested": lambda: self.show_section("import"),
            "reference_requested": lambda: self._show("reference"),
            "settings_requested": lambda: self.show_section("settings"),
            "search_requested": self.search,
            "visit_closed": self._visit_closed,
            "visit_saved": lambda patient, _treatment: self._visit_closed(patient),
            "banner_note": self._shell.banner.say,
        }
        for name, slot in wires.items():
            signal = getattr(page, name, None)
            if signal is not None:
                signal.connect(slot)

    def _visit_closed(self, patient_id: PatientId) -> None:
        self._place = ""
        self.open_patient(patient_id)

    def _show(self, key: str, patient_id: PatientId | None = None) -> None:
        page = self.page(key)
        self._place = key
        self._shell.stack.setCurrentWidget(page)
        in_record = key in ("patient", "visit")
        in_settings = key == "reference"
        self._shell.rail.show_chosen(
            "patients" if in_record else "settings" if in_settings else key
        )
        self._shell.banner.follow(
            (patient_id or page.patient_shown) if in_record else None, in_visit=key == "visit"
        )
        self._fit()
        page.setFocus()

    def _may_leave(self) -> bool:
        page = self._pages.get(self._place)
        return page is None or page.leave()

    def _next_panel(self) -> None:
        page = self._pages.get(self._place)
        if page is not None and page.next_panel():
            return
        self.focusNextChild()

    # What stays on screen

    def _show_practice(self) -> None:
        self._title()
        self._shell.show_practice()

    def _show_backup(self, made_at: datetime | None) -> None:
        opened = self._opened
        self._shell.show_backup(made_at, server=opened is None or opened.folder is None)

    def _title(self) -> None:
        if self._ctx.signed_in:
            self.setWindowTitle(_("Interval — {practice}").format(practice=self._ctx.practice.name))
        else:
            self.setWindowTitle("Interval")

    def _resize_text(self, step: int) -> None:
        percent = 100 if step == 0 else self._ctx.settings.text_percent + step * _TEXT_STEP
        percent = min(200, max(100, percent))
        self._ctx.change_settings(text_percent=percent)
        self._ctx.theme.use(text_percent=percent)

    def _fit(self) -> None:
        narrow = self.width() < self._ctx.theme.px(_COLLAPSE_BELOW)
        self._shell.rail.collapse(narrow or self._place == "visit")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._place:
            if typing() and (page := self._pages.get(self._place)) is not None:
                page.setFocus()
            else:
                self.back()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._closing:
            event.accept()
            return
        if not self._may_leave():
            event.ignore()
            return
        self._ctx.change_settings(
            window_geometry=bytes(self.saveGeometry().toBase64().data()).decode()
        )
        if self._opened is None:
            if isinstance(self._entry, FirstRunPage):
                self._entry.abandon()
            event.accept()
            self.closed.emit()
            return
        event.ignore()
        self._leave(self._close_now)

    def _close_now(self) -> None:
        self._closing = True
        self.close()
        self.closed.emit()

    def _restore_geometry(self) -> None:
        stored = self._ctx.settings.window_geometry
        self.resize(_USUAL_SIZE.boundedTo(self.screen().availableSize()))
        if stored:
            self.restoreGeometry(QByteArray.fromBase64(QByteArray(stored.encode())))

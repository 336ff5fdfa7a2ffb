"""Sign in: who are you? Each way in which a record cannot be opened is a screen of its own."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QWidget

from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui import ask, entry
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.card import Card, ChoiceCard, clear_layout
from outcomes_app.ui.widgets.entry_frame import EntryFrame
from outcomes_app.ui.widgets.labels import Text, initials
from outcomes_app.ui.widgets.passphrase import PassphraseForm, SecretField

if TYPE_CHECKING:
    from outcomes_app.db.vault import VaultFound


class SignInPage(EntryFrame):
    """`opened(Opened)` when somebody is in; `another_wanted(None | Path)` for another record."""

    opened = Signal(object)
    another_wanted = Signal(object)

    def __init__(self, ctx: AppContext, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, width=460, parent=parent)
        self.setObjectName("SignInPage")
        self.setAccessibleName(_("Sign in"))
        self._ctx, self._folder = ctx, folder
        self._person = ctx.settings.last_person
        self._people: dict[str, ChoiceCard] = {}
        self._names: dict[str, str] = {}
        self._secret: SecretField | None = None
        self._button: PrimaryButton | None = None
        self.say(_("Welcome back."), str(folder))
        self._look()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._secret is None:
            self._look()
            return
        super().keyPressEvent(event)

    def _jobs(self, function: object, done: object, failed: object = None) -> None:
        self._ctx.jobs.on_database(self, function, done=done, failed=failed)  # type: ignore[arg-type]

    def _look(self) -> None:
        self._start(_("Looking for the record"))
        self.column.addWidget(QProgressBar(maximum=0, textVisible=False))
        self.column.addStretch(2)
        self._jobs(lambda: entry.look(self._folder), self._show_found, self._show_failure)

    def _start(self, title: str, detail: str = "") -> None:
        theme = self._ctx.theme
        clear_layout(self.column)
        self._secret = self._button = None
        self._people.clear()
        self.column.addStretch(1)
        self.column.addWidget(Text(theme, title, "metric", wrap=True))
        if detail:
            self.column.addWidget(Text(theme, detail, "lead", "muted", wrap=True))

    # The record is there

    def _show_found(self, found: VaultFound) -> None:
        if found.state != "present":
            self._show_state(found.state, found.message, found.todo)
            return
        theme = self._ctx.theme
        self._start(_("Sign in"), found.practice)
        self._names = {person.id: person.name for person in found.people}
        if self._person not in self._names and found.people:
            self._person = found.people[0].id
        for person in found.people:
            self._add_person(person.id, person.name)
        self._secret = SecretField(theme, name="passphrase", label="")
        self._secret.confirmed.connect(self._open)
        self._secret.changed.connect(lambda secret=self._secret: secret.say(""))
        self.column.addWidget(self._secret)
        self._button = PrimaryButton(theme, _("Sign in"), name="sign_in")
        self._button.clicked.connect(self._open)
        self.column.addWidget(self._button)
        links = QHBoxLayout()
        other = Button(theme, _("Another record"), "link", name="another_record")
        other.clicked.connect(lambda: self.another_wanted.emit(None))
        recovery = Button(theme, _("Use the recovery key"), "link", name="use_recovery_key")
        recovery.clicked.connect(self._show_recovery)
        links.addWidget(other)
        links.addStretch(1)
        links.addWidget(recovery)
        self.column.addLayout(links)
        self.column.addStretch(2)
        self._choose(self._person)

    def _add_person(self, person_id: str, name: str) -> None:
        card = ChoiceCard(
            self._ctx.theme,
            name,
            "",
            icon="patients",
            initials=initials(name),
            name=f"person_{len(self._people)}",
        )
        card.chosen.connect(lambda: self._choose(person_id))
        self._people[person_id] = card
        self.column.addWidget(card)

    def _choose(self, person_id: str) -> None:
        self._person = person_id
        for other, card in self._people.items():
            card.set_on(other == person_id)
        if self._secret is not None:
            name = self._names.get(person_id, "")
            self._secret.rename(_("Passphrase for {name}").format(name=name))
            self._secret.setFocus()

    def _open(self) -> None:
        secret = self._secret
        if secret is None:
            return
        if not secret.text:
            secret.say(_("Type the passphrase."))
            return
        self._busy(True)
        folder, passphrase, person = self._folder, secret.text, self._person or None
        clock, backups = self._ctx.clock, self._ctx.settings.backup_folder
        self._jobs(
            lambda: entry.open_vault(folder, passphrase, person, clock, backups),
            self.opened.emit,
            self._not_opened,
        )

    def _busy(self, busy: bool) -> None:
        if self._button is not None:
            self._button.setEnabled(not busy)
            self._button.setText(_("Opening…") if busy else _("Sign in"))
        if self._secret is not None:
            self._secret.setEnabled(not busy)

    def _not_opened(self, error: OutcomesError) -> None:
        from outcomes_app.db.vault import InUse, WrongPassphrase

        self._busy(False)
        if isinstance(error, WrongPassphrase) and self._secret is not None:
            self._secret.say(str(error))
            self._secret.field.selectAll()
            self._secret.setFocus()
        elif isinstance(error, InUse):
            self._show_state("in_use", error.message, error.todo)
        else:
            self._show_failure(error)

    # The record cannot be opened

    def _show_failure(self, error: OutcomesError) -> None:
        from outcomes_app.db.vault import NewerSchema

        state = "newer" if isinstance(error, NewerSchema) else "damaged"
        self._show_state(state, error.message, error.todo)

    def _show_state(self, state: str, message: str, todo: str) -> None:
        theme = self._ctx.theme
        self._start(_state_title(state))
        card = Card(theme, tone="info" if state in ("absent", "in_use") else "warn")
        card.setObjectName(f"state_{state}")
        card.setAccessibleName(f"{message} {todo}")
        card.body.addWidget(Text(theme, message, "bodyStrong", wrap=True))
        if todo:
            card.body.addWidget(Text(theme, todo, "body", wrap=True))
        card.body.addWidget(Text(theme, str(self._folder), "caption", "muted", wrap=True))
        self.column.addWidget(card)
        again = PrimaryButton(theme, _("Try again"), icon="refresh", name="try_again")
        again.clicked.connect(self._look)
        self.column.addWidget(again)
        choose = Button(theme, _("Choose its folder"), icon="folder", name="choose_folder")
        choose.clicked.connect(self._choose_folder)
        self.column.addWidget(choose)
        if state in ("absent", "damaged", "foreign"):
            restore = Button(theme, _("Restore a backup"), icon="backup", name="restore_backup")
            restore.clicked.connect(self._choose_backup)
            self.column.addWidget(restore)
        new = Button(theme, _("New or other record"), "ghost", name="another_record")
        new.clicked.connect(lambda: self.another_wanted.emit(None))
        self.column.addWidget(new)
        self.column.addStretch(2)
        again.setFocus()

    def _choose_folder(self) -> None:
        start = self._folder if self._folder.is_dir() else Path.home()
        ask.choose_folder(self, _("Folder of the practice"), start, self.another_wanted.emit)

    # The passphrase is lost, or the record is

    def _show_recovery(self) -> None:
        self._show_key_form(
            _("Use the recovery key"),
            _("It opens the record for its administrator, who then chooses a new passphrase."),
            restore_from=None,
        )

    def _choose_backup(self) -> None:
        from outcomes_app import paths

        kept = self._ctx.settings.backup_folder
        start = Path(kept) if kept else paths.backups()
        ask.choose_folder(self, _("Folder of the backup"), start, self._show_restore)

    def _show_restore(self, backup: Path) -> None:
        self._show_key_form(
            _("Restore a backup"),
            _("It becomes a new folder beside the old one, which stays as it is."),
            restore_from=backup,
        )

    def _show_key_form(self, title: str, detail: str, *, restore_from: Path | None) -> None:
        theme = self._ctx.theme
        self._start(title, detail)
        key = SecretField(theme, name="recovery_key", label=_("Recovery key, 14 groups of 4"))
        key.show_typed(True)
        self.column.addWidget(key)
        form: PassphraseForm | None = None
        if restore_from is None:
            form = PassphraseForm(theme)
            self.column.addWidget(form)
        else:
            key.rename(_("Passphrase at the time of the backup"))
            key.show_typed(False)
        go = PrimaryButton(theme, title, icon="key", name="recover")
        self.column.addWidget(go)
        back = Button(theme, _("Back"), "ghost", name="back")
        back.clicked.connect(self._look)
        self.column.addWidget(back)
        self.column.addStretch(2)

        def start() -> None:
            if form is not None and form.show_problems():
                return
            self._recover(key, form, restore_from, go)

        go.clicked.connect(start)
        key.setFocus()

    def _recover(
        self,
        key: SecretField,
        form: PassphraseForm | None,
        backup: Path | None,
        button: PrimaryButton,
    ) -> None:
        typed, clock, folder = key.text, self._ctx.clock, self._folder
        button.setEnabled(False)

        def failed(error: OutcomesError) -> None:
            button.setEnabled(True)
            key.say(str(error))

        if form is not None:
            passphrase = form.value
            self._jobs(
                lambda: entry.recover(folder, typed, passphrase, clock),
                self.opened.emit,
                failed,
            )
        elif backup is not None:
            self._jobs(
                lambda: entry.restore(backup, folder, typed),
                self.another_wanted.emit,
                failed,
            )


def _state_title(state: str) -> str:
    return {
        "absent": _("The record is not here"),
        "foreign": _("This folder is not a record"),
        "damaged": _("The record cannot be opened"),
        "newer": _("The record is from a newer version"),
        "in_use": _("The record is open somewhere else"),
    }.get(state, _("The record cannot be opened"))

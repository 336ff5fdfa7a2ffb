"""First run: where should records live? Four ways, and the few steps of making a new record."""

import getpass
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QProgressBar, QWidget

from outcomes_app import paths
from outcomes_app.domain.patient import Practice
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _
from outcomes_app.ui import ask, entry
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.entry import Created
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton, SegmentedControl
from outcomes_app.ui.widgets.card import Card, ChoiceCard, clear_layout
from outcomes_app.ui.widgets.entry_frame import EntryFrame
from outcomes_app.ui.widgets.labels import Captioned, KeyCap, Text
from outcomes_app.ui.widgets.passphrase import PassphraseForm
from outcomes_app.ui.widgets.recovery_sheet import RecoverySheet

_NEW, _SERVER, _EXISTING, _SAMPLE = "new", "server", "existing", "sample"


class FirstRunPage(EntryFrame):
    """`opened(Opened)` when a record is open; `another_wanted(Path)` for an existing folder."""

    opened = Signal(object)
    another_wanted = Signal(object)

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx.theme, width=660, parent=parent)
        self.setObjectName("FirstRunPage")
        self.setAccessibleName(_("First start"))
        self._ctx = ctx
        self._way = _NEW
        self._cards: dict[str, ChoiceCard] = {}
        self._clinic, self._person, self._jurisdiction = "", "", "us"
        self._folder = paths.practices() / "interval"
        self._created: Created | None = None
        self._next: Callable[[], object] = self._choose_way
        self.say(
            _("A calm record of every treatment."),
            _("Sites, doses, lots and response over successive treatments, in one place."),
        )
        self._show_storage()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._next()
            return
        super().keyPressEvent(event)

    # The frame of every step

    def _start(self, step: int, title: str, detail: str = "") -> None:
        theme = self._ctx.theme
        clear_layout(self.column)
        self._cards.clear()
        self.column.addStretch(1)
        self.column.addLayout(self._trail(step))
        self.column.addWidget(Text(theme, title, "metric", wrap=True))
        if detail:
            self.column.addWidget(Text(theme, detail, "lead", "muted", wrap=True))
        self.column.addSpacing(theme.px(6))

    def _trail(self, now: int) -> QHBoxLayout:
        theme = self._ctx.theme
        steps = (_("Storage"), _("Clinic"), _("You"), _("Recovery key"), _("Done"))
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        for number, step in enumerate(steps):
            here = number == now
            line.addWidget(
                Text(
                    theme,
                    f"{number + 1} {step}",
                    "badge" if here else "caption",
                    "accent" if here else "muted",
                )
            )
            if number < len(steps) - 1:
                line.addWidget(Text(theme, "—", "caption", "faint"))
        line.addStretch(1)
        return line

    def _finish(
        self, action: str, do: Callable[[], object], back: Callable[[], object] | None
    ) -> PrimaryButton:
        theme = self._ctx.theme
        self._next = do
        line = QHBoxLayout()
        line.setSpacing(theme.px(8))
        if back is not None:
            button = Button(theme, _("Back"), "ghost", name="back")
            button.clicked.connect(lambda _on=False: back())
            line.addWidget(button)
        line.addStretch(1)
        go = PrimaryButton(theme, action, name="continue")
        go.clicked.connect(lambda _on=False: do())
        line.addWidget(go)
        line.addWidget(KeyCap(theme, _("Enter")))
        self.column.addSpacing(theme.px(6))
        self.column.addLayout(line)
        self.column.addStretch(2)
        return go

    def _input(self, caption: str, name: str, text: str = "", hint: str = "") -> Captioned:
        field = QLineEdit(text)
        field.setObjectName(name)
        captioned = Captioned(self._ctx.theme, caption, field, hint=hint)
        self.column.addWidget(captioned)
        return captioned

    # Storage

    def _show_storage(self) -> None:
        self._start(
            0,
            _("Where should records be kept?"),
            _(
                "You can move them later. The record is encrypted with a key "
                "only your clinic holds."
            ),
        )
        ways = (
            (
                _NEW,
                "folder",
                _("New record on this computer"),
                _("Best for one clinician or one workstation."),
                _("recommended"),
            ),
            (
                _EXISTING,
                "open",
                _("Open an existing record"),
                _("Its folder, from this or another computer."),
                "",
            ),
            (
                _SAMPLE,
                "eye",
                _("Look around with sample patients"),
                _(
                    "Invented patients in a folder of their own. "
                    "Delete the folder and they are gone."
                ),
                "",
            ),
            (
                _SERVER,
                "server",
                _("Clinic server"),
                _("Several workstations work on the same record (PostgreSQL)."),
                "",
            ),
        )
        for way, icon, title, detail, aside in ways:
            self._add_way(way, icon, title, detail, aside)
        self._finish(_("Continue"), self._choose_way, None)
        self._choose(self._way)

    def _add_way(self, way: str, icon: str, title: str, detail: str, aside: str) -> None:
        card = ChoiceCard(self._ctx.theme, title, detail, icon=icon, name=f"way_{way}", aside=aside)
        card.chosen.connect(lambda: self._choose(way))
        card.confirmed.connect(self._choose_way)
        self._cards[way] = card
        self.column.addWidget(card)

    def _choose(self, way: str) -> None:
        self._way = way
        for other, card in self._cards.items():
            card.set_on(other == way)
        self._cards[way].setFocus()

    def _choose_way(self) -> None:
        if self._way == _NEW:
            self._show_clinic()
        elif self._way == _EXISTING:
            ask.choose_folder(
                self, _("Folder of the practice"), paths.practices(), self.another_wanted.emit
            )
        elif self._way == _SAMPLE:
            self._make_sample()
        else:
            self._show_server()

    # Clinic

    def _show_clinic(self) -> None:
        theme = self._ctx.theme
        self._start(1, _("What is the clinic called?"), _("The name stands on every page."))
        name = self._input(_("Name of the clinic or practice"), "clinic_name", self._clinic)
        where = SegmentedControl(
            theme,
            (("us", _("United States")), ("eu", _("Europe"))),
            name="jurisdiction",
            label=_("Label status by"),
        )
        where.choose(self._jurisdiction)
        self.column.addWidget(Captioned(theme, _("Label status of products by"), where))
        folder = self._input(_("Folder"), "folder", str(self._folder))
        change = Button(theme, _("Choose another folder"), icon="folder", name="choose_folder")
        line = QHBoxLayout()
        line.addWidget(change)
        line.addStretch(1)
        self.column.addLayout(line)
        name_field, folder_field = _line(name), _line(folder)
        touched = [self._folder.name != "interval"]
        folder_field.textEdited.connect(lambda _text: touched.__setitem__(0, True))

        def follow(text: str) -> None:
            if not touched[0]:
                folder_field.setText(str(paths.practices() / _folder_name(text)))

        name_field.textEdited.connect(follow)
        change.clicked.connect(
            lambda: ask.choose_folder(
                self,
                _("A new or empty folder"),
                Path(folder_field.text()).parent,
                lambda chosen: folder_field.setText(str(chosen)),
            )
        )

        def go() -> None:
            self._clinic = name_field.text().strip()
            self._folder = Path(folder_field.text().strip()).expanduser()
            self._jurisdiction = where.value
            name.error.say("" if self._clinic else _("Write the name of the clinic."))
            taken = self._folder.exists() and (
                not self._folder.is_dir() or any(self._folder.iterdir())
            )
            folder.error.say(_("This folder is not empty.") if taken else "")
            if self._clinic and not taken:
                self._show_person()

        self._finish(_("Continue"), go, self._show_storage)
        name_field.setFocus()

    # You

    def _show_person(self) -> None:
        theme = self._ctx.theme
        self._start(2, _("Who are you?"), _("Your name stands beside everything you record."))
        name = self._input(_("Your name, as colleagues know it"), "person_name", self._person)
        form = PassphraseForm(theme)
        form.set_names((self._clinic, self._person))
        self.column.addWidget(form)
        warning = Card(theme, tone="warn")
        warning.body.addWidget(
            Text(
                theme,
                _(
                    "Write the passphrase down and keep it away from this computer. If both the "
                    "passphrase and the recovery key are lost, the records are gone: nobody can "
                    "open them again."
                ),
                wrap=True,
            )
        )
        self.column.addWidget(warning)
        name_field = _line(name)
        name_field.textEdited.connect(lambda text: form.set_names((self._clinic, text)))

        def go() -> None:
            self._person = name_field.text().strip()
            name.error.say("" if self._person else _("Write your name."))
            if form.show_problems() or not self._person:
                return
            self._make(form.value)

        self._finish(_("Make the record"), go, self._show_clinic)
        name_field.setFocus()

    def _make(self, passphrase: str) -> None:
        self._show_busy(_("Making the record"))
        practice = Practice(name=self._clinic, jurisdiction=self._jurisdiction)
        folder, person, clock = self._folder, self._person, self._ctx.clock
        self._ctx.jobs.on_database(
            self,
            lambda: entry.create(folder, practice, person, passphrase, clock),
            done=self._show_recovery,
            failed=lambda error: self._show_failure(error, self._show_clinic),
        )

    def _make_sample(self) -> None:
        self._show_busy(_("Making the sample practice"))
        folder, clock = paths.practices() / "sample", self._ctx.clock
        person = _login_name()
        self._ctx.jobs.on_database(
            self,
            lambda: entry.create_sample(folder, person, clock),
            done=self._show_sample,
            failed=lambda error: self._show_failure(error, self._show_storage),
        )

    def _show_busy(self, words: str) -> None:
        self._start(4, words, _("This takes a few seconds."))
        self.column.addWidget(QProgressBar(maximum=0, textVisible=False))
        self.column.addStretch(2)
        self._next = lambda: None

    def _show_failure(self, error: OutcomesError, back: Callable[[], object]) -> None:
        theme = self._ctx.theme
        self._start(0, _("That did not work"))
        card = Card(theme, tone="warn")
        card.setObjectName("failure")
        card.setAccessibleName(str(error))
        card.body.addWidget(Text(theme, error.message, "bodyStrong", wrap=True))
        if error.todo:
            card.body.addWidget(Text(theme, error.todo, wrap=True))
        self.column.addWidget(card)
        self._finish(_("Back"), back, None).setFocus()

    # Recovery key and done

    def _show_recovery(self, created: Created) -> None:
        theme = self._ctx.theme
        self._created = created
        self._start(
            3,
            _("Write down the recovery key"),
            _("It opens the record when the passphrase is forgotten. It is shown only now."),
        )
        sheet = RecoverySheet(theme, created.recovery_key.groups)
        self.column.addWidget(sheet)

        def go() -> None:
            if not sheet.show_problems():
                self._show_done(created, ())

        self._finish(_("It is written down"), go, None)
        sheet.setFocus()

    def _show_sample(self, created: Created) -> None:
        self._show_done(
            created,
            (
                (_("Folder"), str(created.opened.folder)),
                (_("Passphrase, to open it again"), created.passphrase),
            ),
        )

    def _show_done(self, created: Created, facts: Sequence[tuple[str, str]]) -> None:
        theme = self._ctx.theme
        self._created = created
        if facts:
            self._start(4, _("The sample practice is ready"), _("Every patient in it is invented."))
        else:
            self._start(
                4,
                _("The record is ready"),
                _("A checked backup is made each time it is closed."),
            )
        for caption, value in facts:
            field = QLineEdit(value)
            field.setReadOnly(True)
            field.setObjectName("sample_fact")
            field.setCursorPosition(0)
            self.column.addWidget(Captioned(theme, caption, field))
        self._finish(_("Open the record"), lambda: self._enter(created), None).setFocus()

    def _enter(self, created: Created) -> None:
        self._next = lambda: None
        self._created = None
        self.opened.emit(created.opened)

    # Clinic server

    def _show_server(self) -> None:
        self._start(
            1,
            _("Where is the clinic’s server?"),
            _("Ask whoever looks after it for the address and your sign-in."),
        )
        url = self._input(
            _("Address"),
            "server_url",
            hint=_("For example postgresql://dr.osei@records.clinic.example/interval"),
        )
        field = _line(url)

        def failed(error: OutcomesError) -> None:
            go.setEnabled(True)
            url.error.say(str(error))

        def connect() -> None:
            address = field.text().strip()
            if not re.match(r"postgres(ql)?://", address):
                url.error.say(_("The address begins with postgresql://"))
                return
            go.setEnabled(False)
            self._ctx.jobs.on_database(
                self,
                lambda: entry.open_server(address),
                done=self.opened.emit,
                failed=failed,
            )

        go = self._finish(_("Connect"), connect, self._show_storage)
        field.setFocus()

    def abandon(self) -> None:
        """The window closes before the new record was entered: put it away."""
        if self._created is not None:
            self._created.opened.close()
            self._created = None


def _line(captioned: Captioned) -> QLineEdit:
    field = captioned.field
    if not isinstance(field, QLineEdit):
        raise TypeError("this input is no line")
    return field


def _folder_name(clinic: str) -> str:
    words = re.sub(r"[^\w -]", "", clinic).strip().replace(" ", "-").lower()
    return words[:60] or "interval"


def _login_name() -> str:
    try:
        return getpass.getuser() or _("Guest")
    except (OSError, KeyError):
        return _("Guest")

"""The Import page: a file is read, given a meaning, checked and only then stored, and can be
taken back. The page holds the file and asks; each step shows one part of it."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import ClassVar

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from outcomes_app.domain.import_plan import ImportBatch, ImportPlan, PatientMatch, Undone
from outcomes_app.errors import Cancelled, OutcomesError
from outcomes_app.exchange import mapping as mappings
from outcomes_app.exchange import planning
from outcomes_app.exchange.base import Reading
from outcomes_app.exchange.mapping import Mapping
from outcomes_app.records import imports
from outcomes_app.text import _, ngettext
from outcomes_app.ui import ask
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import Job
from outcomes_app.ui.page import Page
from outcomes_app.ui.widgets.buttons import Button, PrimaryButton
from outcomes_app.ui.widgets.importing.check_step import CheckStep
from outcomes_app.ui.widgets.importing.choose_step import ChooseStep
from outcomes_app.ui.widgets.importing.done_step import DoneStep, undone_words
from outcomes_app.ui.widgets.importing.meaning_step import MeaningStep
from outcomes_app.ui.widgets.importing.preparing import Prepared, own_mappings, prepare
from outcomes_app.ui.widgets.importing.reading_step import ReadingStep
from outcomes_app.ui.widgets.importing.step_bar import StepBar
from outcomes_app.ui.widgets.page_header import PageHeader

CHOOSE, READING, MEANING, CHECK, DONE = range(5)


class ImportsPage(Page):
    """Five steps; nothing is stored before the last button of the fourth is pressed."""

    title: ClassVar[str] = "Import"
    shows: ClassVar[frozenset[str]] = frozenset({"import_batch"})

    def __init__(self, ctx: AppContext, parent: QWidget | None = None) -> None:
        super().__init__(ctx, parent)
        theme = ctx.theme
        self._prepared: Prepared | None = None
        self._reading = Reading()
        self._plan = ImportPlan()
        self._job: Job | None = None
        self._offered = False
        self.header = PageHeader(theme, _("Import"))
        self.bar = StepBar(
            theme, (_("File"), _("Reading"), _("Meaning"), _("Check"), _("Imported"))
        )
        self.choose = ChooseStep(theme)
        self.reading = ReadingStep(theme)
        self.meaning = MeaningStep(theme)
        self.check = CheckStep(theme)
        self.done = DoneStep(theme)
        self.stack = QStackedWidget()
        for step in (self.choose, self.reading, self.meaning, self.check, self.done):
            self.stack.addWidget(step)
        self.back = Button(theme, _("Back"), icon="chevron_left", name="import_back")
        self.again = Button(theme, _("Another file"), "ghost", name="import_restart")
        self.next = PrimaryButton(theme, _("Next"), name="import_next")
        self._build()
        self._connect()
        self._go(CHOOSE)

    def _build(self) -> None:
        theme = self.ctx.theme
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.addWidget(self.stack)
        self._footer = QFrame()
        self._footer.setProperty("footer", True)
        line = QHBoxLayout(self._footer)
        line.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        line.setSpacing(theme.px(8))
        line.addWidget(self.back)
        line.addWidget(self.again)
        line.addStretch(1)
        line.addWidget(self.next)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.header)
        whole.addWidget(self.bar)
        whole.addWidget(inside, 1)
        whole.addWidget(self._footer)

    def _connect(self) -> None:
        self.choose.choose_wanted.connect(self._choose_file)
        self.choose.chosen.connect(self.open_file)
        self.choose.undo_wanted.connect(self._undo)
        self.reading.corrected.connect(self._read_again)
        self.meaning.mapping_chosen.connect(self._use_mapping)
        self.meaning.save_wanted.connect(self._save_mapping)
        self.check.decided.connect(self._allow)
        self.check.cancel_wanted.connect(self._cancel)
        self.done.another_wanted.connect(self.start_again)
        self.done.undo_wanted.connect(self._undo)
        self.back.clicked.connect(self._go_back)
        self.again.clicked.connect(self.start_again)
        self.next.clicked.connect(self._go_on)

    # What is shown

    @property
    def step(self) -> int:
        """Which step is shown."""
        return self.stack.currentIndex()

    def ask(self) -> None:
        self.ctx.read(self, imports.batches, done=self.choose.show_earlier, lane="imports")

    def escape(self) -> bool:
        if self.step in (READING, MEANING, CHECK) and self._job is None:
            self._go_back()
            return True
        return False

    def start_again(self) -> None:
        """Back to the first step, with nothing chosen."""
        self._prepared, self._plan, self._reading = None, ImportPlan(), Reading()
        self._go(CHOOSE)
        self.ask_when_shown()

    def _go(self, step: int) -> None:
        self.stack.setCurrentIndex(step)
        self.bar.show_step(step)
        self._footer.setVisible(step in (READING, MEANING, CHECK))
        self.next.setText(_("Import") if step == CHECK else _("Next"))
        self.next.setAccessibleName(self.next.text())
        self.header.say(
            _("Import"), self._prepared.path.name if self._prepared and step != CHOOSE else ""
        )
        self._allow()
        if step in (READING, MEANING, CHECK):
            self.next.setFocus()
        elif step == DONE:
            self.done.another.setFocus()

    def _allow(self) -> None:
        """The next step can only be taken when this one is complete."""
        self.next.setEnabled(self._job is None and (self.step != CHECK or self.check.ready))
        for button in (self.back, self.again):
            button.setEnabled(self._job is None)
        if self.step == CHECK:
            words = _("Import")
            if self.check.ready and not self.check.decisions:
                count = len(self._plan.patients)
                words = ngettext("Import {n} patient", "Import {n} patients", count).format(n=count)
            self.next.setText(words)
            self.next.setAccessibleName(words)

    def _go_back(self) -> None:
        self._go(self.step - 1)

    def _go_on(self) -> None:
        if self.step == READING:
            self._go(MEANING)
        elif self.step == MEANING:
            self._make_plan()
        elif self.step == CHECK:
            self._import()

    # File and reading

    def _choose_file(self) -> None:
        documents = QStandardPaths.writableLocation(
            QStandardPaths.StandardLocation.DocumentsLocation
        )
        kinds = _("Tables ({patterns})").format(patterns="*.csv *.tsv *.txt *.xlsx")
        ask.choose_file(self, _("Choose a table"), Path(documents), kinds, self.open_file)

    def open_file(self, path: Path) -> None:
        """Read a file and show how it was read."""
        self._reading = Reading()
        self._read(path, first=True)

    def _read_again(self, reading: Reading) -> None:
        if self._prepared is not None:
            self._reading = reading
            self._read(self._prepared.path, first=False)

    def _read(self, path: Path, *, first: bool) -> None:
        self.ctx.work(
            self,
            prepare,
            path,
            self._reading,
            self.ctx.catalog,
            self.ctx.clock.today(),
            own_mappings(),
            done=partial(self._show_file, first=first),
            failed=self._cannot_read,
            lane="file",
        )

    def _show_file(self, prepared: Prepared, *, first: bool) -> None:
        self._prepared = prepared
        if not self._offered:
            self.meaning.offer(self.ctx.catalog)
            self._offered = True
        self.reading.show_table(prepared.table, self._reading)
        names = [(key, found.name or Path(key).stem) for key, found in prepared.saved.items()]
        self.meaning.offer_saved(names, prepared.fitting)
        self._use_mapping(prepared.fitting)
        if first:
            self._go(READING)

    def _cannot_read(self, error: OutcomesError) -> None:
        self.ctx.notices.warn(error.message, error.todo)
        if self._prepared is not None:
            # The last correction does not work: show again what did.
            self._reading = Reading()
            self.reading.show_table(self._prepared.table, self._reading)

    # Meaning

    def _use_mapping(self, name: str) -> None:
        if self._prepared is None:
            return
        chosen = self._prepared.saved.get(name, self._prepared.guess)
        self.meaning.show_mapping(self._prepared.table, chosen)

    def _save_mapping(self, said: Mapping) -> None:
        if not said.name:
            self.ctx.notices.warn(
                _("The mapping has no name."), _("Write a name beside the button.")
            )
            self.meaning.name.setFocus()
            return
        path = own_mappings() / f"{mappings.slug(said.name)}.json"
        kept = replace(said, reading=self._reading)
        self.ctx.work(self, mappings.save, kept, path, done=lambda _answer: self._saved(path, kept))

    def _saved(self, path: Path, kept: Mapping) -> None:
        self.ctx.notices.tell(_("Mapping “{name}” saved.").format(name=kept.name))
        if self._prepared is not None:
            saved = {str(path): kept, **self._prepared.saved}
            self._prepared = replace(self._prepared, saved=saved)
            names = [(key, found.name or Path(key).stem) for key, found in saved.items()]
            self.meaning.offer_saved(names, str(path))

    # Check

    def _make_plan(self) -> None:
        if self._prepared is None:
            return
        said = replace(self.meaning.mapping(), reading=self._reading)
        self._job = self.ctx.work(
            self,
            planning.plan,
            self._prepared.table,
            said,
            self.ctx.catalog,
            self.ctx.clock.today(),
            done=self._look_for_known,
            failed=self._not_done,
            progress=lambda step, steps: None,
            lane="plan",
        )
        self._settle()

    def _look_for_known(self, plan: ImportPlan) -> None:
        self._job, self._plan = None, plan
        open_points = [p for p in plan.errors if p.row is None]
        self.meaning.show_open(open_points)
        if open_points and not plan.patients:
            self._allow()
            return
        self.ctx.read(
            self,
            imports.matches,
            plan,
            done=partial(self._show_plan, plan),
            failed=self._not_done,
            lane="matches",
        )

    def _show_plan(self, plan: ImportPlan, matches: tuple[PatientMatch, ...]) -> None:
        if self._prepared is not None:
            self.check.show_plan(plan, matches, self._prepared.table)
            self.check.show_progress("", 0, 1)
            self._go(CHECK)

    # Import

    def _import(self) -> None:
        self.check.show_progress(_("Making a backup"), 0, 0)
        self._job = self.ctx.jobs.on_database(
            self,
            partial(self.ctx.database.back_up, "import"),
            done=lambda _answer: self._store(),
            failed=self._not_done,
        )
        self._settle()

    def _store(self) -> None:
        prepared = self._prepared
        if prepared is None or (self._job is not None and self._job.cancelled):
            self._not_done(Cancelled(_("Stopped. Nothing of it was kept.")))
            return
        plan = replace(self._plan, decisions=self.check.decisions)
        said = replace(self.meaning.mapping(), reading=self._reading)
        self._job = self.ctx.write(
            self,
            imports.apply,
            plan,
            deed="import",
            file_name=prepared.path.name,
            file_digest=prepared.digest,
            mapping=json.loads(mappings.to_json(said)),
            person=self.ctx.person.id,
            catalog=self.ctx.catalog,
            today=self.ctx.clock.today(),
            done=self._imported,
            failed=self._not_done,
            progress=partial(self.check.show_progress, _("Storing")),
        )
        self._settle()

    def _imported(self, batch: ImportBatch) -> None:
        self._job = None
        self.check.show_progress("", 0, 1)
        self.done.show_batch(batch)
        self._go(DONE)

    def _cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _not_done(self, error: OutcomesError) -> None:
        self._job = None
        self.check.show_progress("", 0, 1)
        self.ctx.notices.warn(error.message, error.todo)
        self._allow()

    def _settle(self) -> None:
        """A job that has answered already leaves no trace; one under way blocks the buttons."""
        if self._job is not None and not self.ctx.jobs.busy:
            self._job = None
        self._allow()

    # Undo

    def _undo(self, batch: ImportBatch, reason: str) -> None:
        undo: Callable[..., object] = imports.undo
        self.ctx.write(self, undo, batch.id, reason=reason, deed="import.undo", done=self._undone)

    def _undone(self, undone: Undone) -> None:
        if self.step != DONE and not undone.kept:
            self.ctx.notices.tell(undone_words(undone))
            return
        self.done.show_undone(undone)
        self._go(DONE)

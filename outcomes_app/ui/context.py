"""AppContext: what every page is given, and the three doors through which it reaches the rest.

Pages ask with `read`, change with `write` and compute with `work`; each answer arrives on the GUI
thread, only for the newest request of its lane and only while the asker lives.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from outcomes_app.clock import Clock
from outcomes_app.domain.patient import Person, Practice
from outcomes_app.domain.permissions import Action, allowed
from outcomes_app.domain.values import Changes
from outcomes_app.errors import OutcomesError
from outcomes_app.settings import Settings, SettingsFile
from outcomes_app.text import _
from outcomes_app.ui.jobs import Done, Failed, Job, Jobs, Progress
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.theme import Theme

if TYPE_CHECKING:
    # SQLAlchemy and the definitions load behind the first screen, never before it.
    from outcomes_app.catalog import Catalog
    from outcomes_app.db.engine import Database


class AppContext(QObject):
    """Built once and handed to constructors. `changed(Changes)` tells what a write stored."""

    changed = Signal(object)
    settings_changed = Signal(object)
    session_changed = Signal()

    def __init__(
        self,
        *,
        clock: Clock,
        settings_file: SettingsFile,
        theme: Theme,
        jobs: Jobs,
        notices: Notices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.clock = clock
        self.theme = theme
        self.jobs = jobs
        self.notices = notices
        self._settings_file = settings_file
        self._database: Database | None = None
        self._person: Person | None = None
        self._practice: Practice | None = None
        self._passphrase_is: Callable[[str], bool] | None = None
        self._own_catalog: Catalog | None = None
        jobs.refused.connect(self._tell)

    @property
    def settings(self) -> Settings:
        """The preferences of this desk."""
        return self._settings_file.settings

    @property
    def catalog(self) -> Catalog:
        """All definitions with the clinic's own reference values in them, loaded at first use."""
        from outcomes_app import catalog

        return self._own_catalog or catalog.load()

    @property
    def database(self) -> Database:
        """The open record. Only there while somebody is signed in."""
        if self._database is None:
            raise OutcomesError(_("No record is open."), todo=_("Sign in first."))
        return self._database

    @property
    def person(self) -> Person:
        """Who is signed in."""
        if self._person is None:
            raise OutcomesError(_("Nobody is signed in."), todo=_("Sign in first."))
        return self._person

    @property
    def practice(self) -> Practice:
        """The clinic whose record is open."""
        if self._practice is None:
            raise OutcomesError(_("No record is open."), todo=_("Sign in first."))
        return self._practice

    @property
    def signed_in(self) -> bool:
        """Whether a record is open."""
        return self._database is not None

    def may(self, action: Action) -> bool:
        """Whether who is signed in may do it; nobody may when nobody is."""
        return self._person is not None and allowed(self._person, action)

    @property
    def passphrase_is(self) -> Callable[[str], bool]:
        """Tells whether a text is the passphrase of who is signed in; it takes a second."""
        if self._passphrase_is is None:
            raise OutcomesError(
                _("This record has no passphrase that could be asked again."),
                todo=_("Sign on a desk that opened the record with a passphrase."),
            )
        return self._passphrase_is

    def enter(
        self,
        database: Database,
        person: Person,
        practice: Practice,
        *,
        passphrase_is: Callable[[str], bool] | None = None,
    ) -> None:
        """Somebody signed in: from now on the doors lead to this record. `passphrase_is` tells
        whether a text is their passphrase, asked again before signing."""
        self._database, self._person, self._practice = database, person, practice
        self._passphrase_is = passphrase_is
        self._read_own_values()
        self.session_changed.emit()

    def leave(self) -> None:
        """Nobody is signed in any more."""
        self._database = self._person = self._practice = None
        self._passphrase_is = None
        self._own_catalog = None
        self.session_changed.emit()

    def set_practice(self, practice: Practice) -> None:
        """The practice was renamed or moved; whoever shows it looks again."""
        self._practice = practice
        self.session_changed.emit()

    def change_settings(self, **values: Any) -> None:
        """Store new preferences and tell whoever follows them."""
        self._settings_file.save(replace(self.settings, **values))
        self.settings_changed.emit(self.settings)

    def read(
        self,
        owner: QObject,
        function: Callable[..., object],
        *args: Any,
        done: Done | None,
        failed: Failed | None = None,
        lane: str | None = None,
        **kwargs: Any,
    ) -> Job:
        """Call function(session, …) in a session that cannot write."""
        database = self.database

        def ask() -> object:
            with database.reading() as session:
                return function(session, *args, **kwargs)

        return self.jobs.on_database(owner, ask, done=done, failed=failed, lane=lane)

    def write(
        self,
        owner: QObject,
        function: Callable[..., object],
        *args: Any,
        done: Done | None = None,
        failed: Failed | None = None,
        deed: str,
        progress: Progress | None = None,
        **kwargs: Any,
    ) -> Job:
        """Call function(session, …) in one transaction, then tell what changed.

        `deed` says in the audit what was done, for example "visit.record"; `reason=` in the
        keywords is written beside it as well as handed to the function.
        """
        store = partial(self.database.write, self.person.id, deed, function, *args, **kwargs)

        def stored(answer: tuple[object, Changes]) -> None:
            value, changes = answer
            # First the asker, so that a page knows its own record before it asks again.
            if done is not None:
                done(value)
            if "reference_value" in changes.tables:
                self._read_own_values()
            self.changed.emit(changes)

        return self.jobs.on_database(owner, store, done=stored, failed=failed, progress=progress)

    def work(
        self,
        owner: QObject,
        function: Callable[..., object],
        *args: Any,
        done: Done | None,
        failed: Failed | None = None,
        progress: Progress | None = None,
        lane: str | None = None,
        **kwargs: Any,
    ) -> Job:
        """Call function(…) in the pool, without a database. With `progress` the function also
        gets progress=report and calls report(step, steps); `Job.cancel()` makes that raise."""
        return self.jobs.in_pool(
            owner,
            partial(function, *args, **kwargs),
            done=done,
            failed=failed,
            progress=progress,
            lane=lane,
        )

    def _read_own_values(self) -> None:
        from outcomes_app import catalog
        from outcomes_app.records import reference_values

        record = self._database

        def use(effective: Catalog) -> None:
            if record is self._database:
                self._own_catalog = effective

        self.read(
            self, reference_values.effective, catalog.load(), done=use, lane="reference_values"
        )

    def _tell(self, error: OutcomesError) -> None:
        self.notices.warn(error.message, error.todo)

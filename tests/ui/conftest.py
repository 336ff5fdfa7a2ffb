"""A real practice behind real widgets: an encrypted folder, made once and copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from outcomes_app import catalog as catalogs
from outcomes_app.db import keys, vault
from outcomes_app.domain.patient import Practice
from outcomes_app.records import patients, visits
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.entry import Opened, open_vault
from outcomes_app.ui.jobs import InlineJobs, Jobs
from outcomes_app.ui.main_window import MainWindow
from outcomes_app.ui.notices import Notices
from outcomes_app.ui.theme import Theme
from tests import factories

PASSPHRASE = "calm otters count seven stars"
PERSON = "Dr A. Osei"
PRACTICE = "Riverside Clinic"

_templates: dict[str, Path] = {}


@pytest.fixture
def theme(qapp: QApplication) -> Iterator[Theme]:
    """The light theme at 100 % text; put back afterwards, because the application is shared."""
    made = Theme(qapp, mode="light")
    yield made
    made.use(mode="light", text_percent=100)


@pytest.fixture
def practice_folder(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice with one patient, OKONKWO, who was treated once."""
    if "practice" not in _templates:
        _templates["practice"] = _make(tmp_path_factory.mktemp("template") / "practice")
    folder = tmp_path / "practice"
    shutil.copytree(_templates["practice"], folder)
    return folder


def _make(folder: Path) -> Path:
    opened, _key = vault.create(
        folder,
        practice=Practice(name=PRACTICE),
        person_name=PERSON,
        passphrase=PASSPHRASE,
        clock=factories.CLOCK,
        hardness=keys.FLOOR,
    )
    catalog = catalogs.load()
    patient = factories.patient()
    with opened.database.writing(opened.person.id, "test") as session:
        patients.record(session, patient, catalog=catalog, today=factories.TODAY)
        visit = factories.visit(patient.id)
        visits.record(session, visit, catalog=catalog, today=factories.TODAY)
    opened.close(with_backup=False)
    return folder


@pytest.fixture
def settings_file(tmp_path: Path) -> SettingsFile:
    """The preferences of a new desk."""
    return SettingsFile(tmp_path / "config" / "settings.json")


@pytest.fixture
def desk(theme: Theme, settings_file: SettingsFile) -> Iterator[AppContext]:
    """A context without an open record, whose jobs answer at once."""
    jobs = InlineJobs()
    yield AppContext(
        clock=factories.CLOCK,
        settings_file=settings_file,
        theme=theme,
        jobs=jobs,
        notices=Notices(),
    )
    jobs.finish()


@pytest.fixture
def opened(practice_folder: Path) -> Iterator[Opened]:
    """The practice, opened by its person."""
    made = open_vault(practice_folder, PASSPHRASE, None, factories.CLOCK)
    yield made
    if made.vault is not None:
        made.vault.close(with_backup=False)


@pytest.fixture
def ctx(desk: AppContext, opened: Opened) -> Iterator[AppContext]:
    """A context in which somebody is signed in."""
    desk.enter(opened.database, opened.person, opened.practice)
    yield desk
    desk.leave()


@pytest.fixture
def window(qtbot: QtBot, theme: Theme, settings_file: SettingsFile) -> Iterator[MainWindow]:
    """The real window with real threads, before anybody signed in."""
    jobs = Jobs()
    context = AppContext(
        clock=factories.CLOCK,
        settings_file=settings_file,
        theme=theme,
        jobs=jobs,
        notices=Notices(),
    )
    crashes: list[BaseException] = []
    jobs.crashed.connect(crashes.append)
    made = MainWindow(context)
    made.resize(1440, 900)
    made.show()
    with qtbot.waitExposed(made):
        pass
    yield made
    with qtbot.waitSignal(made.closed, timeout=20_000):
        made.close()
    assert jobs.finish()
    made.deleteLater()
    assert crashes == []

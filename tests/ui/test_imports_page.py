"""The Import page with real files and a real record: chosen, read, checked, stored, undone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication, QLabel
from pytestqt.qtbot import QtBot

from outcomes_app.db.engine import Database
from outcomes_app.exchange import mapping as mappings
from outcomes_app.records import courses, diary, imports, patients
from outcomes_app.settings import SettingsFile
from outcomes_app.text import plain
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.jobs import InlineJobs, Jobs
from outcomes_app.ui.notices import Notice, Notices
from outcomes_app.ui.pages.imports import (
    CHECK,
    CHOOSE,
    DONE,
    MEANING,
    READING,
    ImportsPage,
)
from outcomes_app.ui.theme import Theme
from outcomes_app.ui.widgets.importing.choose_step import DropCard
from outcomes_app.ui.widgets.importing.preparing import own_mappings
from tests import factories
from tests.database import PERSON

# The offscreen plugin says so of every window that has a least size.
pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")

DATA = Path(__file__).parent.parent / "data"


class Told:
    """What the notices said."""

    def __init__(self, notices: Notices) -> None:
        self.notices: list[Notice] = []
        notices.posted.connect(self.notices.append)

    @property
    def last(self) -> str:
        return self.notices[-1].text if self.notices else ""


@pytest.fixture
def ctx(qapp: QApplication, file_database: Database, tmp_path: Path) -> AppContext:
    made = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=InlineJobs(),
        notices=Notices(),
    )
    made.enter(file_database, PERSON, factories.practice())
    return made


@pytest.fixture
def told(ctx: AppContext) -> Told:
    return Told(ctx.notices)


@pytest.fixture
def page(qtbot: QtBot, ctx: AppContext, told: Told) -> ImportsPage:
    return shown(qtbot, ctx)


def shown(qtbot: QtBot, ctx: AppContext) -> ImportsPage:
    made = ImportsPage(ctx)
    qtbot.addWidget(made)
    made.resize(1180, 700)
    made.show()
    return made


def press(qtbot: QtBot, button: object) -> None:
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_trial_is_imported_and_undone(
    page: ImportsPage, qtbot: QtBot, ctx: AppContext, told: Told
) -> None:
    page.open_file(DATA / "cdystonia.csv")
    assert page.step == READING
    assert page.reading.delimiter.value == ","
    press(qtbot, page.next)
    assert page.step == MEANING
    assert page.meaning.saved.currentText() == "cdystonia, long"
    press(qtbot, page.next)
    assert page.step == CHECK
    assert page.next.text() == "Import 109 patients"
    with ctx.database.reading() as session:
        assert patients.count(session) == 0  # a dry run until now
    press(qtbot, page.next)

    assert page.step == DONE
    with ctx.database.reading() as session:
        found = courses.cohort(session).courses
        batch = imports.batches(session)[0]
    assert sum(len(c.assessments) for c in found) == 631
    assert batch.mapping["version"] == 1

    page.done.undo.reason.setText("wrong file")
    press(qtbot, page.done.undo.button)
    with ctx.database.reading() as session:
        assert patients.count(session) == 0
        assert imports.batches(session)[0].undone_reason == "wrong file"
    assert "849 records marked as entered in error" in _texts(page)


def test_undoing_asks_for_a_reason_in_place(
    page: ImportsPage, qtbot: QtBot, ctx: AppContext
) -> None:
    _import_diary(page, qtbot)

    press(qtbot, page.done.undo.button)

    assert "reason" in page.done.undo.reason.accessibleDescription()
    with ctx.database.reading() as session:
        assert imports.batches(session)[0].undone_at is None


def _import_diary(page: ImportsPage, qtbot: QtBot) -> None:
    page.open_file(DATA / "headache_diary.csv")
    for _step in (READING, MEANING, CHECK):
        press(qtbot, page.next)
    assert page.step == DONE


def test_an_earlier_import_is_listed_and_undone_from_the_list(
    page: ImportsPage, qtbot: QtBot, ctx: AppContext
) -> None:
    _import_diary(page, qtbot)
    page.start_again()
    assert page.choose.earlier.rowCount() == 1
    row = [page.choose.earlier.index(0, column).data() for column in (0, 3, 4)]
    assert row == ["headache_diary.csv", "2 patients, 6 diary days", "In the record"]

    page.choose.table.choose(0)
    page.choose.undo.reason.setText("wrong patient")
    press(qtbot, page.choose.undo.button)

    assert page.choose.earlier.index(0, 4).data() == "Undone"
    assert not page.choose.undo.isVisible()


def test_what_is_kept_when_undoing_is_named(
    page: ImportsPage, qtbot: QtBot, ctx: AppContext
) -> None:
    _import_diary(page, qtbot)
    with ctx.database.writing(PERSON.id, "correct") as session:
        who = courses.cohort(session).courses[0].patient.id
        entry = diary.for_patient(session, who)[0]
        diary.record(session, [replace(entry, note="told later")], today=factories.TODAY)
    page.start_again()
    page.choose.table.choose(0)
    page.choose.undo.reason.setText("wrong patient")

    press(qtbot, page.choose.undo.button)

    said = plain(_texts(page))
    assert "Kept: patient H-001, diary day 01-Sep-2026: changed since the import." in said
    assert "2 records were kept" in said


def test_what_is_left_open_is_asked_for_before_the_check(page: ImportsPage, qtbot: QtBot) -> None:
    page.open_file(DATA / "cdystonia_wide.csv")
    press(qtbot, page.next)
    page.meaning.saved.choose("*guess*")
    page.meaning.saved.picked.emit()

    press(qtbot, page.next)

    assert page.step == MEANING
    assert "which product was injected" in _texts(page)
    page.meaning.treatment.product.choose("rima")
    page.meaning.treatment.product.picked.emit()
    page.meaning.days.nominal.setText("2000-01-03")
    press(qtbot, page.next)
    assert page.step == CHECK
    assert page.next.text() == "Import 109 patients"


def _texts(page: ImportsPage) -> str:
    return "\n".join(label.text() for label in page.findChildren(QLabel) if label.isVisible())


@pytest.mark.parametrize(
    ("file", "name"),
    [("cdystonia.csv", "cdystonia-long"), ("cdystonia_wide.csv", "cdystonia-wide"),
     ("headache_diary.csv", "headache-diary"),
     ("medicaldata_licorice_gargle.csv", "licorice-gargle")],
)  # fmt: skip
def test_the_form_says_what_the_mapping_says(page: ImportsPage, file: str, name: str) -> None:
    page.open_file(DATA / file)

    assert page.meaning.saved.value == name
    assert page.meaning.mapping() == mappings.find(name)


def test_a_mapping_is_saved_and_found_again_for_the_next_file(
    page: ImportsPage, qtbot: QtBot, told: Told
) -> None:
    page.open_file(DATA / "cdystonia.csv")
    press(qtbot, page.next)
    page.meaning.patient.system.setText("davis 2002")
    page.meaning.name.setText("Our trial")
    press(qtbot, page.meaning.save)

    assert "Our trial" in told.last
    saved = mappings.load(own_mappings() / "our-trial.json")
    assert saved.patient.system == "davis 2002"
    page.start_again()
    page.open_file(DATA / "cdystonia_quoted_crlf.csv")
    assert page.meaning.saved.currentText() == "Our trial"
    assert page.meaning.patient.system.text() == "davis 2002"


def test_a_mapping_without_a_name_is_not_saved(page: ImportsPage, qtbot: QtBot, told: Told) -> None:
    page.open_file(DATA / "messy_bp.xlsx")
    press(qtbot, page.next)

    press(qtbot, page.meaning.save)

    assert "no name" in told.last
    assert not own_mappings().exists()


def test_how_a_file_is_read_can_be_corrected(
    page: ImportsPage, qtbot: QtBot, tmp_path: Path
) -> None:
    path = tmp_path / "dates.csv"
    path.write_text("patient,date,twstrs\n1,03/04/2020,30\n1,05/06/2020,20\n")
    page.open_file(path)
    assert page.reading.open_questions
    assert page.reading.date_order.value == ""
    press(qtbot, page.next)
    press(qtbot, page.next)
    assert page.step == MEANING  # the question stands until it is answered

    page.back.click()
    page.reading.date_order.choose("mdy")
    page.reading.date_order.picked.emit()
    assert not page.reading.open_questions
    press(qtbot, page.next)
    press(qtbot, page.next)
    assert page.step == CHECK


def test_a_correction_that_cannot_work_is_refused_and_taken_back(
    page: ImportsPage, tmp_path: Path, told: Told
) -> None:
    path = tmp_path / "old.csv"
    path.write_bytes("patient,name\n1,é\n".encode("cp1252"))
    page.open_file(path)

    page.reading.encoding.choose("utf-8")
    page.reading.encoding.picked.emit()

    assert "not written in utf-8" in told.last
    assert page.reading.encoding.value == "cp1252"


def test_problems_are_listed_with_row_column_and_cell(page: ImportsPage, qtbot: QtBot) -> None:
    page.open_file(DATA / "messy_bp.xlsx")
    press(qtbot, page.next)
    press(qtbot, page.next)

    assert page.step == CHECK
    assert not page.next.isEnabled()
    first = [page.check.problems.index(0, column).data() for column in (0, 1, 2, 3)]
    assert first == ["Refused", "8", "Sex", "Female"]


def test_known_patients_are_asked_about(page: ImportsPage, qtbot: QtBot, ctx: AppContext) -> None:
    _import_diary(page, qtbot)
    page.open_file(DATA / "headache_diary.csv")
    press(qtbot, page.next)
    press(qtbot, page.next)
    assert not page.next.isEnabled()
    assert "2 patients of the file seem to be in the record" in _texts(page)

    page.check.decision.choose("add")
    page.check.decided.emit()
    press(qtbot, page.next)

    assert page.step == DONE
    with ctx.database.reading() as session:
        assert patients.count(session) == 2
        assert sorted(b.counts["known"] for b in imports.batches(session)) == [0, 6]


def test_a_file_that_cannot_be_read_is_refused_in_words(
    page: ImportsPage, told: Told, tmp_path: Path
) -> None:
    path = tmp_path / "picture.xlsx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 40)

    page.open_file(path)

    assert page.step == CHOOSE
    assert "not a table" in told.last


def test_a_file_can_be_dropped(page: ImportsPage) -> None:
    card = page.findChild(DropCard)
    assert card is not None
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(DATA / "cdystonia.csv"))])
    where, left = QPointF(10, 10), Qt.MouseButton.LeftButton
    copy, none = Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier

    enter = QDragEnterEvent(where.toPoint(), copy, data, left, none)
    QApplication.sendEvent(card, enter)
    drop = QDropEvent(where, copy, data, left, none)
    QApplication.sendEvent(card, drop)

    assert enter.isAccepted()
    assert page.step == READING


def test_escape_goes_one_step_back(page: ImportsPage, qtbot: QtBot) -> None:
    page.open_file(DATA / "cdystonia.csv")
    press(qtbot, page.next)

    assert page.escape()
    assert page.step == READING
    assert page.escape()
    assert not page.escape()
    assert page.step == CHOOSE


@pytest.fixture
def threads() -> Iterator[Jobs]:
    """Real threads, ended with the test."""
    jobs = Jobs()
    yield jobs
    jobs.finish()


def test_with_real_threads_a_stopped_import_leaves_nothing(
    qtbot: QtBot,
    qapp: QApplication,
    file_database: Database,
    tmp_path: Path,
    threads: Jobs,
) -> None:
    ctx = AppContext(
        clock=factories.CLOCK,
        settings_file=SettingsFile(tmp_path / "settings.json"),
        theme=Theme(qapp, mode="light"),
        jobs=threads,
        notices=Notices(),
    )
    ctx.enter(file_database, PERSON, factories.practice())
    told = Told(ctx.notices)
    page = shown(qtbot, ctx)
    page.open_file(DATA / "cdystonia.csv")
    qtbot.waitUntil(lambda: page.step == READING)
    press(qtbot, page.next)
    press(qtbot, page.next)
    qtbot.waitUntil(lambda: page.step == CHECK)
    press(qtbot, page.next)
    press(qtbot, page.check.cancel)
    qtbot.waitUntil(lambda: not threads.busy)

    assert page.step == CHECK
    assert "Nothing of it was kept" in told.last
    with ctx.database.reading() as session:
        assert patients.count(session) == 0

    press(qtbot, page.next)
    qtbot.waitUntil(lambda: page.step == DONE, timeout=20_000)
    qtbot.waitUntil(lambda: not threads.busy)

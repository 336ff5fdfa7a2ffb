"""No byte of a patient's record lies readable on the disk: not in the record, its log, its backups,
the key files, the program's log, or anything else that was written meanwhile."""

import logging
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlcipher3 import dbapi2

from outcomes_app import catalog as catalogs
from outcomes_app import log, paths
from outcomes_app.db import vault
from outcomes_app.domain.patient import Identifier
from outcomes_app.records import patients, visits
from tests import factories
from tests.db.conftest import Kept

MARKS = ("CANARYNAME", "CANARYGIVEN", "CANARYNOTE", "CANARYNUMBER", "CANARYDETAIL")

# Another process reads, so that closing the live files again takes no lock of this one away.
_SEARCH = """
import sys
from pathlib import Path
marks = [form for mark in sys.argv[2:] for form in
         (mark.encode(), mark.lower().encode(), mark.encode("utf-16-le"))]
for file in Path(sys.argv[1]).rglob("*"):
    if file.is_file():
        content = file.read_bytes()
        for mark in marks:
            if mark in content:
                print(file.name, mark)
"""


def _search(folder: Path, *marks: str) -> list[str]:
    found = subprocess.run(
        [sys.executable, "-c", _SEARCH, str(folder), *marks],
        check=True,
        capture_output=True,
        text=True,
    )
    return found.stdout.splitlines()


@pytest.fixture
def log_file() -> Iterator[Path]:
    """The program's own log, writing at its most talkative."""
    root, before = logging.getLogger(), logging.getLogger().level
    handler = log.start(paths.logs(), level=logging.DEBUG)
    yield paths.logs() / log.FILE
    log.stop(handler)
    root.setLevel(before)


def test_nothing_readable_is_on_the_disk(
    kept: Kept, tmp_path: Path, log_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    opened = kept.open()
    about = {"catalog": catalogs.load(), "today": factories.TODAY}
    patient = factories.patient(
        family_name=MARKS[0],
        given_name=MARKS[1],
        note=MARKS[2],
        identifiers=(Identifier(system="clinic", value=MARKS[3]),),
    )
    patient = replace(patient, indications=(replace(patient.indications[0], detail=MARKS[4]),))
    opened.database.write(opened.person.id, "patient", patients.record, patient, **about)
    treatment = factories.treatment(patient.id, note=MARKS[2])
    visit = factories.visit(treatment=treatment)
    opened.database.write(opened.person.id, "visit", visits.record, visit, **about)
    opened.back_up("test")
    logging.getLogger("outcomes_app").info("stored %s", patient)
    with opened.database.reading() as session:
        assert patients.find(session, MARKS[0])[0].id == patient.id
    assert (kept.folder / "records.db-wal").stat().st_size > 0
    assert _search(tmp_path, *MARKS) == []
    opened.close()
    assert _search(tmp_path, *MARKS) == []
    assert log_file.exists()


def test_the_search_finds_an_unencrypted_file(tmp_path: Path) -> None:
    connection = dbapi2.connect(str(tmp_path / "plain.db"))
    connection.execute("CREATE TABLE patient (name)")
    connection.execute("INSERT INTO patient VALUES (?)", (MARKS[0],))
    connection.commit()
    connection.close()
    assert _search(tmp_path, *MARKS) != []


def test_before_signing_in_the_practice_is_named_and_no_patient(kept: Kept) -> None:
    assert "Riverside" in repr(vault.look(kept.folder))
    assert set(_search(kept.folder, "Riverside", "Okonkwo")) == {
        "keys.json b'Riverside'",
        "keys.json.bak b'Riverside'",
    }

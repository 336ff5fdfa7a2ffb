"""A small process that forks one child for each crash: the child opens a vault, does a deed, and is
killed or given disk errors on the way. Everything slow is imported and warmed up once, before.

Spoken to in JSON lines: a job on standard input, its outcome on standard output. Nothing here holds
a database open while it forks.
"""

import json
import os
import pickle
import select
import shutil
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from typing import Any

from outcomes_app import catalog as catalogs
from outcomes_app.db import backup, engine, faults, founding, keyfiles, keys, migrate
from outcomes_app.db.engine import Database, VaultFile
from outcomes_app.domain.patient import Person, Practice
from outcomes_app.domain.treatment import Visit
from outcomes_app.domain.values import PatientId, PersonId, Side, new_id
from outcomes_app.records import adverse_events, assessments, patients, treatments, visits
from tests import factories
from tests.db import vfs

POINTS = 12  # needle points of each visit
Say = Callable[..., None]
Job = dict[str, Any]

_with_name = Path.with_name
_WRITING = os.O_WRONLY | os.O_RDWR


class Points:
    """Counts the places where a deed touches the disk, and strikes at one of them."""

    def __init__(self, at: int = 0, how: str = "kill", *, sticky: bool = False) -> None:
        self.count, self.at, self.how, self.sticky = 0, at, how, sticky
        self.armed = False

    def strikes(self) -> bool:
        """Count one place; whether it is the one."""
        if not self.armed:
            return False
        self.count += 1
        return self.count == self.at or (self.sticky and 0 < self.at <= self.count)

    def at_library(self, call: vfs.Call) -> int:
        """A place inside SQLite."""
        if not self.strikes():
            return call.perform()
        if self.how == "tear" and call.deed == "write":
            call.perform(len(call.data) // 2)
        if self.how in ("kill", "tear"):
            _die()
        if self.how == "enospc":
            return vfs.FULL if call.deed in ("write", "create", "truncate") else vfs.IOERR
        return {"sync": vfs.IOERR_FSYNC, "write": vfs.IOERR_WRITE}.get(call.deed, vfs.IOERR)

    def at_system(self, event: str, arguments: tuple[Any, ...]) -> None:
        """A place in our own handling of files."""
        writes = event == "open" and isinstance(arguments[2], int) and arguments[2] & _WRITING
        if (writes or event in ("os.rename", "os.remove", "os.rmdir", "os.mkdir")) and (
            self.strikes()
        ):
            _die()


def _die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _points(job: Job, *, system: bool) -> Points:
    fault = job.get("fault", {})
    points = Points(fault.get("at", 0), fault.get("how", "kill"), sticky=fault.get("sticky", False))
    vfs.install(points.at_library)
    if system:
        sys.addaudithook(points.at_system)
        real = os.fsync

        def fsync(descriptor: int) -> None:
            if points.strikes():
                _die()
            real(descriptor)

        os.fsync = fsync
    return points


def a_visit(patient: str) -> Visit:
    """A visit with twelve points, two outcomes and one adverse event."""
    patient_id = PatientId(_uuid(patient))
    sides = (Side.LEFT, Side.RIGHT)
    injections = tuple(factories.injection(side=sides[n % 2]) for n in range(POINTS))
    treatment = factories.treatment(patient_id, injections=injections)
    return factories.visit(treatment=treatment)


def _uuid(text: str) -> Any:
    return type(new_id())(text)


def _file(job: Job) -> VaultFile:
    return VaultFile(Path(job["vault"]) / founding.DATABASE, bytes.fromhex(job["key"]))


def _save(database: Database, job: Job, say: Say) -> None:
    """Store one visit, and say so only when it is stored; `defect` plants a mistake."""
    person, value, defect = PersonId(_uuid(job["person"])), a_visit(job["patient"]), job["defect"]
    about = {"catalog": catalogs.load(), "today": factories.TODAY}
    name = value.treatment.id.hex
    try:
        if defect == "told too early":
            say(saved=name)
        if defect == "two transactions":
            database.write(person, "visit", treatments.record, value.treatment, **about)
            database.write(person, "visit", assessments.record_all, value.assessments, **about)
            database.write(
                person, "visit", adverse_events.record_all, value.adverse_events, **about
            )
        else:
            database.write(person, "visit", visits.record, value, **about)
        say(saved=name)
    except faults.StorageError as error:
        say(
            **{"saved" if defect == "error ignored" else "refused": name}, kind=type(error).__name__
        )


def save(job: Job, say: Say) -> None:
    """Two visits, the second with a fault on the way; after an error, a third without."""
    points = _points(job, system=False)
    database = Database.in_file(_file(job), factories.CLOCK)
    _save(database, job, say)
    points.armed = True
    _save(database, job, say)
    points.armed = False
    say(points=points.count)
    if job["fault"].get("how") not in ("kill", "tear"):
        _save(database, {**job, "defect": ""}, say)
        database.close()


def fold_in(job: Job, say: Say) -> None:
    """A visit, and then the fault while the write-ahead log is folded into the file."""
    points = _points(job, system=False)
    database = Database.in_file(_file(job), factories.CLOCK)
    _save(database, job, say)
    connection = engine.connect(_file(job))
    points.armed = True
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    points.armed = False
    say(points=points.count)


def save_on(job: Job, say: Say) -> None:
    """Visits without end."""
    database = Database.in_file(_file(job), factories.CLOCK)
    while True:
        _save(database, job, say)


def record(job: Job, say: Say) -> None:
    """Write down every call to the disk, with what was said in between."""
    events: list[tuple[Any, ...]] = []

    def listener(call: vfs.Call) -> int:
        code = call.perform()
        events.append((call.deed, Path(call.path).name, call.offset, call.data))
        return code

    def told(**words: Any) -> None:
        events.append(("said", words["saved"], 0, b""))

    if job["defect"] == "synchronous NORMAL":
        engine._RECIPE = tuple(
            (name, "NORMAL", 1) if name == "synchronous" else (name, value, expected)
            for name, value, expected in engine._RECIPE
        )
    vfs.install(listener)
    for _opening in range(2):
        database = Database.in_file(_file(job), factories.CLOCK)
        for _visit in range(3):
            _save(database, job, told)
        database.close()
    database = Database.in_file(_file(job), factories.CLOCK)
    _save(database, job, told)
    connection = engine.connect(_file(job))
    connection.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
    _save(database, job, told)
    Path(job["events"]).write_bytes(pickle.dumps(events))
    say(events=len(events))


def create(job: Job, say: Say) -> None:
    """Make a new practice."""
    points = _points(job, system=True)
    new = founding.Founding(
        practice=Practice(name="Riverside Clinic"),
        person=Person(id=PersonId(new_id()), name="Dr A. Osei"),
        passphrase=job["passphrase"],
        hardness=keys.FOR_TESTS,
        clock=factories.CLOCK,
    )
    if job["defect"] == "built in its place":
        Path.with_name = lambda self, name: (
            self if name.endswith(".new") else _with_name(self, name)
        )
        Path.rename = lambda self, to: Path(to)
        Path.rmdir = lambda self: None
    points.armed = True
    founding.found(Path(job["vault"]), new)
    points.armed = False
    say(done=True, points=points.count)


def change_passphrase(job: Job, say: Say) -> None:
    """Give the person another passphrase."""
    points = _points(job, system=True)
    folder = Path(job["vault"])
    found = keyfiles.load(folder).keys
    data_key, person = keys.unlock(found, job["passphrase"])
    points.armed = True
    changed = keys.with_person(
        found,
        data_key,
        person=PersonId(_uuid(person)),
        name="Dr A. Osei",
        passphrase=job["new"],
        hardness=keys.FOR_TESTS,
    )
    keyfiles.save(folder, changed)
    points.armed = False
    say(done=True, points=points.count)


def back_up(job: Job, say: Say) -> None:
    """Make a backup."""
    points = _points(job, system=True)
    file = _file(job)
    database = Database.in_file(file, factories.CLOCK)
    source = backup.Source(
        vault=Path(job["vault"]),
        database=database,
        data_key=keys.DataKey(key=file.key[:32], salt=file.key[32:]),
        db_id=keyfiles.load(Path(job["vault"])).keys.db_id,
        into=Path(job["into"]),
    )
    points.armed = True
    backup.make(source, "test")
    points.armed = False
    say(done=True, points=points.count)


def restore(job: Job, say: Say) -> None:
    """Make a folder out of a backup."""
    points = _points(job, system=True)
    points.armed = True
    backup.restore(
        Path(job["backup"]),
        Path(job["vault"]),
        lambda found: keys.unlock(found, job["passphrase"])[0],
    )
    points.armed = False
    say(done=True, points=points.count)


def upgrade(job: Job, say: Say) -> None:
    """Bring an older file to today's tables."""
    points = _points(job, system=False)
    if job["defect"] == "no transaction":
        engine._begin = lambda connection: None
    vault_engine = engine.vault_engine(_file(job))
    points.armed = True
    migrate.upgrade(vault_engine)
    points.armed = False
    say(done=True, points=points.count)


SCENARIOS: dict[str, Callable[[Job, Say], None]] = {
    function.__name__: function
    for function in (
        save,
        fold_in,
        save_on,
        record,
        create,
        change_passphrase,
        back_up,
        restore,
        upgrade,
    )
}


def _child(job: Job, pipe: int) -> None:
    def say(**words: Any) -> None:
        os.write(pipe, json.dumps(words).encode() + b"\n")

    try:
        SCENARIOS[job["scenario"]](job, say)
    except BaseException:  # noqa: BLE001  the parent raises it again
        say(error=traceback.format_exc())
    os._exit(0)


def _run(job: Job) -> dict[str, Any]:
    mine, theirs = os.pipe()
    process = os.fork()
    if process == 0:
        os.close(mine)
        _child(job, theirs)
    os.close(theirs)
    said = _listen(mine, process, job.get("kill_after"))
    status = os.waitstatus_to_exitcode(os.waitpid(process, 0)[1])
    return {"said": [json.loads(line) for line in said.splitlines()], "status": status}


def _listen(pipe: int, process: int, kill_after: list[float] | None) -> bytes:
    """All that the child says, which is killed some instant after it said enough."""
    said, deadline = b"", None
    while True:
        if kill_after and deadline is None and said.count(b"\n") >= kill_after[0]:
            deadline = time.monotonic() + kill_after[1]
        wait = None if deadline is None else max(0.0, deadline - time.monotonic())
        if not select.select([pipe], [], [], wait)[0]:
            os.kill(process, signal.SIGKILL)
            kill_after = deadline = None
            continue
        part = os.read(pipe, 65536)
        if not part:
            os.close(pipe)
            return said
        said += part


def _warm_up() -> None:
    """Let SQLAlchemy compile and the catalog load, then close everything."""
    folder = Path(tempfile.mkdtemp())
    try:
        vault = folder / "warm.vault"
        new = founding.Founding(
            practice=Practice(name="Warm"),
            person=Person(id=PersonId(new_id()), name="Nobody"),
            passphrase="only for warming up",
            hardness=keys.FOR_TESTS,
            clock=factories.CLOCK,
        )
        data_key, _recovery = founding.found(vault, new)
        file = VaultFile(vault / founding.DATABASE, data_key.raw)
        database = Database.in_file(file, factories.CLOCK)
        patient = factories.patient()
        about = {"catalog": catalogs.load(), "today": factories.TODAY}
        database.write(new.person.id, "patient", patients.record, patient, **about)
        database.write(new.person.id, "visit", visits.record, a_visit(str(patient.id)), **about)
        database.close()
    finally:
        shutil.rmtree(folder)


def main() -> None:
    """Answer jobs until standard input ends."""
    _warm_up()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_run(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()

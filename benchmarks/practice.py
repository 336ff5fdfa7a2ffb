"""How fast a practice of some size is to work with, in one run of one program.

    .venv/bin/python benchmarks/practice.py --patients 600

Prints milliseconds: the median of repeated questions, and once-only deeds as they are. Machines
differ and so do days: compare two runs on one machine, or the lines of one run with each other.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from statistics import median
from time import perf_counter

from outcomes_app import catalog
from outcomes_app.clock import SystemClock
from outcomes_app.db import vault
from outcomes_app.demo import storing
from outcomes_app.demo.build import make_practice
from outcomes_app.records import courses, patients, worklist

_REPEATS = 15
_TODAY = date(2026, 11, 20)
_PASSPHRASE = "only invented patients"  # noqa: S105


def main() -> None:
    """Make the practice in a temporary folder and ask it the questions of a clinic day."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--patients", type=int, default=600)
    arguments = parser.parse_args()
    _repeated("outcomes-app --help, a new process", _help)
    with _once("read the whole catalog"):
        definitions = catalog.load()
        made = make_practice(definitions, today=_TODAY, patients=1)
    with _once(f"make {arguments.patients} patients"):
        made = make_practice(definitions, today=_TODAY, patients=arguments.patients)
    with tempfile.TemporaryDirectory() as folder:
        _measure(Path(folder), made, definitions)


def _measure(folder: Path, made: storing.DemoPractice, definitions: catalog.Catalog) -> None:
    clock, backups = SystemClock(), folder / "backups"
    opened, _key = vault.create(
        folder / "practice",
        practice=made.practice,
        person_name=made.person_name,
        passphrase=_PASSPHRASE,
        clock=clock,
        backups=backups,
    )
    with _once("store them"), opened.database.writing(opened.person.id, "demo") as session:
        storing.store(session, made, catalog=definitions)
    with _once("close, with a verified backup"):
        opened.close()
    with _once("open"):
        opened = vault.open(
            folder / "practice", passphrase=_PASSPHRASE, clock=clock, backups=backups
        )
    with opened.database.reading() as session:
        longest = max(made.courses, key=lambda c: len(c.visits)).patient.id
        _repeated("find patients by two letters", lambda: patients.find(session, "ma"))
        _repeated("list every patient", lambda: patients.summaries(session))
        _repeated("read the longest course", lambda: courses.course(session, longest))
        _repeated("work list", lambda: worklist.rows(session, today=_TODAY, catalog=definitions))
        with _once("read every course"):
            courses.cohort(session)
    opened.close(with_backup=False)


def _help() -> None:
    subprocess.run(
        [sys.executable, "-m", "outcomes_app", "--help"], check=True, capture_output=True
    )


@contextmanager
def _once(name: str) -> Iterator[None]:
    begun = perf_counter()
    yield
    _print(name, perf_counter() - begun)


def _repeated(name: str, deed: Callable[[], object]) -> None:
    times = []
    for _number in range(_REPEATS):
        begun = perf_counter()
        deed()
        times.append(perf_counter() - begun)
    _print(name, median(times))


def _print(name: str, seconds: float) -> None:
    print(f"{seconds * 1000:9.1f} ms  {name}")


if __name__ == "__main__":
    main()

"""Losing power while visits are saved: hundreds of disks that may be found afterwards."""

import pickle
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlcipher3 import dbapi2

from outcomes_app.db import engine
from outcomes_app.db.engine import VaultFile
from outcomes_app.db.founding import DATABASE
from outcomes_app.errors import OutcomesError
from tests.db import power_loss, survivors
from tests.db.conftest import Crash, Kept

_STATES = 700


def test_power_loss_loses_no_saved_visit(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    assert list(_lose_power(kept, tmp_path, crash, defect="")) == []


def test_power_loss_finds_synchronous_normal(kept: Kept, tmp_path: Path, crash: Crash) -> None:
    found = list(_lose_power(kept, tmp_path, crash, defect="synchronous NORMAL"))
    assert len([finding for finding in found if finding.startswith("lost")]) > 20


def _lose_power(kept: Kept, tmp_path: Path, crash: Crash, *, defect: str) -> Iterator[str]:
    before = {DATABASE: kept.file.path.read_bytes()}
    recording = tmp_path / "events"
    crash(kept.job("record", defect=defect, events=str(recording)))
    # Written by our own child process a moment ago.
    events = pickle.loads(recording.read_bytes())
    saved = [name for deed, name, _place, _data in events if deed == "said"]
    assert len(saved) == 8
    folder = tmp_path / "disk"
    for number, (disk, said) in enumerate(
        power_loss.states(before, events, _STATES, seed=20261120)
    ):
        folder.mkdir()
        for name, content in disk.items():
            (folder / name).write_bytes(content)
        yield from _wrong(VaultFile(folder / DATABASE, kept.key), said, number)
        shutil.rmtree(folder)


def _wrong(file: VaultFile, said: list[str], number: int) -> Iterator[str]:
    try:
        connection = engine.connect(file)
    except OutcomesError as error:
        yield f"damaged in {number}: {type(error).__name__}"
        return
    try:
        survived = survivors.counted(connection)
        if survived.lost(said):
            yield f"lost in {number}"
        if survived.partial:
            yield f"partial in {number}"
        if connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]:
            yield f"damaged in {number}"
    except dbapi2.DatabaseError as error:
        yield f"damaged in {number}: {error.sqlite_errorname}"
    finally:
        connection.close()

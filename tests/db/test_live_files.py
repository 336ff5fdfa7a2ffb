"""The guard of the tests themselves: it must see a live file being opened past the library."""

import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from outcomes_app.db.vault import OpenVault
from tests.db.live_files import OpenedLiveFile


@pytest.mark.parametrize("name", ["records.db", "records.db-wal", "records.db-shm"])
@pytest.mark.parametrize(
    "deed",
    [
        lambda file, to: file.read_bytes(),
        shutil.copy,
        lambda file, to: shutil.copyfile(file, to / "copy"),
        lambda file, to: zipfile.ZipFile(to / "a.zip", "w").write(file),
    ],
)
@pytest.mark.filterwarnings("ignore::ResourceWarning")
def test_opening_a_live_file_is_refused(
    opened: OpenVault, tmp_path: Path, name: str, deed: Callable[[Path, Path], object]
) -> None:
    with opened.database.reading() as session:
        session.connection()
        with pytest.raises(OpenedLiveFile):
            deed(opened.folder / name, tmp_path)


def test_a_closed_file_may_be_copied(opened: OpenVault, tmp_path: Path) -> None:
    opened.close(with_backup=False)
    shutil.copy(opened.folder / "records.db", tmp_path / "copy.db")

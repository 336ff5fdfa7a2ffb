"""Where the program keeps its own files."""

import stat
import sys
from pathlib import Path

import pytest

from outcomes_app import paths
from outcomes_app.errors import OutcomesError

_FOLDERS = (paths.data, paths.config, paths.logs, paths.cache, paths.key_copies, paths.backups)


def test_a_profile_moves_everything(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(paths.PROFILE_VARIABLE, "before")
    paths.use_profile(tmp_path / "here")
    for folder in _FOLDERS:
        assert folder().is_relative_to(tmp_path / "here")
        assert folder().is_dir()
    assert len({folder() for folder in _FOLDERS}) == len(_FOLDERS)


def test_without_a_profile_the_customs_of_the_system_hold(
    profile_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv(paths.PROFILE_VARIABLE)
    if sys.platform == "linux":
        for folder in _FOLDERS:
            assert folder().is_relative_to(profile_dir)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such rights")
def test_only_the_owner_may_enter(tmp_path: Path) -> None:
    folder = paths.made(tmp_path / "new")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_made_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(OutcomesError, match="cannot be made"):
        paths.made(tmp_path / "file" / "folder")

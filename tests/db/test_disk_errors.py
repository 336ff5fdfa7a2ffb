"""A disk that is full or fails: at every place of a save, once and from then on."""

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.db import survivors
from tests.db.conftest import Crash, Kept

_CLEAR = {"eio": {"StorageFailed"}, "enospc": {"DiskFull", "StorageFailed"}}


@pytest.mark.parametrize("sticky", [False, True], ids=["once", "sticky"])
@pytest.mark.parametrize("how", ["eio", "enospc"])
def test_disk_error_at_every_write_of_a_save(
    template: Kept, tmp_path: Path, crash: Crash, how: str, sticky: bool
) -> None:
    found = list(_fail_everywhere(template, tmp_path, crash, how=how, sticky=sticky))
    assert found == []


def test_disk_errors_find_a_save_that_ignores_them(
    template: Kept, tmp_path: Path, crash: Crash
) -> None:
    faults = _fail_everywhere(
        template, tmp_path, crash, how="enospc", sticky=False, defect="error ignored"
    )
    assert next(faults).startswith("lost")


def _fail_everywhere(
    template: Kept, tmp_path: Path, crash: Crash, *, how: str, sticky: bool, defect: str = ""
) -> Iterator[str]:
    count = template.copied(tmp_path / "count.vault")
    points = _said(crash(count.job("save")), "points")[0]
    for at in range(1, points + 1):
        kept = template.copied(tmp_path / f"{at}.vault")
        fault = {"at": at, "how": how, "sticky": sticky}
        outcome = crash(kept.job("save", defect=defect, fault=fault))
        saved, refused = _said(outcome, "saved"), _said(outcome, "refused")
        survived = survivors.look(kept.file)
        if survived.lost(saved):
            yield f"lost at {at}"
        if survived.partial:
            yield f"partial at {at}"
        if survived.whole & set(refused):
            yield f"refused and yet stored at {at}"
        if len(saved) + len(refused) != 3:
            yield f"{len(saved)} saved and {len(refused)} refused at {at}"
        if not defect and (refused and outcome["said"][-1].get("saved") != saved[-1]):
            yield f"the next save fails at {at}"
        unclear = set(_said(outcome, "kind")) - _CLEAR[how]
        if unclear:
            yield f"{unclear} said at {at}"
        if at % 5 == 0:
            yield from (f"{complaint} at {at}" for complaint in survivors.damage(kept.file))
        shutil.rmtree(kept.folder)


def _said(outcome: dict[str, Any], word: str) -> list[Any]:
    return [words[word] for words in outcome["said"] if word in words]

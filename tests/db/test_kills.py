"""Killing the program: at every place where a save touches the disk, and at random moments."""

import random
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.db import survivors
from tests.db.conftest import Crash, Kept

KILLED = -9
THOROUGH = 5  # every so many kills the whole verification, which takes longer


def _said(outcome: dict[str, Any], word: str) -> list[Any]:
    return [words[word] for words in outcome["said"] if word in words]


def _points(crash: Crash, job: dict[str, Any]) -> int:
    outcome = crash(job)
    assert outcome["status"] == 0
    return int(_said(outcome, "points")[0])


@pytest.mark.parametrize("how", ["kill", "tear"])
def test_kill_at_every_write_of_a_save(
    template: Kept, tmp_path: Path, crash: Crash, how: str
) -> None:
    assert list(_kill_everywhere(template, tmp_path, crash, how=how)) == []


def test_a_page_torn_while_the_log_is_folded_in_is_no_damage(
    template: Kept, tmp_path: Path, crash: Crash
) -> None:
    count = template.copied(tmp_path / "count.vault")
    for at in range(1, _points(crash, count.job("fold_in")) + 1):
        kept = template.copied(tmp_path / f"{at}.vault")
        outcome = crash(kept.job("fold_in", fault={"at": at, "how": "tear"}))
        assert outcome["status"] == KILLED
        # The page check reads the raw file: first of all the log has to be folded in again.
        assert survivors.damage(kept.file) == ()
        assert survivors.look(kept.file).lost(_said(outcome, "saved")) == set()
        shutil.rmtree(kept.folder)


@pytest.mark.parametrize(
    ("defect", "finding"), [("two transactions", "partial"), ("told too early", "lost")]
)
def test_kill_at_every_write_finds_a_seeded_mistake(
    template: Kept, tmp_path: Path, crash: Crash, defect: str, finding: str
) -> None:
    assert next(_kill_everywhere(template, tmp_path, crash, defect=defect)).startswith(finding)


def _kill_everywhere(
    template: Kept, tmp_path: Path, crash: Crash, *, how: str = "kill", defect: str = ""
) -> Iterator[str]:
    """What is found wrong after a kill at each place, as soon as it is found."""
    count = template.copied(tmp_path / "count.vault")
    points = _points(crash, count.job("save", defect=defect))
    assert points > 20
    for at in range(1, points + 1):
        kept = template.copied(tmp_path / f"{at}.vault")
        outcome = crash(kept.job("save", defect=defect, fault={"at": at, "how": how}))
        assert outcome["status"] == KILLED
        survived = survivors.look(kept.file)
        if survived.lost(_said(outcome, "saved")):
            yield f"lost at {at}"
        if survived.partial:
            yield f"partial at {at}"
        if at % THOROUGH == 0 or how == "tear":
            yield from (f"{complaint} at {at}" for complaint in survivors.damage(kept.file))
        shutil.rmtree(kept.folder)


def test_a_hundred_kills_at_random_moments(kept: Kept, crash: Crash) -> None:
    chance = random.Random(20261120)
    saved: list[str] = []
    for number in range(100):
        outcome = crash(
            kept.job("save_on", kill_after=[chance.randint(0, 3), chance.random() / 50])
        )
        assert outcome["status"] == KILLED
        saved += _said(outcome, "saved")
        survived = survivors.look(kept.file)
        assert survived.lost(saved) == set()
        assert survived.partial == frozenset()
        if number % THOROUGH == 0:
            assert survivors.damage(kept.file) == ()
    assert len(saved) > 100


@pytest.mark.parametrize("defect", ["told too early", "two transactions"])
def test_random_kills_find_a_seeded_mistake(kept: Kept, crash: Crash, defect: str) -> None:
    chance = random.Random(20261120)
    saved: list[str] = []
    for _kill in range(60):
        after = [chance.randint(1, 3), chance.random() / 50]
        saved += _said(crash(kept.job("save_on", defect=defect, kill_after=after)), "saved")
        survived = survivors.look(kept.file)
        if survived.lost(saved) or survived.partial:
            return
    pytest.fail("the seeded mistake was not found")

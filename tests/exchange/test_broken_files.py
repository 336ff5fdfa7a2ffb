"""Damaged files never crash the import: each gives a plan or a reason."""

import contextlib
import random
from datetime import date
from pathlib import Path

import pytest

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.import_plan import ImportPlan
from outcomes_app.errors import OutcomesError
from outcomes_app.exchange import mapping, planning, suggesting, tabular

DATA = Path(__file__).parent.parent / "data"
TODAY = date(2026, 11, 20)
FILES = ("cdystonia_wide.csv", "cdystonia_quoted_crlf.csv", "headache_diary.csv", "messy_bp.xlsx")


def damaged(data: bytes, seed: int) -> bytes:
    """The file with a few bytes changed, cut out, doubled or put elsewhere."""
    chance = random.Random(seed)
    changed = bytearray(data)
    for _n in range(chance.randint(1, 12)):
        at = chance.randrange(len(changed) or 1)
        length = chance.randint(1, 200)
        match chance.randrange(6):
            case 0:
                changed[at : at + 1] = bytes([chance.randrange(256)])
            case 1:
                del changed[at : at + length]
            case 2:
                changed[at:at] = changed[at : at + length]
            case 3:
                changed[at:at] = chance.choice(
                    [b'"', b"\x00", b"\r", b",", b"\xff\xfe", b";;", b"="]
                )
            case 4:
                changed[at:at] = "𝔘ñí\u202e\u0660".encode() * 3
            case _:
                del changed[at:]
                changed += b"\n"
    return bytes(changed)


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("block", range(5))
def test_a_damaged_file_gives_a_plan_or_a_reason(catalog: Catalog, file: str, block: int) -> None:
    data = (DATA / file).read_bytes()
    known = mapping.find("cdystonia-wide" if "wide" in file else "cdystonia-long")
    for seed in range(block * 20, block * 20 + 20):
        plans = []
        with contextlib.suppress(OutcomesError):  # a reason is an answer, a crash is not
            table = tabular.read_data(damaged(data, seed), file)
            guess = suggesting.suggest(table, catalog, TODAY)
            plans = [planning.plan(table, m, catalog, TODAY) for m in (guess, known)]
        assert all(isinstance(plan, ImportPlan) for plan in plans)

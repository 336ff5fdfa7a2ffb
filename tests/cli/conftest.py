"""Commands run on a practice that holds a published trial."""

from collections.abc import Callable
from pathlib import Path

import pytest

from outcomes_app.__main__ import main
from outcomes_app.clock import SystemClock
from outcomes_app.db import vault
from tests import factories

DATA = Path(__file__).parent.parent / "data"
PASSPHRASE = "seven grey herons over the reed"

Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture(scope="module")
def trial_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice that holds the trial."""
    place = tmp_path_factory.mktemp("trial") / "Riverside"
    opened, _key = vault.create(
        place, practice=factories.practice(), person_name="Dr A. Osei", passphrase=PASSPHRASE,
        clock=SystemClock(),
    )  # fmt: skip
    opened.close(with_backup=False)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OUTCOMES_PASSPHRASE", PASSPHRASE)
        trial = str(DATA / "cdystonia.csv")
        assert main(["import", trial, "--mapping", "cdystonia-long", "--vault", str(place)]) == 0
    return place


@pytest.fixture
def on_trial(
    trial_folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Typed:
    """Run a subcommand on the practice; its exit code and what it printed."""
    monkeypatch.setenv("OUTCOMES_PASSPHRASE", PASSPHRASE)

    def run(*argv: str) -> tuple[int, str, str]:
        code = main([*argv, "--vault", str(trial_folder)])
        printed = capsys.readouterr()
        return code, printed.out, printed.err

    return run

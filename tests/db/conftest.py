"""A vault for each test, copied from one that was made once, and the process that crashes."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from outcomes_app import catalog as catalogs
from outcomes_app import paths
from outcomes_app.db import founding, keys, vault
from outcomes_app.db.engine import VaultFile
from outcomes_app.db.recovery import RecoveryKey
from outcomes_app.db.vault import OpenVault
from outcomes_app.records import patients
from tests import factories
from tests.db import live_files

ROOT = Path(__file__).parent.parent.parent
PASSPHRASE = "copper violin meadow lantern seven"
PATIENT = factories.patient()


@dataclass(frozen=True, slots=True)
class Kept:
    """A closed vault with one patient, and every secret that opens it."""

    folder: Path
    key: bytes
    person: str
    recovery_key: RecoveryKey

    @property
    def file(self) -> VaultFile:
        """Its database with its key."""
        return VaultFile(self.folder / founding.DATABASE, self.key)

    def copied(self, to: Path) -> "Kept":
        """The same vault in another place."""
        shutil.copytree(self.folder, to)
        return Kept(to, self.key, self.person, self.recovery_key)

    def open(self, **changes: Any) -> OpenVault:
        """Open it as its person does."""
        given = {"passphrase": PASSPHRASE, "hardness": keys.FOR_TESTS, "clock": factories.CLOCK}
        return vault.open(self.folder, **(given | changes))

    def job(self, scenario: str, **more: Any) -> dict[str, Any]:
        """A job for the process that crashes."""
        common = {
            "scenario": scenario,
            "vault": str(self.folder),
            "key": self.key.hex(),
            "person": self.person,
            "patient": str(PATIENT.id),
            "passphrase": PASSPHRASE,
            "defect": "",
            "fault": {},
        }
        return common | more


@pytest.fixture(scope="session")
def template(tmp_path_factory: pytest.TempPathFactory) -> Kept:
    """A vault that was made and closed; never opened again, only copied."""
    folder = tmp_path_factory.mktemp("template") / "Riverside.vault"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(paths.PROFILE_VARIABLE, str(tmp_path_factory.mktemp("profile")))
        opened, recovery_key = vault.create(
            folder,
            practice=factories.practice(),
            person_name="Dr A. Osei",
            passphrase=PASSPHRASE,
            clock=factories.CLOCK,
            hardness=keys.FOR_TESTS,
        )
        about = {"catalog": catalogs.load(), "today": factories.TODAY}
        opened.database.write(opened.person.id, "patient", patients.record, PATIENT, **about)
        opened.close(with_backup=False)
    return Kept(folder, opened.source.data_key.raw, str(opened.person.id), recovery_key)


@pytest.fixture
def kept(template: Kept, tmp_path: Path) -> Kept:
    """A closed vault of this test's own."""
    return template.copied(tmp_path / "Riverside.vault")


@pytest.fixture
def opened(kept: Kept) -> Iterator[OpenVault]:
    """The same, open."""
    found = kept.open()
    yield found
    found.close(with_backup=False)


@pytest.fixture(autouse=True)
def _guarded() -> Iterator[None]:
    """No test and no code under test may open a live file past the library."""
    with live_files.guarded():
        yield


Crash = Callable[[dict[str, Any]], dict[str, Any]]


@pytest.fixture(scope="session")
def crash(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Crash]:
    """Runs a job in a child of the process that crashes, and tells what came of it."""
    if not hasattr(os, "fork"):
        pytest.skip("crashes are tried on systems that can fork, such as Linux in CI")
    environment = os.environ | {
        "PYTHONPATH": str(ROOT),
        paths.PROFILE_VARIABLE: str(tmp_path_factory.mktemp("crash_profile")),
    }
    server = subprocess.Popen(
        [sys.executable, "-m", "tests.db.crash_server"],
        cwd=ROOT,
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert server.stdin is not None
    assert server.stdout is not None

    def run(job: dict[str, Any]) -> dict[str, Any]:
        server.stdin.write(json.dumps(job) + "\n")
        server.stdin.flush()
        outcome: dict[str, Any] = json.loads(server.stdout.readline())
        errors = [words["error"] for words in outcome["said"] if "error" in words]
        assert not errors, errors[0]
        return outcome

    yield run
    server.stdin.close()
    server.wait()
    server.stdout.close()

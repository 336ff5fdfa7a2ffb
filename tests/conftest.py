"""What every test shares: no screen, no real home folder, no skipping in CI."""

import os
from collections.abc import Generator
from pathlib import Path
from typing import TypeVar

import pytest
from hypothesis import settings

from outcomes_app import system_libraries
from outcomes_app.errors import OutcomesError

pytest_plugins = ("tests.strictness", "tests.postgres_server", "tests.database")

Report = TypeVar("Report", pytest.TestReport, pytest.CollectReport)

_ROOT = Path(__file__).parent.parent

# Before matplotlib and hypothesis look: their caches stay in the checkout, out of the home folder.
os.environ["MPLCONFIGDIR"] = str(_ROOT / ".pytest_cache" / "matplotlib")
os.environ["HYPOTHESIS_STORAGE_DIRECTORY"] = str(_ROOT / ".pytest_cache" / "hypothesis")

settings.register_profile("default", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True, print_blob=True)
settings.load_profile("ci" if os.environ.get("CI") else "default")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--onscreen", action="store_true", help="show the windows, to watch a test (with -n 0)"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("onscreen"):
        os.environ.pop("QT_QPA_PLATFORM", None)
    else:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        system_libraries.require()
    except OutcomesError as error:
        pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    return _failed_if_skipped_in_ci(report)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    return _failed_if_skipped_in_ci(report)


def _failed_if_skipped_in_ci(
    report: Report,
) -> Report:
    if report.skipped and os.environ.get("CI") and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"No test is skipped in CI, but this one was: {report.longrepr}"
    return report


@pytest.fixture(autouse=True)
def profile_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The home folder of this test: empty, its own, and never the one of whoever runs it."""
    home = tmp_path / "home"
    home.mkdir()
    for variable in ("HOME", "USERPROFILE", "APPDATA", "LOCALAPPDATA"):
        monkeypatch.setenv(variable, str(home))
    for kind in ("DATA", "CONFIG", "CACHE", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(home / kind.lower()))
    monkeypatch.setenv("OUTCOMES_PROFILE_DIR", str(home / "profile"))
    monkeypatch.delenv("OUTCOMES_PASSPHRASE", raising=False)
    return home

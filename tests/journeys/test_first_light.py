"""From a new computer to a chart that is there again after a restart, in the real window with its
threads and its encrypted file: the program's main path."""

import csv
from collections import defaultdict
from pathlib import Path
from statistics import mean

import pytest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from outcomes_app.db import vault
from outcomes_app.records import courses, patients
from outcomes_app.settings import SettingsFile
from outcomes_app.ui.main_window import MainWindow
from outcomes_app.ui.pages.cohort import CohortPage
from outcomes_app.ui.pages.imports import ImportsPage
from outcomes_app.ui.widgets.chart_view import ChartView
from outcomes_app.ui.widgets.labels import Text
from tests import factories
from tests.journeys.robot import SLOW, Robot

TRIAL = Path(__file__).parent.parent / "data" / "cdystonia.csv"


@pytest.fixture
def robot(qtbot: QtBot, window: MainWindow) -> Robot:
    return Robot(qtbot, window)


def make_a_practice(robot: Robot, folder: Path) -> str:
    """Through the steps of the first start; the passphrase that was offered."""
    robot.window.begin(None)
    robot.click("continue")
    robot.type("clinic_name", "Riverside Clinic")
    robot.type("folder", str(folder))
    robot.click("continue")
    robot.type("person_name", "Dr A. Osei")
    passphrase = robot.see(QLineEdit, "new_passphrase").text()
    robot.click("continue")
    robot.see(Text, "recovery_group_14")
    for field in robot.window.findChildren(QLineEdit):
        if field.objectName().startswith("confirm_group_"):
            number = field.objectName().rpartition("_")[2]
            field.setText(robot.see(Text, f"recovery_group_{number}").text())
    robot.click("continue")
    robot.click("continue")
    robot.arrive("worklist")
    return passphrase


def register_okonkwo(robot: Robot) -> None:
    robot.window.new_patient()
    robot.type("family_name", "Okonkwo")
    robot.type("given_name", "Grace")
    robot.type("birth_date", "14-Mar-1979")
    robot.click("sex_female")
    robot.type("identifier", "RC-00231")
    robot.choose("indication_0", "chronic_migraine")
    robot.choose("icd10_0", "G43.709")
    robot.type("baseline_day", "02-Mar-2026")
    robot.type("baseline_headache_days_28_total", "21")
    robot.type("baseline_nrs_pain_average", "7")
    robot.click("save_patient")
    robot.arrive("patient")


def log_preempt(robot: Robot, *, day: str, headache_days: str, pain: str) -> None:
    robot.click("banner_start_visit")
    robot.arrive("visit")
    robot.type("visitDay", day)
    robot.choose("protocol", "preempt_fixed_155")
    robot.click("placeProtocol")
    robot.type("lot", "C8214C3")
    robot.type("expiry", "31-Mar-2029")
    robot.type("outcome_headache_days_28_total", headache_days)
    robot.type("outcome_nrs_pain_average", pain)
    robot.click("saveVisit")
    robot.arrive("patient")


def sign_in_again(robot: Robot, passphrase: str) -> None:
    robot.window.close_record()
    robot.type("passphrase", passphrase)
    robot.click("sign_in")
    robot.arrive("worklist")


def means_of_the_file() -> dict[tuple[str, int], tuple[float, int]]:
    """Mean and n of every group and week, straight from the file."""
    scores: dict[tuple[str, int], list[int]] = defaultdict(list)
    with TRIAL.open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if row["twstrs"]:
                scores[row["treat"], int(row["week"])].append(int(row["twstrs"]))
    return {key: (mean(values), len(values)) for key, values in scores.items()}


def test_the_main_path_from_first_start_to_restart(
    robot: Robot, tmp_path: Path, settings_file: SettingsFile
) -> None:
    folder = tmp_path / "riverside"
    passphrase = make_a_practice(robot, folder)

    register_okonkwo(robot)
    log_preempt(robot, day="05-Mar-2026", headache_days="20", pain="7")
    log_preempt(robot, day="28-May-2026", headache_days="11", pain="5")
    chart = robot.see(ChartView, "response_chart")
    # Told at the second visit, 11 days end the first cycle; 21 were told before treatment.
    robot.qtbot.waitUntil(lambda: "2 treatments" in chart.summary, timeout=SLOW)
    assert "11" in chart.summary
    assert "21" in chart.summary

    robot.window.show_section("import")
    page = robot.see(ImportsPage, "ImportsPage")
    page.open_file(TRIAL)
    for _step in ("reading", "meaning", "check"):
        robot.qtbot.waitUntil(page.next.isEnabled, timeout=SLOW)
        robot.qtbot.waitUntil(page.next.isVisible, timeout=SLOW)
        before = page.step
        page.next.click()
        robot.qtbot.waitUntil(lambda before=before: page.step != before, timeout=SLOW)

    sign_in_again(robot, passphrase)

    robot.window.show_section("cohort")
    cohort = robot.see(CohortPage, "CohortPage")
    robot.choose("cohort_indication", "cervical_dystonia")
    robot.qtbot.waitUntil(lambda: cohort.prepared is not None, timeout=SLOW)
    assert cohort.prepared is not None
    shown = {
        (p.group, p.step): (float(p.mean), p.n)
        for group in cohort.prepared.data.groups
        for p in group.points
        if p.n
    }
    expected = means_of_the_file()
    assert {k: n for k, (_m, n) in shown.items()} == {k: n for k, (_m, n) in expected.items()}
    for key, (value, _n) in expected.items():
        assert shown[key][0] == pytest.approx(value, rel=1e-12), key

    robot.window.close_record()
    robot.see(QLineEdit, "passphrase")
    opened = vault.open(folder, passphrase=passphrase, clock=factories.CLOCK)
    with opened.database.reading() as session:
        assert patients.count(session) == 110
        (okonkwo,) = patients.find(session, "okonk")
        course = courses.course(session, okonkwo.id)
    opened.close(with_backup=False)
    assert [len(t.injections) for t in course.treatments] == [31, 31]
    assert [t.dose.units for t in course.treatments if t.dose] == [155, 155]
    told = [
        (a.day.isoformat(), a.value("total"))
        for a in course.assessments
        if a.instrument == "headache_days_28"
    ]
    assert ("2026-05-28", 11) in told
    assert ("2026-03-05", 20) in told

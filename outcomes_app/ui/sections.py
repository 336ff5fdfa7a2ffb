"""The pages of the window and how each is reached: one line per page."""

from collections.abc import Callable
from dataclasses import dataclass

from outcomes_app.text import _
from outcomes_app.ui.context import AppContext
from outcomes_app.ui.page import Page


def _worklist(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.worklist import WorklistPage

    return WorklistPage(ctx)


def _patients(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.patients import PatientsPage

    return PatientsPage(ctx)


def _patient(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.patient import PatientPage

    return PatientPage(ctx)


def _visit(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.visit import VisitPage

    return VisitPage(ctx)


def _cohort(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.cohort import CohortPage

    return CohortPage(ctx)


def _imports(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.imports import ImportsPage

    return ImportsPage(ctx)


def _stock(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.stock import StockPage

    return StockPage(ctx)


def _settings(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.settings import SettingsPage

    return SettingsPage(ctx)


def _reference(ctx: AppContext) -> Page:
    from outcomes_app.ui.pages.reference_values import ReferenceValuesPage

    return ReferenceValuesPage(ctx)


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """A page and how it is reached: in the rail with `icon` and `keys`, or only from others."""

    key: str
    make: Callable[[AppContext], Page]
    icon: str = ""
    keys: str = ""
    at_the_end: bool = False
    title: Callable[[], str] = str


# Made when first shown: a page that draws charts loads what the first screen can do without.
SECTIONS = (
    Section(
        key="worklist",
        make=_worklist,
        icon="worklist",
        keys="Ctrl+1",
        title=lambda: _("Worklist"),
    ),
    Section(
        key="patients",
        make=_patients,
        icon="patients",
        keys="Ctrl+2",
        title=lambda: _("Patients"),
    ),
    Section(key="cohort", make=_cohort, icon="cohort", keys="Ctrl+3", title=lambda: _("Cohort")),
    Section(key="import", make=_imports, icon="import", keys="Ctrl+4", title=lambda: _("Import")),
    Section(key="stock", make=_stock, icon="stock", keys="Ctrl+6", title=lambda: _("Stock")),
    Section(
        key="settings",
        make=_settings,
        icon="settings",
        keys="Ctrl+5",
        title=lambda: _("Settings"),
        at_the_end=True,
    ),
    Section(key="reference", make=_reference),
    Section(key="patient", make=_patient),
    Section(key="visit", make=_visit),
)

"""Words for a patient's facts: medicines, purposes, reasons, grades."""

from collections.abc import Mapping
from datetime import date

from outcomes_app.domain.adverse_event import AdverseEvent
from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.patient_facts import Purpose, WhyStopped
from outcomes_app.domain.values import Side
from outcomes_app.text import _, day, ngettext


def purposes() -> Mapping[Purpose, str]:
    """What a medicine is taken for, in the order of a list."""
    return {
        Purpose.PREVENTIVE: _("Preventive"),
        Purpose.ACUTE: _("Acute"),
        Purpose.OTHER: _("Other"),
    }


def reasons_stopped() -> Mapping[WhyStopped, str]:
    """Why a medicine ended, in the order of a list."""
    return {
        WhyStopped.NO_BENEFIT: _("No benefit"),
        WhyStopped.NOT_TOLERATED: _("Not tolerated"),
        WhyStopped.CONTRAINDICATED: _("Contraindicated"),
        WhyStopped.NO_LONGER_NEEDED: _("No longer needed"),
        WhyStopped.PATIENT_WISH: _("Wish of the patient"),
        WhyStopped.OTHER: _("Other reason"),
    }


def grades() -> Mapping[int, str]:
    """The grades of an adverse event with their general meaning."""
    return {
        1: _("Grade 1, mild"),
        2: _("Grade 2, moderate"),
        3: _("Grade 3, severe"),
        4: _("Grade 4, life-threatening"),
        5: _("Grade 5, death"),
    }


def sides() -> Mapping[Side, str]:
    """The sides of the patient."""
    return {Side.LEFT: _("left"), Side.RIGHT: _("right"), Side.MIDLINE: _("midline")}


def span(start: date | None, end: date | None) -> str:
    """From when to when, as far as it is known."""
    if start is None and end is None:
        return _("since when is not known")
    if end is None:
        return _("since {start}").format(start=day(start))  # type: ignore[arg-type]
    if start is None:
        return _("until {end}").format(end=day(end))
    return _("{start} to {end}").format(start=day(start), end=day(end))


def onset_words(event: AdverseEvent, treated_on: date | None) -> str:
    """The day an event began, counted from its treatment where it is linked to one."""
    if treated_on is None:
        return _("began {day}, not linked to a treatment").format(day=day(event.onset))
    days = (event.onset - treated_on).days
    counted = ngettext("{n} day", "{n} days", days).format(n=days)
    return _("began {day}, {count} after the treatment of {treated}").format(
        day=day(event.onset), count=counted, treated=day(treated_on)
    )


def place_words(event: AdverseEvent, catalog: Catalog) -> str:
    """The muscle and side of an event; "" where none is named."""
    if event.site is None:
        return ""
    site = catalog.sites.get(event.site)
    name = site.name if site else str(event.site)
    return f"{name}, {sides()[event.side]}" if event.side else name

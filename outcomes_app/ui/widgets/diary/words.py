"""What a diary day says in words. “No headache” and “no entry” are never the same words."""

from datetime import date

from outcomes_app.analysis import medicine_days
from outcomes_app.domain.diary import DiaryDay
from outcomes_app.text import _, number, weekday_and_day


def severity_words(severity: int) -> str:
    """None, mild, moderate or severe."""
    return (_("no headache"), _("mild"), _("moderate"), _("severe"))[severity]


def headache_words(day: DiaryDay | None) -> str:
    """Whether there was a headache and how bad: "moderate headache", "no headache", "no entry"."""
    if day is None:
        return _("no entry")
    if day.headache is None:
        return _("headache not said")
    if not day.headache:
        return _("no headache")
    if day.peak_severity:
        return _("{severity} headache").format(severity=severity_words(day.peak_severity))
    if day.peak_pain is not None:
        return _("headache, pain {pain} of 10").format(pain=number(day.peak_pain))
    return _("headache, pain not said")


def medicine_words(day: DiaryDay | None) -> str:
    """The acute medicine of a day; "" where the day does not say."""
    if day is None:
        return ""
    if day.acute_medicines:
        named = ", ".join(m.name or class_words(m.kind) for m in day.acute_medicines)
        return _("acute medicine: {named}").format(named=named)
    if day.acute_medicine_taken is None:
        return ""
    return _("acute medicine taken") if day.acute_medicine_taken else _("no acute medicine")


def class_words(kind: str) -> str:
    """A class of medicine as a diary names it, in words."""
    known = medicine_days.class_of(kind)
    return known.words if known else _("class not known")


def day_words(on: date, day: DiaryDay | None, *, injection: bool, future: bool = False) -> str:
    """All of a day in one line, for the screen reader and the tool tip."""
    if future:
        said = [_("still to come")]
    else:
        said = [headache_words(day), medicine_words(day)]
        if day is not None and day.duration_hours is not None:
            said.append(_("{n} hours").format(n=number(day.duration_hours)))
    if injection:
        said.append(_("day of treatment"))
    return ", ".join((weekday_and_day(on), *(words for words in said if words)))

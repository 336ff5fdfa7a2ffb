"""Words, dates, numbers and units as people read them. Every shown text passes through `_`."""

import gettext as _gettext
from datetime import date, datetime
from decimal import Decimal

from outcomes_app import resources

NO_BREAK_SPACE = "\u00a0"
NO_BREAK_HYPHEN = "\u2011"

_translations: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(language: str) -> None:
    """Translate from now on into `language` ("de", "fr", …); English where there is no file."""
    global _translations  # noqa: PLW0603  one language per process, set once at start
    folder = resources.folder("locale")
    _translations = _gettext.translation(
        "outcomes_app", str(folder), languages=[language], fallback=True
    )


def _(message: str) -> str:
    """The message in the chosen language."""
    return _translations.gettext(message)


def ngettext(singular: str, plural: str, count: int) -> str:
    """The form for `count`, in the chosen language; put the number in with `.format(n=…)`."""
    return _translations.ngettext(singular, plural, count)


_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def day(value: date) -> str:
    """A date with a month name and no break in it: 20-Nov-2025."""
    month = _(_MONTHS[value.month - 1])
    return f"{value.day:02d}-{month}-{value.year:04d}".replace("-", NO_BREAK_HYPHEN)


def month(value: date) -> str:
    """The short name of a month: Nov."""
    return _(_MONTHS[value.month - 1])


_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def weekday_and_day(value: date) -> str:
    """A date with its weekday: Thu 20-Nov-2025."""
    return f"{_(_WEEKDAYS[value.weekday()])}{NO_BREAK_SPACE}{day(value)}"


def clock_time(value: datetime) -> str:
    """A time of day, 24 hours: 09:41, in the machine's time zone."""
    return value.astimezone().strftime("%H:%M")


def number(value: Decimal | int | float, places: int | None = None) -> str:
    """A number with a leading zero, no trailing zeros, and a comma from 1,000: 0.5, 1,200."""
    exact = Decimal(str(value)) if not isinstance(value, Decimal) else value
    if places is not None:
        exact = round(exact, places)
    text = f"{exact.normalize():,f}" if exact else "0"
    return text.replace("-", "\u2212")


def units(value: Decimal | int | float) -> str:
    """A dose, with the word in full: 22.5 units."""
    amount = number(value)
    word = ngettext("unit", "units", 1 if amount == "1" else 2)
    return f"{amount}{NO_BREAK_SPACE}{word}"


def age_in_years(born: date, on: date) -> int:
    """Completed years on a day; a birthday on 29 February falls on 1 March in other years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))


def weeks_and_days(days: int) -> str:
    """An interval as clinics say it: 84 days is "12 w 0 d"."""
    return _("{weeks} w {days} d").format(weeks=days // 7, days=days % 7)


def person_name(family: str, given: str, title: str = "") -> str:
    """FAMILY, Given (Title); whatever of it is known."""
    name = ", ".join(part for part in (family.upper(), given) if part)
    return f"{name} ({title})" if title and name else name


def plain(text: str) -> str:
    """The same text with ordinary spaces and hyphens, for copying and for files."""
    return text.replace(NO_BREAK_SPACE, " ").replace(NO_BREAK_HYPHEN, "-").replace("\u2212", "-")

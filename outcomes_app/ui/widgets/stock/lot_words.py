"""How a lot stands, in words: expired or soon to, how its vials came and went."""

from dataclasses import dataclass
from datetime import date

from outcomes_app.domain.catalog import Catalog
from outcomes_app.domain.stock import LotStanding, Movement
from outcomes_app.domain.values import ProductId
from outcomes_app.text import _, ngettext

SOON_DAYS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class LotState:
    """A status as word, tone and icon; `key` is what the counts over the list go by."""

    key: str
    words: str
    tone: str
    icon: str


def lot_state(found: LotStanding, today: date) -> LotState:
    """Whether vials of a lot may be used today, in words."""
    days = (found.lot.expiry - today).days
    if found.remaining <= 0:
        return LotState(key="used", words=_("Used up"), tone="", icon="minus")
    if days < 0:
        return LotState(key="expired", words=_("Expired"), tone="danger", icon="danger")
    if found.lot.storage_problem:
        return LotState(key="stored", words=_("Stored wrongly"), tone="warn", icon="warn")
    if days <= SOON_DAYS:
        return LotState(key="soon", words=_("Expires soon"), tone="warn", icon="clock")
    return LotState(key="good", words=_("In date"), tone="ok", icon="check")


def time_left(expiry: date, today: date) -> str:
    """How far off the expiry is: "in 12 days", "3 days ago"."""
    days = (expiry - today).days
    if days == 0:
        return _("today")
    if days < 0:
        return ngettext("{n} day ago", "{n} days ago", -days).format(n=-days)
    return ngettext("in {n} day", "in {n} days", days).format(n=days)


def movement_word(kind: Movement) -> str:
    """What happened to the vials, as one word."""
    return {
        Movement.RECEIVED: _("Received"),
        Movement.OPENED: _("Opened"),
        Movement.DISCARDED: _("Written off"),
        Movement.RETURNED: _("Put back"),
        Movement.EXPIRED: _("Written off, expired"),
        Movement.ADJUSTED: _("Counted"),
    }[kind]


def vials(count: int) -> str:
    """A number of vials: "1 vial", "3 vials"."""
    return ngettext("{n} vial", "{n} vials", count).format(n=count)


def product_name(catalog: Catalog, product: ProductId) -> str:
    """The generic name of a product; its id where the catalog has no such product any more."""
    known = catalog.products.get(product)
    return known.name if known else product


def product_code(catalog: Catalog, product: ProductId) -> str:
    """The code under which a product has its colour and shape."""
    known = catalog.products.get(product)
    return known.code if known else product

"""Sentences and choices that the charts of a cohort share."""

from outcomes_app.analysis.group_course import PLACEBO, GroupBy
from outcomes_app.charts.base import Options
from outcomes_app.domain.definitions import Scale
from outcomes_app.domain.values import ProductId
from outcomes_app.errors import OutcomesError
from outcomes_app.text import _


def chosen_scale(options: Options) -> Scale:
    """The one measure of a chart; OutcomesError where none was chosen."""
    if not options.scales:
        raise OutcomesError(_("No measure was chosen."), todo=_("Choose one outcome measure."))
    return options.scales[0]


def nobody() -> str:
    """Why there is nothing to draw where nobody was treated."""
    return _("No treated patient matches. Choose another indication, or record or import some.")


def no_percent(scale: Scale) -> str:
    """Why a measure has no percent change."""
    return _(
        "“{measure}” does not begin at zero: a percent change would mean nothing. "
        "Choose another measure."
    ).format(measure=scale.name)


def no_change_known(scale: Scale) -> str:
    """Why there is nothing to draw where no change is known."""
    return _("Nobody has a baseline and a later value of “{measure}”.").format(measure=scale.name)


def group_title(key: str, options: Options) -> str:
    """The name of a group of patients, as far as it has one."""
    if options.group_by is GroupBy.NONE:
        return _("All patients")
    if not key:
        return _("Not stated")
    if options.group_by is GroupBy.PRODUCT:
        return _("Placebo") if key == PLACEBO else options.product_name(ProductId(key))
    if options.group_by is GroupBy.CLINIC_SITE and key.isdigit():
        return _("Site {name}").format(name=key)
    return key

"""The body map: pictures, points on them, and the one model that map, table and totals share."""

from outcomes_app.ui.widgets.bodymap.bodymap import BodyMap
from outcomes_app.ui.widgets.bodymap.model import PlanModel
from outcomes_app.ui.widgets.bodymap.strip import ViewStrip

__all__ = ["BodyMap", "PlanModel", "ViewStrip"]

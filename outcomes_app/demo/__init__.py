"""A synthetic practice that looks like life and is marked as synthetic.

conditions.py says what is treated how and names.py who; courses.py simulates one patient with the
help of schedule.py, injections.py, progress.py, scores.py and diaries.py; build.py makes the
practice, storing.py stores it. Everything but storing.py is pure: the same seed and day give the
same values.
"""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from outcomes_app.clock import Clock
    from outcomes_app.domain.catalog import Catalog
    from outcomes_app.records import Session


def fill(session: "Session", *, catalog: "Catalog", clock: "Clock") -> None:
    """Make the usual synthetic practice up to today and store it in an empty, synthetic one."""
    from outcomes_app.demo import build, storing

    storing.store(session, build.make_practice(catalog, today=clock.today()), catalog=catalog)

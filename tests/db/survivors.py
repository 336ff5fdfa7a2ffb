"""What a vault's file holds after a crash, and whether that is all it should hold and nothing less.

These are the detectors: each crash test runs them on the program as it is, where they must find
nothing, and on a seeded mistake, which they must find.
"""

from dataclasses import dataclass
from typing import Any

from outcomes_app.db import engine, verify
from outcomes_app.db.engine import VaultFile
from tests.db.crash_server import POINTS

_PARTS = """
SELECT hex, given, count(*) FROM (
  SELECT treatment_id AS hex, 'injection' AS given FROM injection
  UNION ALL SELECT treatment_id, 'assessment' FROM assessment
  UNION ALL SELECT treatment_id, 'adverse_event' FROM adverse_event
  UNION ALL SELECT entity_id, 'audit' FROM audit WHERE entity = 'treatment'
) GROUP BY hex, given
"""
_WHOLE = {"injection": POINTS, "assessment": 2, "adverse_event": 1, "audit": 1}


@dataclass(frozen=True, slots=True)
class Survivors:
    """The treatments in a file: those that are whole, and those of which parts are missing."""

    whole: frozenset[str]
    partial: frozenset[str]

    def lost(self, saved: list[str]) -> set[str]:
        """Those that were said to be saved and are not whole."""
        return set(saved) - self.whole


def look(file: VaultFile) -> Survivors:
    """Open a file as the program does after a crash, and count."""
    connection = engine.connect(file)
    try:
        return counted(connection)
    finally:
        connection.close()


def counted(connection: Any) -> Survivors:
    """The same on an open connection."""
    treatments = {row[0]: {} for row in connection.execute("SELECT id FROM treatment")}
    for name, part, number in connection.execute(_PARTS):
        treatments.setdefault(name, {})[part] = number
    whole = frozenset(name for name, parts in treatments.items() if parts == _WHOLE)
    return Survivors(whole=whole, partial=frozenset(treatments) - whole)


def damage(file: VaultFile) -> tuple[str, ...]:
    """What the thorough verification complains of."""
    database = engine.Database.in_file(file)
    try:
        report = verify.verify(database)
    finally:
        database.close()
    return tuple(found for check in report.checks for found in check.found)

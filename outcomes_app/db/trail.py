"""Checking the audit chain: every row against its seal, and its end against the head.

It reads rows in blocks, so that ten years of changes need no more memory than one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import NoResultFound
from sqlalchemy.orm import Session

from outcomes_app.db import audit, chain
from outcomes_app.db.schema import AuditRow
from outcomes_app.text import _

_BLOCK = 2000
_MOST_NAMED = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Trail:
    """How long the chain is, its last digest, and what is wrong with it."""

    rows: int
    digest: str
    problems: tuple[str, ...]


NONE = Trail(rows=0, digest="", problems=())


def verify(session: Session) -> Trail:
    """Recompute the whole chain and name the rows that do not fit."""
    try:
        key, seq, mac, seal = audit.verify_setting(session)
    except NoResultFound:
        return Trail(
            rows=0, digest="", problems=(_("The key or the end of the chain is missing."),)
        )
    problems: list[str] = []
    expected, prev, rows = 1, chain.GENESIS, 0
    for row in _rows(session):
        rows += 1
        problem = _problem(key, row, expected, prev)
        if problem and len(problems) < _MOST_NAMED:
            problems.append(problem)
        expected, prev = row["seq"] + 1, row["mac"]
    if chain.seal(key, seq, mac) != seal:
        problems.append(_("The seal of the chain's end does not fit."))
    elif (expected - 1, prev) != (seq, mac):
        problems.append(
            _("The chain ends at row {found}, and should end at row {expected}.").format(
                found=expected - 1, expected=seq
            )
        )
    return Trail(rows=rows, digest=mac, problems=tuple(problems))


def _problem(key: bytes, row: dict[str, Any], expected: int, prev: str) -> str:
    seq = row["seq"]
    if seq != expected:
        return _("Row {expected} is missing before row {seq}.").format(expected=expected, seq=seq)
    if row["prev"] != prev or row["mac"] != chain.link(
        key, row["prev"], [row[name] for name in chain.SEALED]
    ):
        return _("Row {seq} does not fit its seal.").format(seq=seq)
    payload = row["payload"]
    # The chain runs over the payload's digest, so that a later version can blank a payload by law
    # and say so; this version never does, and an empty one is a loss.
    if payload is None or chain.payload_mac(key, payload) != row["payload_mac"]:
        return _("The contents of row {seq} were changed.").format(seq=seq)
    return ""


def _rows(session: Session) -> Iterator[dict[str, Any]]:
    table = AuditRow.__table__
    last = -(1 << 62)
    while True:
        block = (
            session.execute(
                select(table).where(table.c.seq > last).order_by(table.c.seq).limit(_BLOCK)
            )
            .mappings()
            .all()
        )
        if not block:
            return
        yield from map(dict, block)
        last = block[-1]["seq"]

"""Reads indications.toml."""

import re
from collections.abc import Mapping
from typing import cast

from outcomes_app.catalog.entry import Entry, by_id
from outcomes_app.catalog.source import Source, read
from outcomes_app.domain.definitions import Indication, ProcedureCode
from outcomes_app.domain.values import IndicationId, ProductId, ProtocolId, SiteId
from outcomes_app.text import _

_FILE = "indications.toml"
_ICD10 = re.compile(r"[A-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?")


def indications(source: Source) -> Mapping[IndicationId, Indication]:
    """The conditions that are treated, by id."""
    found = by_id(read(source, _FILE).entries("indication"), _indication)
    return cast("Mapping[IndicationId, Indication]", found)


def condition_groups(source: Source) -> Mapping[str, tuple[IndicationId, ...]]:
    """The wider condition names and the indications each means."""
    groups = read(source, _FILE).table("condition_groups")
    return {
        key: tuple(IndicationId(i) for i in groups.texts(key)) for key, _value in groups.items()
    }


def procedure_codes(source: Source) -> Mapping[str, ProcedureCode]:
    """The procedure codes by code."""
    return {
        e.text("code"): ProcedureCode(
            code=e.text("code"), purpose=e.text("purpose"), provenance=e.provenance()
        )
        for e in read(source, _FILE).entries("procedure_code")
    }


def _indication(entry: Entry) -> Indication:
    labels, interval = entry.table("label_status"), entry.table("interval_weeks", {})
    interval.check_order("min", "usual")
    return Indication(
        id=IndicationId(entry.text("id")),
        name=entry.text("name"),
        group=entry.text("group"),
        icd10=_codes(entry, "icd10cm"),
        icd10_related=_codes(entry, "icd10cm_related"),
        procedure_codes=entry.texts("cpt"),
        on_label={
            region: tuple(ProductId(p) for p in labels.table(region).texts("on_label"))
            for region in ("us", "eu")
        },
        sites=tuple(SiteId(s) for s in entry.texts("sites")),
        protocols=tuple(ProtocolId(p) for p in entry.texts("protocols")),
        measures=entry.texts("outcome_measures"),
        interval_weeks_usual=interval.number_or_none("usual"),
        interval_weeks_min=interval.number_or_none("min"),
        interval_provenance=interval.provenance(),
        provenance=labels.provenance(),
        details=entry.as_filed(),
    )


def _codes(entry: Entry, field: str) -> tuple[str, ...]:
    codes = entry.texts(field)
    for code in codes:
        if not _ICD10.fullmatch(code):
            raise entry.fault(field, _("{code!r} is not an ICD-10 code").format(code=code))
    return codes

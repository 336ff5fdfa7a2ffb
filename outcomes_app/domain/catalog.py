"""The catalog: every definition the program knows, each section read when it is first asked for.

The class lives in the domain so that rules can take it; outcomes_app.catalog fills it.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

from outcomes_app.domain.definitions import (
    AdverseEventTerm,
    BodyView,
    Grid,
    Indication,
    Instrument,
    OutcomeMeasure,
    ProcedureCode,
    Product,
    Protocol,
    ResponseRule,
    SafetyRule,
    Scale,
    Site,
)
from outcomes_app.domain.values import (
    AdverseEventTermId,
    IndicationId,
    InstrumentId,
    ProductId,
    ProtocolId,
    SiteId,
    ViewId,
)
from outcomes_app.errors import NotFound
from outcomes_app.text import _

# The name of a condition that means every indication.
EVERY_INDICATION = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaders:
    """One function per section; each is called once, when the section is first asked for."""

    products: Callable[[], Mapping[ProductId, Product]]
    sites: Callable[[], Mapping[SiteId, Site]]
    views: Callable[[], Mapping[ViewId, BodyView]]
    grids: Callable[[], Mapping[str, Grid]]
    protocols: Callable[[], Mapping[ProtocolId, Protocol]]
    indications: Callable[[], Mapping[IndicationId, Indication]]
    condition_groups: Callable[[], Mapping[str, tuple[IndicationId, ...]]]
    procedure_codes: Callable[[], Mapping[str, ProcedureCode]]
    instruments: Callable[[], Mapping[InstrumentId, Instrument]]
    measures: Callable[[Mapping[InstrumentId, Instrument]], Mapping[str, OutcomeMeasure]]
    safety_rules: Callable[[], Mapping[str, SafetyRule]]
    adverse_event_terms: Callable[[], Mapping[AdverseEventTermId, AdverseEventTerm]]
    response_rules: Callable[[], Mapping[str, ResponseRule]]
    general: Callable[[], Mapping[str, object]]


class Catalog:
    """Every definition by id, in the order of the files. Read-only; safe to share."""

    def __init__(self, loaders: Loaders, base: "Catalog | None" = None) -> None:
        self._loaders = loaders
        # The catalog as its files have it, under one that holds the clinic's own values.
        self.base: Catalog = base or self

    @cached_property
    def products(self) -> Mapping[ProductId, Product]:
        """The toxin products."""
        return self._loaders.products()

    @cached_property
    def sites(self) -> Mapping[SiteId, Site]:
        """The places to inject."""
        return self._loaders.sites()

    @cached_property
    def views(self) -> Mapping[ViewId, BodyView]:
        """The pictures of the body map."""
        return self._loaders.views()

    @cached_property
    def grids(self) -> Mapping[str, Grid]:
        """The ready-made points of axilla, palm and sole ("axilla_left", …)."""
        return self._loaders.grids()

    @cached_property
    def protocols(self) -> Mapping[ProtocolId, Protocol]:
        """The named injection paradigms."""
        return self._loaders.protocols()

    @cached_property
    def indications(self) -> Mapping[IndicationId, Indication]:
        """The conditions that are treated."""
        return self._loaders.indications()

    @cached_property
    def condition_groups(self) -> Mapping[str, tuple[IndicationId, ...]]:
        """The wider condition names of instruments and rules, with the indications they mean."""
        return self._loaders.condition_groups()

    @cached_property
    def procedure_codes(self) -> Mapping[str, ProcedureCode]:
        """The procedure codes the indications name."""
        return self._loaders.procedure_codes()

    @cached_property
    def instruments(self) -> Mapping[InstrumentId, Instrument]:
        """The outcome instruments."""
        return self._loaders.instruments()

    @cached_property
    def measures(self) -> Mapping[str, OutcomeMeasure]:
        """The outcome measures, each bound to a scale."""
        return self._loaders.measures(self.instruments)

    @cached_property
    def safety_rules(self) -> Mapping[str, SafetyRule]:
        """The safety rules."""
        return self._loaders.safety_rules()

    @cached_property
    def adverse_event_terms(self) -> Mapping[AdverseEventTermId, AdverseEventTerm]:
        """The adverse events that can be recorded."""
        return self._loaders.adverse_event_terms()

    @cached_property
    def response_rules(self) -> Mapping[str, ResponseRule]:
        """The response and continuation rules."""
        return self._loaders.response_rules()

    @cached_property
    def general(self) -> Mapping[str, object]:
        """What the files say beside their entries (facts, modifiers, interactions, conventions),
        by "file.key"."""
        return self._loaders.general()

    def find_scale(self, instrument: str, part: str = "total") -> Scale | None:
        """How a stored number is read; a plain measure goes by its own id. None where unknown."""
        found = self.instruments.get(InstrumentId(instrument))
        return found.scale(part) if found else self._plain_scale(instrument, part)

    def scale(self, instrument: str, part: str = "total") -> Scale:
        """The same, but raises NotFound where there is none."""
        scale = self.find_scale(instrument, part)
        if scale is None:
            raise NotFound(
                _("The catalog has no scale for {instrument}, part {part}.").format(
                    instrument=instrument, part=part
                ),
                todo=_("Choose one of the instruments and parts of the catalog."),
            )
        return scale

    def _plain_scale(self, measure: str, part: str) -> Scale | None:
        found = self.measures.get(measure)
        if found is None or found.scale.instrument != measure:
            return None
        return found.scale if found.scale.part == part.partition(":")[0] else None

    def measures_for(self, indication: str) -> tuple[OutcomeMeasure, ...]:
        """The measures an indication asks for, most usual first; none for an unknown one."""
        found = self.indications.get(IndicationId(indication))
        return tuple(self.measures[m] for m in found.measures) if found else ()

    def means(self, condition: str, indication: str) -> bool:
        """Whether a condition name of the reference ("spasticity", "all") means an indication."""
        return condition in (EVERY_INDICATION, indication) or IndicationId(
            indication
        ) in self.condition_groups.get(condition, ())

    def instruments_for(self, indication: str) -> tuple[Instrument, ...]:
        """The instruments that are used in an indication."""
        return tuple(
            i
            for i in self.instruments.values()
            if any(self.means(c, indication) for c in i.indications)
        )

"""The scoring rules by name. Which instrument uses which, with its items, stands in instruments/.

A rule gets an instrument and its answers and yields one Score per scale. What was not answered is
never filled in silently: `answered` of `items` goes with every number, and where the instrument's
own rule does not allow a number there is none.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from outcomes_app.domain.instruments import Instrument, Item, Scale
from outcomes_app.domain.values import Score

_HUNDRED = Decimal(100)
# Enough to be exact for every published table, few enough to be stored and compared.
_DECIMALS_KEPT = 10
# Modified Ashworth: the grades 0, 1, 1+, 2, 3, 4 have the ranks 0 to 5.
_ASHWORTH_HALF = tuple(Decimal(v) for v in ("0", "1", "1.5", "2", "3", "4"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One goal of Goal Attainment Scaling; `rating` None = not rated yet."""

    rating: Decimal | None
    weight: Decimal
    baseline: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers to one instrument: values by item key. An item in `not_applicable` was declared
    so; `asked` names every item that was mentioned, answered or not."""

    values: Mapping[str, Decimal]
    asked: frozenset[str] = frozenset()
    not_applicable: frozenset[str] = frozenset()
    goals: tuple[Goal, ...] = ()

    def get(self, key: str) -> Decimal | None:
        """The answer to an item; None where it is missing or does not apply."""
        return self.values.get(key)

    def of(self, keys: Iterable[str]) -> list[Decimal]:
        """The answers that were given to these items, in their order."""
        return [self.values[k] for k in keys if k in self.values]

    def all_of(self, keys: tuple[str, ...]) -> list[Decimal] | None:
        """The answers to these items; None unless each was answered."""
        found = self.of(keys)
        return found if len(found) == len(keys) else None


Rule = Callable[[Instrument, Answers], Iterator[Score]]


def rule_name(instrument: Instrument) -> str:
    """What a Score says it was made by: instrument, function and version."""
    return f"{instrument.id}/{instrument.scoring}/{instrument.scoring_version}"


def _score(instrument: Instrument, scale: Scale, value: Decimal | None, answers: Answers) -> Score:
    asked = [k for k in scale.items if k not in answers.not_applicable]
    return Score(
        part=scale.part,
        value=_rounded(instrument, value),
        answered=len(answers.of(asked)),
        items=len(asked),
        rule=rule_name(instrument),
    )


def _rounded(instrument: Instrument, value: Decimal | None) -> Decimal | None:
    if value is None:
        return None
    places = int(str(instrument.parameters.get("decimals", _DECIMALS_KEPT)))
    exact = value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)
    return exact.normalize() if exact % 1 else exact.quantize(Decimal(1))


def _enough(scale: Scale, answered: list[Decimal]) -> bool:
    needed = len(scale.items) if scale.needed is None else scale.needed
    return bool(answered) and len(answered) >= needed


def _mean(values: list[Decimal]) -> Decimal:
    return sum(values, Decimal(0)) / len(values)


def _bounds(item: Item) -> tuple[Decimal, Decimal]:
    ends = list(item.choices.values()) or [v for v in (item.low, item.high) if v is not None]
    return min(ends), max(ends)


def _fraction(instrument: Instrument, scale: Scale, answers: Answers) -> Decimal | None:
    """How much of the possible sum over the answered items was reached, from 0 to 1."""
    given = answers.of(scale.items)
    if not _enough(scale, given):
        return None
    bounds = {i.key: _bounds(i) for i in instrument.items}
    reached = [bounds[k] for k in scale.items if k in answers.values]
    low = sum((b[0] for b in reached), Decimal(0))
    high = sum((b[1] for b in reached), Decimal(0))
    return (sum(given, Decimal(0)) - low) / (high - low)


def _scored(instrument: Instrument) -> Iterator[Scale]:
    yield from (s for s in instrument.scales if s.items)


def value(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Each number as it was given; a qualifier nobody asked about gives no score."""
    for scale in _scored(instrument):
        if answers.asked and scale.items[0] not in answers.asked:
            continue
        yield _score(instrument, scale, answers.get(scale.items[0]), answers)


def sum_(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The sum of the items; all are required."""
    for scale in _scored(instrument):
        given = answers.of(scale.items)
        total = sum(given, Decimal(0)) if _enough(scale, given) else None
        yield _score(instrument, scale, total, answers)


def prorated_sum(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The mean of the answered items times the number of items, where enough were answered."""
    for scale in _scored(instrument):
        given = answers.of(scale.items)
        total = _mean(given) * len(scale.items) if _enough(scale, given) else None
        yield _score(instrument, scale, total, answers)


def mean(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The mean of the answered items, where enough were answered."""
    for scale in _scored(instrument):
        given = answers.of(scale.items)
        result = _mean(given) if _enough(scale, given) else None
        yield _score(instrument, scale, result, answers)


def percent(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The sum as a percentage of what the answered items could reach."""
    for scale in _scored(instrument):
        part = _fraction(instrument, scale, answers)
        yield _score(instrument, scale, None if part is None else part * _HUNDRED, answers)


def reversed_percent(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """100 minus that percentage, so that 100 is the best."""
    for scale in _scored(instrument):
        part = _fraction(instrument, scale, answers)
        yield _score(instrument, scale, None if part is None else (1 - part) * _HUNDRED, answers)


def lookup(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The raw sum, read in the instrument's table."""
    table = instrument.parameters["table"]
    if not isinstance(table, Mapping):
        raise TypeError("the table of a lookup is a table")
    for scale in _scored(instrument):
        given = answers.all_of(scale.items)
        found = None if given is None else Decimal(str(table[str(sum(given, Decimal(0)))]))
        yield _score(instrument, scale, found, answers)


def dlqi(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """The sum of ten; one unanswered item counts 0, two make it unscorable (its instructions)."""
    scale = instrument.main
    given = answers.of(scale.items)
    total = sum(given, Decimal(0)) if _enough(scale, given) else None
    yield _score(instrument, scale, total, answers)


def twstrs(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """TWSTRS: severity with the duration factor doubled, disability, pain, and their sum."""
    scales = {s.part: s for s in instrument.scales}
    parts: dict[str, Decimal | None] = dict.fromkeys(("severity", "disability", "pain"))
    if severity := answers.all_of(scales["severity"].items):
        parts["severity"] = sum(severity, Decimal(0)) + answers.values["duration"]
    if disability := answers.all_of(scales["disability"].items):
        parts["disability"] = sum(disability, Decimal(0))
    if answers.all_of(scales["pain"].items):
        got = answers.values
        # Consky and Lang 1994: the usual pain counts twice.
        intensity = (got["pain_worst"] + got["pain_best"] + 2 * got["pain_usual"]) / 4
        parts["pain"] = intensity + got["pain_duration"] + got["pain_disability"]
    known = [v for v in parts.values() if v is not None]
    total = sum(known, Decimal(0)) if len(known) == len(parts) else None
    yield _score(instrument, scales["total"], total, answers)
    for part, result in parts.items():
        yield _score(instrument, scales[part], result, answers)


def tsui(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Tsui: (rotation + tilt + ante/retrocollis) × duration + shoulder + tremor × its duration."""
    scale = instrument.main
    result = None
    if answers.all_of(scale.items):
        got = answers.values
        deviation = got["rotation"] + got["tilt"] + got["ante_retrocollis"]
        tremor = got["tremor_severity"] * got["tremor_duration"]
        result = deviation * got["duration"] + got["shoulder"] + tremor
    yield _score(instrument, scale, result, answers)


def mas(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Modified Ashworth: the grade as a rank (1+ = 2) and with 1+ as 1.5."""
    rank = answers.get("grade")
    numbers = {"rank": rank, "half": None if rank is None else _ASHWORTH_HALF[int(rank)]}
    for scale in instrument.scales:
        yield _score(instrument, scale, numbers[scale.part], answers)


def tardieu(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Modified Tardieu: the angle R2 − R1, and the quality of the reaction by itself."""
    catch, full = answers.get("r1"), answers.get("r2")
    angle = full - catch if catch is not None and full is not None else None
    numbers = {"angle": angle, "x": answers.get("x")}
    for scale in instrument.scales:
        yield _score(instrument, scale, numbers[scale.part], answers)


def gas(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Goal Attainment Scaling: T by the corrected formula (Turner-Stokes 2009, erratum)."""
    rho = Decimal(str(instrument.parameters["rho"]))
    rated = [(g.rating, g.weight) for g in answers.goals if g.rating is not None]
    before = [(g.baseline, g.weight) for g in answers.goals if g.baseline is not None]
    for part, pairs in (("total", rated), ("baseline", before)):
        yield Score(
            part=part,
            value=_rounded(instrument, _t_score(pairs, rho)),
            answered=len(pairs),
            items=len(answers.goals),
            rule=rule_name(instrument),
        )
    for number, goal in enumerate(answers.goals, 1):
        yield Score(
            part=f"goal:{number}",
            value=goal.rating,
            answered=int(goal.rating is not None),
            items=1,
            rule=rule_name(instrument),
        )


def _t_score(pairs: list[tuple[Decimal, Decimal]], rho: Decimal) -> Decimal | None:
    weights = [w for _x, w in pairs]
    if not any(weights):
        return None
    squares = sum((w * w for w in weights), Decimal(0))
    spread = ((1 - rho) * squares + rho * sum(weights, Decimal(0)) ** 2).sqrt()
    return 50 + 10 * sum((x * w for x, w in pairs), Decimal(0)) / spread


def gravimetry(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """Sweat in mg per 5 minutes: the gain in weight over the time, times 5."""
    scale = instrument.main
    result = None
    if answers.all_of(scale.items) and answers.values["minutes"]:
        got = answers.values
        result = (got["after_mg"] - got["before_mg"]) / got["minutes"] * 5
    yield _score(instrument, scale, result, answers)


def spadi(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """SPADI: the two subscales in percent, and their mean as the total (Roach 1991)."""
    subscales = [s for s in instrument.scales if s.part != "total"]
    parts = [_fraction(instrument, s, answers) for s in subscales]
    known = [p * _HUNDRED for p in parts if p is not None]
    total = _mean(known) if len(known) == len(subscales) else None
    yield _score(instrument, instrument.main, total, answers)
    for scale, part in zip(subscales, parts, strict=True):
        yield _score(instrument, scale, None if part is None else part * _HUNDRED, answers)


def npsi(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """NPSI: the sum of the ten descriptors, and the mean of each dimension."""
    for scale in instrument.scales:
        given = answers.all_of(scale.items)
        summed = sum(given, Decimal(0)) if given is not None else None
        whole = scale.part == "total" or summed is None
        yield _score(instrument, scale, summed if whole else _mean(given or []), answers)


def eq5d5l(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """EQ-5D-5L: the VAS as given; no index, because no national value set is held here."""
    for scale in instrument.scales:
        result = answers.get("vas") if scale.part == "vas" else None
        yield _score(instrument, scale, result, answers)


def wpai(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """WPAI: absenteeism, presenteeism, overall work and activity impairment in percent."""
    employed, missed, worked = (answers.get(k) for k in ("1", "2", "4"))
    productivity, activity = answers.get("5"), answers.get("6")
    absent = present = overall = None
    if employed and missed is not None and worked is not None and missed + worked > 0:
        absent = missed / (missed + worked)
        if worked == 0:
            # Nothing was worked, so nothing is known of productivity: all was missed.
            overall = Decimal(1)
        elif productivity is not None:
            present = productivity / 10
            overall = absent + (1 - absent) * present
    numbers = {
        "absenteeism": absent,
        "presenteeism": present,
        "overall_work": overall,
        "activity": None if activity is None else activity / 10,
    }
    for scale in instrument.scales:
        part = numbers[scale.part]
        yield _score(instrument, scale, None if part is None else part * _HUNDRED, answers)


def fiqr(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """FIQR: function / 3 + overall + symptoms / 2 (Bennett 2009)."""
    divisors = {"function": Decimal(3), "overall": Decimal(1), "symptoms": Decimal(2)}
    parts: dict[str, Decimal | None] = {}
    for scale in instrument.scales[1:]:
        given = answers.all_of(scale.items)
        parts[scale.part] = sum(given, Decimal(0)) / divisors[scale.part] if given else None
    known = [v for v in parts.values() if v is not None]
    total = sum(known, Decimal(0)) if len(known) == len(parts) else None
    yield _score(instrument, instrument.main, total, answers)
    for scale in instrument.scales[1:]:
        yield _score(instrument, scale, parts[scale.part], answers)


def tsqm14(instrument: Instrument, answers: Answers) -> Iterator[Score]:
    """TSQM: each scale in percent; without side effects (item 4 = no) that scale is 100."""
    for scale in instrument.scales:
        part = _fraction(instrument, scale, answers)
        if scale.part == "side_effects" and answers.get("4") is not None:
            part = Decimal(1) if answers.get("4") == 0 else part
        yield _score(instrument, scale, None if part is None else part * _HUNDRED, answers)


def given(_instrument: Instrument, _answers: Answers) -> Iterator[Score]:
    """Totals only: there is nothing to score from items."""
    return iter(())


RULES: Mapping[str, Rule] = {
    "value": value,
    "sum": sum_,
    "prorated_sum": prorated_sum,
    "mean": mean,
    "percent": percent,
    "reversed_percent": reversed_percent,
    "lookup": lookup,
    "dlqi": dlqi,
    "twstrs": twstrs,
    "tsui": tsui,
    "mas": mas,
    "tardieu": tardieu,
    "gas": gas,
    "gravimetry": gravimetry,
    "spadi": spadi,
    "npsi": npsi,
    "eq5d5l": eq5d5l,
    "wpai": wpai,
    "fiqr": fiqr,
    "tsqm14": tsqm14,
    "given": given,
}

"""Shares of patients and how far chance alone reaches. scipy is loaded only when asked for."""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """So many of so many, in percent, with the 95 % interval by Wilson."""

    count: int
    n: int
    percent: Fraction
    low: float
    high: float


def share(count: int, n: int) -> Share:
    """The share of `count` in `n` patients, of whom there is at least one."""
    from scipy.stats import binomtest

    interval = binomtest(count, n).proportion_ci(confidence_level=0.95, method="wilson")
    return Share(
        count=count,
        n=n,
        percent=Fraction(count * 100, n),
        low=float(interval.low) * 100,
        high=float(interval.high) * 100,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Between which percentages a group of `n` lies by chance in 95 and in 99.8 of 100 times."""

    n: int
    low_95: float
    high_95: float
    low_998: float
    high_998: float


def limits(pooled: Fraction, sizes: Sequence[int]) -> tuple[Limits, ...]:
    """Binomial limits round a pooled rate (0–1) for groups of these sizes."""
    from scipy.stats import binom

    rate = float(pooled)
    found = []
    for n in sizes:
        at = [100 * float(binom.ppf(p, n, rate)) / n for p in (0.025, 0.975, 0.001, 0.999)]
        found.append(Limits(n=n, low_95=at[0], high_95=at[1], low_998=at[2], high_998=at[3]))
    return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """Spearman's rank correlation with its p-value."""

    rho: float
    p: float
    n: int


def rank_correlation(xs: Sequence[float], ys: Sequence[float]) -> Correlation | None:
    """Spearman's correlation; None with fewer than four pairs or where one side never varies."""
    if len(xs) < 4 or len(set(xs)) < 2 or len(set(ys)) < 2:
        return None
    from scipy.stats import spearmanr

    found = spearmanr(xs, ys)
    return Correlation(rho=float(found.statistic), p=float(found.pvalue), n=len(xs))

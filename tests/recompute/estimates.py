"""Ratios estimated from a sample, person by person, with exact variances."""

from decimal import Decimal
from fractions import Fraction

from quantiles import t_975, wilson, z_975


class NotEstimable(Exception):
    """Why there is no interval."""


class Estimate:
    """The estimate of 100·y/(full·x) over persons of `strata`, each a tuple of N, all persons in the base and, of these,
    those of the group; a person is a pair (y, x). With `counties` (M) the strata are drawn counties."""

    def __init__(self, strata, full, counties=None):
        strata = [(people, answered, group) for people, answered, group in strata if answered]
        drawn = len(strata)
        first = Fraction(1) if counties is None else Fraction(counties, max(drawn, 1))
        weight = [first * people / answered for people, answered, _ in strata]
        total_y = sum(d * sum(y for y, _ in group) for d, (_, _, group) in zip(weight, strata))
        total_x = sum(d * sum(x for _, x in group) for d, (_, _, group) in zip(weight, strata))
        self.persons = sum(len(group) for _, _, group in strata)
        self.known = total_x > 0
        if not self.known:
            return
        ratio = total_y / total_x
        self.value = 100 * ratio / full
        self.reason = None
        try:
            self.look(strata, counties, drawn)
        except NotEstimable as error:
            self.reason = str(error)
            return
        residuals = [
            [100 * d * (y - ratio * x) / (full * total_x) for y, x in group] + [Fraction(0)] * (answered - len(group))
            for d, (_, answered, group) in zip(weight, strata)
        ]
        self.variance = Fraction(0) if self.certain else variance(strata, residuals, counties)

    def look(self, strata, counties, drawn):
        if counties is not None and counties < drawn:
            raise NotEstimable("inconsistent")
        if any(answered > people or len(group) > answered for people, answered, group in strata):
            raise NotEstimable("inconsistent")
        touched = [stratum for stratum in strata if stratum[2]]
        if any(answered == 1 and people > 1 for people, answered, _ in touched):
            raise NotEstimable("lonely_stratum")
        if counties is not None and drawn == 1 and counties > 1:
            raise NotEstimable("one_county")
        all_drawn = counties is None or counties == drawn
        self.certain = all_drawn and all(answered == people for people, answered, _ in touched)
        self.df = self.persons - len(touched) if counties is None else len(touched) - 1
        if self.df < 1 and not self.certain:
            raise NotEstimable("no_degrees_of_freedom")

    def score_interval(self):
        """Low, high and standard error: exact fractions without spread, decimals with it."""
        if self.variance == 0:
            return self.value, self.value, Fraction(0)
        error = decimal(self.variance).sqrt()
        half = t_975(self.df) * error
        low, high = decimal(self.value) - half, decimal(self.value) + half
        return (low if low > 0 else Fraction(0)), (high if high < 100 else Fraction(100)), error

    def share_interval(self):
        if self.certain:
            return self.value, self.value, Fraction(0)
        if self.value in (0, 100):
            low, high = wilson(decimal(self.value / 100), Decimal(self.persons), z_975())
            ends = (Fraction(0), 100 * high) if self.value == 0 else (100 * low, Fraction(100))
            return (*ends, Fraction(0))
        if self.variance == 0:
            return self.value, self.value, Fraction(0)
        share = self.value / 100
        size = share * (1 - share) / (self.variance / 10_000)
        low, high = wilson(decimal(share), decimal(size), t_975(self.df))
        return 100 * low, 100 * high, decimal(self.variance).sqrt()


def variance(strata, residuals, counties):
    """The variance of a sum of residuals, with corrections for finite populations at every stage."""
    within = sum(
        (1 - Fraction(answered, people)) * answered * scatter(of_stratum)
        for (people, answered, _), of_stratum in zip(strata, residuals)
    )
    if counties is None:
        return within
    drawn = len(strata)
    share = Fraction(drawn, counties)
    between = (1 - share) * drawn * scatter([sum(of_stratum) for of_stratum in residuals])
    return between + share * within


def scatter(numbers):
    """s² with n − 1; nothing of a single number, which is in a stratum of its own only."""
    if len(numbers) < 2:
        return Fraction(0)
    mean = sum(numbers, Fraction(0)) / len(numbers)
    return sum((number - mean) ** 2 for number in numbers) / (len(numbers) - 1)


def decimal(fraction):
    return Decimal(fraction.numerator) / Decimal(fraction.denominator)

"""Quantiles of 95 % confidence and Wilson's interval in decimals of 50 digits."""

from decimal import Decimal, getcontext
from functools import lru_cache

getcontext().prec = 60
TINY = Decimal(10) ** -50


def arctan(x):
    """By Euler's series, which converges for every x."""
    ratio = x * x / (1 + x * x)
    term = total = x / (1 + x * x)
    step = 1
    while abs(term) > TINY:
        term = term * ratio * (2 * step) / (2 * step + 1)
        total += term
        step += 1
    return total


PI = 4 * (arctan(Decimal(1) / 2) + arctan(Decimal(1) / 3))


def t_between(t, df):
    """The probability that Student's t with a whole number of degrees of freedom lies within -t and t: Abramowitz and
    Stegun 26.7.3 (odd df) and 26.7.4 (even df)."""
    root = Decimal(df).sqrt()
    cos2 = df / (df + t * t)
    sin = t / (df + t * t).sqrt()
    cos = cos2.sqrt()
    odd = df % 2 == 1
    # The products run over even numbers above and odd ones below, or the other way round.
    term = cos if odd else Decimal(1)
    total = Decimal(0) if df == 1 else term
    above = 2 if odd else 1
    while above + 1 < df - 1:
        term = term * cos2 * above / (above + 1)
        total += term
        above += 2
    if odd:
        return 2 / PI * (arctan(t / root) + sin * total)
    return sin * total


def normal_between(z):
    """The probability that a normal variable lies within -z and z: the series of the error function."""
    term = total = z
    step = 0
    while abs(term) > TINY:
        step += 1
        term = term * z * z / (2 * step + 1)
        total += term
    return 2 * total * (-z * z / 2).exp() / (2 * PI).sqrt()


def within_95(between, start):
    """Where `between` is 0.95: between two bounds that are halved until they meet."""
    low, high = Decimal(0), Decimal(start)
    while between(high) < Decimal("0.95"):
        high *= 2
    # Secants as long as they stay between the bounds, halves otherwise.
    target = Decimal("0.95")
    f_low, f_high = between(low) - target, between(high) - target
    while high - low > Decimal(10) ** -40:
        guess = (low * f_high - high * f_low) / (f_high - f_low)
        for point in (guess, (low + high) / 2, guess - Decimal(10) ** -41, guess + Decimal(10) ** -41):
            if not low < point < high:
                continue
            value = between(point) - target
            if value < 0:
                low, f_low = point, value
            else:
                high, f_high = point, value
    return (low + high) / 2


@lru_cache(maxsize=None)
def t_975(df):
    return within_95(lambda t: t_between(t, df), 4)


@lru_cache(maxsize=None)
def z_975():
    return within_95(normal_between, 4)


def wilson(p, n, q):
    """Wilson's interval of the share p (0 to 1) of n persons with the quantile q."""
    middle = (p + q * q / (2 * n)) / (1 + q * q / n)
    half = q / (1 + q * q / n) * (p * (1 - p) / n + q * q / (4 * n * n)).sqrt()
    return middle - half, middle + half

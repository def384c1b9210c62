"""How figures are written in Russian: groups by U+00A0, a comma, U+2212 for the minus."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

NBSP = "\u00a0"
MINUS = "\u2212"
CURRENCY_SIGNS = {"RUB": "₽", "USD": "$", "EUR": "€", "CNY": "¥", "KZT": "₸", "BYN": "Br"}


def decimal_from(value: object) -> Decimal | None:
    """The number in ``value``, or None if there is none."""
    if value is None or value == "" or isinstance(value, bool):
        return None
    try:
        number = value if isinstance(value, Decimal) else Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


# A page writes the same few hundred figures again and again.
@lru_cache(maxsize=8192)
def quantity_text(number: Decimal) -> str:
    """``1234.5`` as "1 234,5": no zeros at the end, three decimals at most."""
    return _grouped(number, least=0, most=3)


@lru_cache(maxsize=8192)
def money_text(number: Decimal) -> str:
    """``1234.5`` as "1 234,50"; a unit price keeps its third and fourth decimals."""
    return _grouped(number, least=2, most=4)


def rate_text(number: Decimal) -> str:
    """A rate of a currency as exact as it is kept: "0,00365657", but "98,2044"."""
    return _grouped(number, least=0, most=8)


def _grouped(number: Decimal, *, least: int, most: int) -> str:
    rounded = number.quantize(Decimal(1).scaleb(-most), rounding=ROUND_HALF_UP)
    whole, _dot, fraction = f"{abs(rounded):,f}".partition(".")
    fraction = fraction.rstrip("0").ljust(least, "0")
    sign = MINUS if rounded < 0 else ""
    return sign + whole.replace(",", NBSP) + (f",{fraction}" if fraction else "")

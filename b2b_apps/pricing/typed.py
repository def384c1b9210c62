"""Prices as people type them, and how large one may be, whoever names it."""

import re
from decimal import Decimal, InvalidOperation

# What a price of a list can hold: ten digits before the comma, four after it.
MOST_MONEY = Decimal(10) ** 10
# What is offered to a buyer by hand stays below.
MOST_OFFERED = Decimal(10) ** 9
PRICE = re.compile(r"[0-9]{1,15}(?:\.[0-9]{0,4})?")


def price_typed(text: str, *, below: Decimal | None = None) -> Decimal:
    """Return the price that «1 234,50» says.

    Raises InvalidOperation for what is no price, has more decimals than a list keeps, or is not
    ``below`` (without it the caller says what is too much).
    """
    plain = "".join(text.split()).replace(",", ".")
    if not PRICE.fullmatch(plain):
        raise InvalidOperation
    price = Decimal(plain)
    if below is not None and price >= below:
        raise InvalidOperation
    return price

"""Quantities as people type and paste them: a strict grammar, and correction to packs."""

import re
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

from b2b_apps.core.errors import DomainError

MAX_QUANTITY = Decimal(10) ** 9
LONGEST = 32
# Spaces that spreadsheets put between groups of three: plain, U+00A0, U+2009, U+202F.
SPACES = " \u00a0\u2009\u202f"
NUMBER = re.compile(
    rf"(?P<whole>[0-9]{{1,3}}(?:[{SPACES}][0-9]{{3}})+|[0-9]+)(?:[.,](?P<fraction>[0-9]{{1,3}}))?"
)


class QuantityError(DomainError):
    """The text is not a quantity; ``code``: empty, malformed, too_large, nothing where 0 is none,
    or unit for one that the product has not; then it is ``counted_in`` another.
    """

    def __init__(self, code: str, counted_in: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.counted_in = counted_in


@dataclass(frozen=True, slots=True)
class Correction:
    """A quantity that was raised to the minimum or to a multiple."""

    product_id: int
    asked: Decimal
    taken: Decimal
    multiple: Decimal
    minimum: Decimal
    article: str = ""


def parse_quantity(text: str) -> Decimal:
    """Return the quantity that ``text`` says, at most three decimals.

    ASCII digits in one run or in groups of three, then a comma or a point. No sign, exponent,
    underscore or digit of another script, all of which Decimal itself would take. Raises
    QuantityError, without ever computing with a long number.
    """
    stripped = text[: LONGEST * 2].strip(SPACES + "\t\r\n")
    if not stripped:
        raise QuantityError("empty")
    found = NUMBER.fullmatch(stripped)
    if found is None or len(stripped) > LONGEST:
        raise QuantityError("malformed")
    whole = found["whole"].translate({ord(space): None for space in SPACES})
    number = Decimal(f"{whole}.{found['fraction'] or 0}")
    if number > MAX_QUANTITY:
        raise QuantityError("too_large")
    return number


def parse_wanted(text: str) -> Decimal:
    """Return the quantity that ``text`` says, more than nothing. Raises QuantityError."""
    found = parse_quantity(text)
    if not found:
        raise QuantityError("nothing")
    return found


def raised_to_pack(quantity: Decimal, *, multiple: Decimal, minimum: Decimal) -> Decimal:
    """Return the smallest multiple that is no less than ``quantity`` and ``minimum``."""
    wanted = max(quantity, minimum)
    return (wanted / multiple).to_integral_value(ROUND_CEILING) * multiple


def lowered_to_pack(quantity: Decimal, *, multiple: Decimal, minimum: Decimal) -> Decimal:
    """Return the largest multiple within ``quantity``, or 0 if that is below ``minimum``."""
    fits = (quantity / multiple).to_integral_value(ROUND_FLOOR) * multiple
    return fits if fits >= minimum else Decimal(0)

"""Money: the one place that rounds. Rules in docs/algorithms/rounding.md."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal
from typing import Any

KOPECK = Decimal("0.01")
UNIT_PRICE_STEP = Decimal("0.0001")
RATE_STEP = Decimal("0.00000001")
HUNDRED = Decimal(100)


def round_sum(amount: Decimal) -> Decimal:
    """Round a sum to kopecks, half up, as 1C does."""
    return amount.quantize(KOPECK, ROUND_HALF_UP)


def round_unit_price(amount: Decimal) -> Decimal:
    """Round a unit price to four decimals, half up."""
    return amount.quantize(UNIT_PRICE_STEP, ROUND_HALF_UP)


def half_up(numerator: Any, denominator: int) -> Any:
    """Round a fraction from nought on to a whole number, half up; numerators may be an array."""
    return (2 * numerator + denominator) // (2 * denominator)


def round_rate(rate: Decimal) -> Decimal:
    """Round roubles per unit of a currency to eight decimals, half up."""
    return rate.quantize(RATE_STEP, ROUND_HALF_UP)


def round_to_step(amount: Decimal, step: Decimal) -> Decimal:
    """Round a unit price to the nearest multiple of ``step``, half up."""
    return round_unit_price((amount / step).quantize(Decimal(1), ROUND_HALF_UP) * step)


@dataclass(frozen=True, slots=True)
class LineAmount:
    """Sums of one line, in kopecks: ``incl_tax`` = ``excl_tax`` + ``vat``."""

    excl_tax: Decimal
    vat: Decimal
    incl_tax: Decimal


def line_amount(
    *, price: Decimal, quantity: Decimal, vat_percent: Decimal | None, vat_mode: str
) -> LineAmount:
    """Return the sums of a line.

    ``price`` is of one unit, as agreed: with VAT inside where ``vat_mode`` is ``included``,
    before VAT where it is ``on_top``. The line is rounded first, its VAT is taken from the
    rounded sum; the order is the sum of its lines.
    """
    amount = round_sum(price * quantity)
    percent = vat_percent or Decimal(0)
    if vat_mode == "none" or not percent:
        return LineAmount(amount, Decimal("0.00"), amount)
    if vat_mode == "on_top":
        vat = round_sum(amount * percent / HUNDRED)
        return LineAmount(amount, vat, amount + vat)
    vat = round_sum(amount * percent / (HUNDRED + percent))
    return LineAmount(amount - vat, vat, amount)


def unit_prices(
    *, price: Decimal, vat_percent: Decimal | None, vat_mode: str
) -> tuple[Decimal, Decimal]:
    """Return the unit price (excl. tax, incl. tax), four decimals."""
    percent = vat_percent or Decimal(0)
    if vat_mode == "none" or not percent:
        return price, price
    if vat_mode == "on_top":
        return price, round_unit_price(price * (HUNDRED + percent) / HUNDRED)
    return round_unit_price(price * HUNDRED / (HUNDRED + percent)), price


def whole_units(amount: Decimal) -> Decimal:
    """Return a sum without its kopecks, never more than it is."""
    return amount.quantize(Decimal(1), ROUND_FLOOR)


def deferred_part(*, amount: Decimal, prepaid_percent: Decimal) -> Decimal:
    """Return what of a sum is paid later: the advance is rounded, the rest is what it leaves."""
    return amount - round_sum(amount * prepaid_percent / HUNDRED)


def shared_out(*, part: Decimal, amounts: Sequence[Decimal]) -> list[Decimal]:
    """Divide ``part`` of the sum of ``amounts`` among them; the shares add up to it exactly.

    Each running total is rounded, so no share is more than a kopeck away from its due, and it
    does not matter in which order the shares are used later.
    """
    total = sum(amounts, Decimal(0))
    shares, given, seen = [], Decimal(0), Decimal(0)
    for amount in amounts:
        seen += amount
        reached = round_sum(part * seen / total) if total else Decimal(0)
        shares.append(reached - given)
        given = reached
    return shares


def amount_shared(amount: LineAmount, quantities: Sequence[Decimal]) -> list[LineAmount]:
    """Divide the sums of a line among parts of it; each sum adds up to the line's own exactly."""
    totals = shared_out(part=amount.incl_tax, amounts=quantities)
    taxes = shared_out(part=amount.vat, amounts=quantities)
    return [LineAmount(total - vat, vat, total) for total, vat in zip(totals, taxes, strict=True)]

"""How much of an order is held and how much of it is debt: docs/algorithms/credit.md, part 3."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from b2b_apps.contracts.models import Contract
from b2b_apps.core.money import deferred_part

ZERO = Decimal("0.00")


@dataclass(frozen=True, slots=True)
class Position:
    """An order on its account. Payments settle the part in advance first, then what has
    shipped, then what is still to ship; what is left over is 1C's to share out.
    """

    taken: Decimal
    prepaid: Decimal = ZERO
    shipped: Decimal = ZERO
    paid: Decimal = ZERO
    waits: bool = False

    @property
    def cover(self) -> Decimal:
        """What was paid beyond the part in advance."""
        return max(ZERO, self.paid - self.prepaid)

    @property
    def debt(self) -> Decimal:
        """What of the shipped part is owed still."""
        return self.shipped - min(self.cover, self.shipped)

    @property
    def asked(self) -> Decimal:
        """What the rest of the order needs on credit."""
        rest = self.taken - self.shipped
        return rest - min(max(ZERO, self.cover - self.shipped), rest)

    @property
    def held(self) -> Decimal:
        return ZERO if self.waits else self.asked


def position_of(hold: Any) -> Position:
    """Return the position that a CreditHold keeps."""
    return Position(
        taken=hold.taken,
        prepaid=hold.prepaid,
        shipped=hold.shipped,
        paid=hold.paid,
        waits=hold.waits,
    )


def credit_part(*, contract: Contract, amount: Decimal) -> Decimal:
    """Return what of an order's sum counts as credit: nothing of a prepayment, all of a
    deferral, what is not paid in advance of stages.
    """
    if contract.payment_kind == Contract.PaymentKind.DEFERRAL:
        return amount
    if contract.payment_kind == Contract.PaymentKind.STAGES:
        return deferred_part(amount=amount, prepaid_percent=contract.prepaid_percent)
    return ZERO

"""What a product costs: quantity and pack tiers, sums of a line."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from b2b_apps.core.money import LineAmount, line_amount, unit_prices

if TYPE_CHECKING:
    from b2b_apps.pricing.book import PriceBook
    from b2b_apps.pricing.steps import PriceStep

SHOWN, ON_REQUEST, HIDDEN, UNAVAILABLE = "shown", "on_request", "hidden", "unavailable"


class Tier(NamedTuple):
    """A price of one base unit from a quantity on; with a ``pack_factor`` for whole packs only."""

    minimum_quantity: Decimal
    amount: Decimal
    pack_factor: Decimal = Decimal(0)

    def holds_at(self, quantity: Decimal) -> bool:
        return quantity >= self.minimum_quantity and (
            not self.pack_factor or not quantity % self.pack_factor
        )


def tier_at(tiers: Sequence[Tier], quantity: Decimal) -> int:
    """Place of the tier that holds at a quantity; the last one where none does.

    Tiers go from the largest pack to loose goods, and from the largest minimum down.
    """
    for place, tier in enumerate(tiers):
        if tier.holds_at(quantity):
            return place
    return len(tiers) - 1


def with_refined(tiers: Sequence[Tier], refined: Tier) -> tuple[Tier, ...]:
    """Put a price that 1C has named among the tiers: it holds from its quantity on, up to the next
    larger one that the list has a price for.
    """
    above = [tier for tier in tiers if tier.minimum_quantity > refined.minimum_quantity]
    below = [tier for tier in tiers if tier.minimum_quantity <= refined.minimum_quantity]
    return (*above, refined, *below)


def joined(agreed: Sequence[Sequence[Tier]], usual: Sequence[Tier] = ()) -> tuple[Tier, ...]:
    """Put tiers that were agreed from a quantity on, the strongest list first, upon the usual
    ones: each list holds from where it begins, whatever the weaker ones have above that.
    """
    found: list[Tier] = []
    for tiers in agreed:
        found += _below(found, tiers)
    # A list without a row for so few gives the price of its smallest quantity.
    return (*found, *(_below(found, usual) or usual[-1:]))


def _below(found: Sequence[Tier], tiers: Sequence[Tier]) -> Sequence[Tier]:
    if not found:
        return tiers
    bound = min(tier.minimum_quantity for tier in found)
    return [tier for tier in tiers if tier.minimum_quantity < bound]


@dataclass(slots=True)
class ProductPrice:
    """What one product costs in a context, and which list says so. Not to be written to.

    ``tiers`` go from the largest pack and quantity to the smallest; ``amount`` is what one base
    unit costs at the smallest order, in ``currency``, with VAT inside unless ``vat_mode`` is
    ``on_top`` or ``none``.
    ``from_quantity`` is above 0 if the price was agreed from a quantity on and fewer have none.
    (No frozen dataclass: those take four times as long to make, and a page of a section makes
    thousands.)
    """

    product_id: int
    price_list_id: int
    price_list_name: str
    list_kind: str
    tiers: tuple[Tier, ...]
    currency: str
    vat_mode: str
    vat_percent: Decimal | None
    vat_label: str
    from_quantity: Decimal
    _book: "PriceBook" = field(repr=False, compare=False)

    @property
    def is_contract_price(self) -> bool:
        return self.list_kind == "contract"

    @property
    def retail(self) -> Decimal | None:
        """The same unit in the retail column, or None."""
        return self._book.retail_of(self.product_id)

    def is_refined_at(self, quantity: Decimal) -> bool:
        """Whether 1C has named the price of ``quantity``, and the buyer accepted it."""
        return self._book.refined_at(self.product_id, quantity) is not None

    @property
    def amount(self) -> Decimal:
        return self.tiers[-1].amount

    def unit_price_at(self, quantity: Decimal) -> Decimal:
        """Price of one base unit when ``quantity`` are bought."""
        return self.tiers[tier_at(self.tiers, quantity)].amount

    def line_at(self, quantity: Decimal) -> LineAmount:
        """Sums of a line of ``quantity`` base units."""
        return line_amount(
            price=self.unit_price_at(quantity),
            quantity=quantity,
            vat_percent=self.vat_percent,
            vat_mode=self.vat_mode,
        )

    def unit_prices_at(self, quantity: Decimal) -> tuple[Decimal, Decimal]:
        """Unit price (excl. tax, incl. tax) when ``quantity`` are bought."""
        return unit_prices(
            price=self.unit_price_at(quantity),
            vat_percent=self.vat_percent,
            vat_mode=self.vat_mode,
        )

    def steps_at(self, quantity: Decimal | None = None) -> "Sequence[PriceStep]":
        """How the price came about, in steps that add up to it; no query.

        For ``quantity`` base units, else for the smallest order.
        """
        return self._book.steps(self.product_id, quantity)

    def frozen_at(self, quantity: Decimal) -> list[list[Any]]:
        """The same for a line of an order, to be kept with it (``frozen.py``); no query."""
        return self._book.frozen(self.product_id, quantity)

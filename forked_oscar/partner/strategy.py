"""Fork of ``oscar.apps.partner``: prices and stock from our selectors.

Oscar asks for one product at a time, four queries each; ``prime`` loads a page or basket at once.
Our own pages do not come through here: this serves Oscar's basket, order and dashboard code.
"""

from collections.abc import Collection
from decimal import Decimal
from functools import cached_property
from typing import Any

from django.utils import timezone
from oscar.apps.partner import availability, prices, strategy

from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.selectors import credit_under
from b2b_apps.contracts.standing import Credit, Verdict
from b2b_apps.core.context import TradeContext
from b2b_apps.inventory.seen import shows_figures
from b2b_apps.inventory.selectors import ProductStock, stock_for
from b2b_apps.pricing.selectors import ProductPrice, prices_for
from b2b_apps.purchasing.goods import packs_of
from b2b_apps.purchasing.orderable import is_orderable
from forked_oscar.partner.availability import PackAvailability


class Selector(strategy.Selector):
    """Gives the strategy of a person; Oscar gives everyone the same one."""

    def strategy(self, request: Any = None, user: Any = None, **kwargs: Any) -> "ContractStrategy":
        context = getattr(request, "trade", None)
        person = user or getattr(request, "user", None)
        return ContractStrategy(request, context=context, user=person)


class ContractStrategy(strategy.Base):
    """Price of the current contract, stock of the current region's warehouses first."""

    def __init__(
        self, request: Any = None, *, context: TradeContext | None = None, user: Any = None
    ) -> None:
        super().__init__(request)
        self._context = context
        self._user = user
        self._is_resolved = context is not None
        self._prices: dict[int, ProductPrice | None] = {}
        self._stock: dict[int, ProductStock] = {}

    @property
    def context(self) -> TradeContext | None:
        """The person's context, resolved when first asked for: most strategies never price."""
        if not self._is_resolved:
            self._is_resolved = True
            if self._user is not None and self._user.is_authenticated:
                self._context = trade_context_for(user_id=self._user.pk)
        return self._context

    @cached_property
    def credit(self) -> Credit:
        """Credit under the contract, read when a purchase is first asked for."""
        contract_id = self.context.contract_id if self.context else 0
        return credit_under(contract_id=contract_id, day=timezone.localdate())

    def prime(self, product_ids: Collection[int]) -> None:
        """Load prices and stock of many products at once."""
        missing = set(product_ids) - self._stock.keys()
        if not missing or self.context is None:
            return
        found = prices_for(context=self.context, product_ids=missing)
        self._prices.update({pk: found.get(pk) for pk in missing})
        self._stock.update(stock_for(context=self.context, product_ids=missing))

    def fetch_for_product(self, product: Any, stockrecord: Any = None) -> Any:
        return self._info(product, Decimal(1), stockrecord)

    def fetch_for_line(self, line: Any, stockrecord: Any = None) -> Any:
        """Price the line's own quantity; Oscar prices one piece and picks the record anew."""
        return self._info(line.product, line.quantity, stockrecord or line.stockrecord)

    def fetch_for_parent(self, product: Any) -> Any:
        """A heading of characteristics has no price of its own and is never bought."""
        return strategy.PurchaseInfo(prices.Unavailable(), availability.Unavailable(), None)

    def _info(self, product: Any, quantity: Decimal, stockrecord: Any) -> Any:
        self.prime({product.pk})
        price = self._prices.get(product.pk)
        stock = self._stock.get(product.pk, ProductStock())
        if self.context is None or price is None or not is_orderable(product):
            return strategy.PurchaseInfo(
                prices.Unavailable(), availability.Unavailable(), stockrecord
            )
        best = stock.best(quantity=quantity, warehouse_ids=self.context.warehouse_ids)
        if stockrecord is None and best:
            stockrecord = product.stockrecords.get(pk=best.stock_record_id)
        multiple, minimum = packs_of(product, price)
        policy = PackAvailability(
            multiple=multiple,
            minimum=minimum,
            free=best.free if best else Decimal(0),
            shows_figures=shows_figures(self.context),
            credit=lambda wanted: self._verdict(price, wanted),
        )
        excl_tax, incl_tax = price.unit_prices_at(quantity)
        fixed = prices.FixedPrice(
            excl_tax=excl_tax, tax=incl_tax - excl_tax, currency=price.currency
        )
        return strategy.PurchaseInfo(fixed, policy, stockrecord)

    def _verdict(self, price: ProductPrice, quantity: Decimal) -> Verdict:
        return self.credit.verdict(price.line_at(quantity).incl_tax)

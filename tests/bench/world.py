"""What the rows measure on: goods and buyers of the data set."""

from dataclasses import dataclass

from django.apps import apps

from b2b_apps.companies.models import Membership
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from tests.bench.dataset.size import Size


@dataclass(frozen=True)
class BenchWorld:
    """The data set that the connection is turned to."""

    size: Size

    def ids(self, number: int) -> list[int]:
        """Ids of so many products that can be bought, scattered over the whole catalogue."""
        products = apps.get_model("catalogue", "Product").objects.exclude(structure="parent")
        # Odd, or it would meet parents alone: they stand at round distances.
        step = max(1, (self.size.products // number // 2 - 1) | 1)
        wanted = [1 + n * step for n in range(min(self.size.products, number * 2))]
        found = products.filter(pk__in=wanted).order_by("pk").values_list("pk", flat=True)
        return list(found[:number])

    def contract(self, *, own_prices: int = 500) -> Contract:
        """A rouble contract of a buyer with about so many own prices."""
        companies = Membership.objects.values("counterparty_id")
        found = Contract.objects.filter(counterparty__in=companies, currency="RUB")
        lists = found.filter(own_price_list__isnull=False).order_by("pk")[:50]
        return min(lists, key=lambda c: abs(c.own_price_list.prices.count() - own_prices))

    def context(self, contract: Contract | None = None) -> TradeContext:
        """The context of a buyer under a contract with prices of its own."""
        chosen = contract or self.contract()
        member = Membership.objects.select_related("employee").filter(
            counterparty=chosen.counterparty_id
        )
        context = trade_context_for(user_id=member[0].employee.user_id, contract_id=chosen.pk)
        assert context is not None
        assert context.contract_id == chosen.pk
        return context

"""Price lists, and why a product costs what it costs under a contract."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce

from b2b_apps.contracts.context import context_under
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.desk.selectors.clients import number_of
from b2b_apps.desk.trace_words import Step, steps_in_words
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.selectors import PriceTrace, ProductPrice, price_trace_for


@dataclass(frozen=True, slots=True)
class Trace:
    """How a product's price came about, in words; ``price`` is None where there is none."""

    steps: Sequence[Step]
    found: PriceTrace

    @property
    def price(self) -> ProductPrice | None:
        return self.found.price

    @property
    def quantity(self) -> Decimal:
        return self.found.quantity

    @property
    def availability(self) -> str:
        return self.found.availability

    @property
    def cost(self) -> Decimal | None:
        return self.found.cost

    @property
    def unit_price(self) -> Decimal | None:
        return self.found.unit_price

    @property
    def line(self) -> Any:
        return self.price.line_at(self.quantity) if self.price else None


def price_lists() -> QuerySet[PriceList]:
    """All price lists, for a board. One query when read."""
    return PriceList.objects.all()


def price_lists_with_counts(rows: QuerySet[PriceList]) -> QuerySet[PriceList]:
    """Add whose a contract list is and how many prices it has. No query of its own."""
    return rows.select_related("own_contract__counterparty").annotate(
        num_prices=Coalesce("price_count__number", 0),
        num_contracts=number_of(Contract, "price_type", is_active=True),
    )


def chain_of(context: TradeContext) -> list[PriceList]:
    """Return the price lists of a context, the strongest first, with ``num_prices``. One query."""
    found = price_lists_with_counts(price_lists()).in_bulk(list(context.price_list_ids))
    return [found[pk] for pk in context.price_list_ids if pk in found]


def prices_of(price_list: PriceList) -> QuerySet[Price]:
    """The prices of a list, for a board. One query when read."""
    return Price.objects.filter(price_list=price_list)


def price_trace(
    *,
    contract: Contract,
    product: Any,
    quantity: Decimal,
    day: date,
    project_id: int | None = None,
) -> Trace | None:
    """Return the price of ``quantity`` base units, for a project of the contract if one is named,
    and what each list and rule says of it.

    The price comes from the engine that every page of the buyer asks; the steps only word what it
    noted. Six queries, seven where a rule asks for sections or attributes.
    """
    context = context_under(contract_id=contract.pk, project_id=project_id)
    found = price_trace_for(context=context, product_id=product.pk, quantity=quantity, day=day)
    return Trace(steps_in_words(found), found) if found else None


def product_by(text: str) -> Any:
    """Return the product that was typed by article, code or number, or None. One or two queries."""
    rows = apps.get_model("catalogue", "Product").objects.select_related("base_unit", "vat_rate")
    exact = rows.filter(Q(article__iexact=text) | Q(code_1c__iexact=text) | Q(barcode=text))
    found = exact.order_by("parent_id", "pk").first()
    if found is None and text.isdecimal() and len(text) < 18:
        found = rows.filter(pk=int(text)).first()
    return found


def contract_by(text: str) -> Contract | None:
    """Return the contract of a key or a number, or None. One or two queries."""
    rows = Contract.objects.select_related("counterparty", "price_type", "own_price_list")
    if text.isdecimal() and len(text) < 18 and (found := rows.filter(pk=int(text)).first()):
        return found
    return rows.filter(number__iexact=text).order_by("-is_active", "pk").first() if text else None

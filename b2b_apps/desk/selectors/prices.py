"""Price lists, and why a product costs what it costs under a contract."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, NamedTuple

from django.apps import apps
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from b2b_apps.contracts.context import context_under
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.desk.selectors.clients import number_of
from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.pricing.selectors import ProductPrice, prices_for


class Step(NamedTuple):
    """A list of the chain: ``state`` is yes (gives the price) or no, ``reason`` says why."""

    state: str
    price_list: PriceList
    amount: Decimal | None
    reason: str


@dataclass(frozen=True, slots=True)
class Trace:
    """How a product's price came about; ``price`` is None where it is on request."""

    steps: Sequence[Step]
    price: ProductPrice | None
    quantity: Decimal

    @property
    def unit_price(self) -> Decimal | None:
        return self.price.unit_price_at(self.quantity) if self.price else None

    @property
    def line(self) -> Any:
        return self.price.line_at(self.quantity) if self.price else None


def price_lists() -> QuerySet[PriceList]:
    return PriceList.objects.all()


def price_lists_with_counts(rows: QuerySet[PriceList]) -> QuerySet[PriceList]:
    return rows.select_related("own_contract__counterparty").annotate(
        num_prices=number_of(Price, "price_list"),
        num_contracts=number_of(Contract, "price_type", is_active=True),
    )


def chain_of(context: TradeContext) -> list[PriceList]:
    """Return the price lists of a context, the strongest first, with ``num_prices``. One query."""
    found = price_lists_with_counts(price_lists()).in_bulk(list(context.price_list_ids))
    return [found[pk] for pk in context.price_list_ids if pk in found]


def prices_of(price_list: PriceList) -> QuerySet[Price]:
    return Price.objects.filter(price_list=price_list)


def price_trace(*, contract: Contract, product: Any, quantity: Decimal, day: date) -> Trace:
    """Return the price of ``quantity`` base units and what each list of the chain says of it.

    The price itself comes from ``prices_for``, as on every page of the buyer; the steps only
    explain it. Six queries.
    """
    context = context_under(contract_id=contract.pk)
    price = prices_for(context=context, product_ids=[product.pk], day=day).get(product.pk)
    lists = chain_of(context)
    amounts = _amounts(lists, product)
    steps = [_step(p, contract, product, amounts, price, quantity, day) for p in lists]
    return Trace(steps=steps, price=price, quantity=quantity)


_Amounts = Mapping[tuple[int, int], Sequence[Price]]


def _amounts(lists: Sequence[PriceList], product: Any) -> _Amounts:
    ids = [pk for pk in (product.pk, product.parent_id) if pk]
    found: dict[tuple[int, int], list[Price]] = {}
    rows = Price.objects.filter(Q(price_list__in=lists), product_id__in=ids)
    for row in rows.order_by("-minimum_quantity", "-valid_from", "pk"):
        found.setdefault((row.price_list_id, row.product_id), []).append(row)
    return found


def _step(  # noqa: PLR0913, PLR0917 - what a step is told by
    price_list: PriceList,
    contract: Contract,
    product: Any,
    amounts: _Amounts,
    price: ProductPrice | None,
    quantity: Decimal,
    day: date,
) -> Step:
    own = amounts.get((price_list.pk, product.pk), ())
    inherited = amounts.get((price_list.pk, product.parent_id or 0), ())
    rows = [row for row in own if _is_valid(row, day)] or [
        row for row in inherited if _is_valid(row, day)
    ]
    shown = next((r.amount for r in rows if r.minimum_quantity <= quantity), None)
    if price is not None and price.price_list_id == price_list.pk:
        return Step("yes", price_list, price.unit_price_at(quantity), _how(price, own, quantity))
    if not price_list.is_active:
        return Step("no", price_list, shown, _("the list is switched off"))
    if price_list.currency != contract.currency:
        return Step(
            "no", price_list, shown, _("another currency: %(c)s") % {"c": price_list.currency}
        )
    if not rows:
        reason = (
            _("its prices are not valid today")
            if own or inherited
            else _("has not got the product")
        )
        return Step("no", price_list, None, reason)
    return Step("no", price_list, shown, _("a stronger list has given the price"))


def _is_valid(row: Price, day: date) -> bool:
    starts = row.valid_from is None or row.valid_from <= day
    return starts and (row.valid_to is None or row.valid_to >= day)


def _how(price: ProductPrice, own: Sequence[Price], quantity: Decimal) -> str:
    """In words: whose price it is and from which quantity."""
    parts = [_("the contract's own price") if price.is_contract_price else _("the price type")]
    if not own:
        parts.append(_("the price of the whole product, not of the characteristic"))
    tier = next((t for t in price.tiers if quantity >= t.minimum_quantity), price.tiers[-1])
    if tier.minimum_quantity > 0:
        parts.append(_("from %(n)s") % {"n": f"{tier.minimum_quantity.normalize():f}"})
    return ", ".join(parts)


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

"""What the list of orders shows: filters, figures, one line per order."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.roles import SEE_DEBTS, SEE_PRICES
from b2b_apps.contracts.context import TradeOptions
from b2b_apps.contracts.models import Contract
from b2b_apps.purchasing.orders import (
    order_figures,
    orders_for,
    with_counts,
    with_first_title,
    with_money,
)
from b2b_apps.storefront.order_words import ORDER_STATUSES, SOON_DAYS, payment_of, status_of

SIZES = (30, 100, 200)
PERIODS = {
    "3m": (_("3 months"), timedelta(days=92)),
    "1y": (_("a year"), timedelta(days=366)),
    "all": (_("all the time"), None),
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in the list, with its statuses in words."""

    order: Any
    kind: str
    word: str
    pay_kind: str
    pay_word: str

    @property
    def who(self) -> str:
        """Who ordered, shortly: «И. Савельева»."""
        user = self.order.user
        if user is None:
            return ""
        short = f"{user.first_name[:1]}. {user.last_name}" if user.first_name else user.last_name
        return short or str(user.email)

    @property
    def pips(self) -> Sequence[bool]:
        """One square per shipment, filled when it has left."""
        shipped = self.order.num_shipped
        return [place < shipped for place in range(self.order.num_shipments)]


@dataclass(frozen=True, slots=True)
class OrderList:
    """Everything the template of the list needs."""

    page: Page[Any]
    rows: Sequence[OrderRow]
    statuses: Sequence[tuple[str, str, int]]
    contracts: Sequence[Contract]
    periods: Mapping[str, Any]
    figures: Mapping[str, Any]
    soon: date
    query: str
    period: str
    contract: str
    status: str
    size: int
    may_see_prices: bool
    may_see_debts: bool
    currency: str

    @property
    def total(self) -> Decimal:
        return sum((row.order.total_incl_tax for row in self.rows), Decimal(0))

    @property
    def num_all(self) -> int:
        return sum(count for _status, _word, count in self.statuses)


def order_list(*, options: TradeOptions, query: Mapping[str, str]) -> OrderList:
    """Return the orders that the query string asks for. Four queries, whatever the page size."""
    context = options.context
    today = timezone.localdate()
    contracts = [c for c in options.contracts if c.counterparty_id == context.counterparty_id]
    period = query.get("period", "") if query.get("period") in PERIODS else "3m"
    known = {str(contract.pk) for contract in contracts}
    contract = query.get("contract", "") if query.get("contract") in known else ""
    status = query.get("status", "") if query.get("status") in ORDER_STATUSES else ""
    text = query.get("q", "").strip()[:100]
    size = int(query["size"]) if query.get("size") in [str(size) for size in SIZES] else SIZES[0]
    found = _found(orders_for(context=context), text, period, contract, today)
    counts = dict(found.order_by().values_list("status").annotate(n=Count("pk")))
    chosen = found.filter(status=status) if status else found
    rows = with_first_title(with_counts(with_money(chosen))).select_related("contract", "user")
    page = Paginator(rows, size).get_page(query.get("page"))
    soon = today + timedelta(days=SOON_DAYS)
    return OrderList(
        page=page,
        rows=[_row(order) for order in page],
        statuses=[(key, status_of(key)[1], counts.get(key, 0)) for key in ORDER_STATUSES],
        contracts=contracts,
        periods={key: label for key, (label, _length) in PERIODS.items()},
        figures=order_figures(orders_for(context=context), day=today, soon=soon),
        soon=soon,
        query=text,
        period=period,
        contract=contract,
        status=status,
        size=size,
        may_see_prices=context.may(SEE_PRICES),
        may_see_debts=context.may(SEE_DEBTS) and context.may(SEE_PRICES),
        currency=context.currency,
    )


def _found(
    orders: QuerySet[Any], text: str, period: str, contract: str, today: date
) -> QuerySet[Any]:
    length = PERIODS[period][1]
    if length:
        orders = orders.filter(date_placed__date__gte=today - length)
    if contract:
        orders = orders.filter(contract_id=int(contract))
    if text:
        lines = apps.get_model("order", "Line").objects.filter(order_id=OuterRef("pk"))
        orders = orders.filter(
            Q(number__icontains=text)
            | Q(customer_number__icontains=text)
            | Q(Exists(lines.filter(article__icontains=text)))
        )
    return orders


def _row(order: Any) -> OrderRow:
    kind, word = status_of(order.status)
    pay_kind, pay_word = payment_of(order)
    return OrderRow(order, kind, word, pay_kind, pay_word)

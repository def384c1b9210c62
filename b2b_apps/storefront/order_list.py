"""What the list of orders shows: filters, figures, one line per order."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from b2b_apps.companies.models import Counterparty
from b2b_apps.companies.roles import PLACE_ORDERS, SEE_DEBTS, SEE_ORDERS, SEE_PRICES
from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import ReadContext
from b2b_apps.fulfilment.models import StatusLook
from b2b_apps.fulfilment.statuses import (
    Look,
    StatusBook,
    shipments_wearing,
    status_book,
    wears,
    worn_by,
)
from b2b_apps.purchasing.orders import (
    OrderFigures,
    order_figures,
    orders_for,
    with_counts,
    with_first_title,
    with_money,
)
from b2b_apps.storefront.order_words import SOON_DAYS, order_word, payment_of

FILTERED = (StatusLook.Of.ORDER, StatusLook.Of.OWN)
SIZES = (30, 100, 200)
PERIODS = {
    "3m": (_("3 months"), timedelta(days=92)),
    "1y": (_("a year"), timedelta(days=366)),
    "all": (_("all the time"), None),
}


@dataclass(frozen=True, slots=True)
class OrderRow:
    """An order in the list, with its statuses in words; sums only where the role may see them."""

    order: Any
    kind: str
    word: str
    pay_kind: str
    pay_word: str
    may_see_prices: bool
    may_repeat: bool

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
class Chosen:
    """What of the query string is known; the rest is as if it were not there."""

    text: str
    period: str
    company: str
    contract: str
    status: str
    size: int


@dataclass(frozen=True, slots=True)
class OrderList:
    """Everything the template of the list needs; ``companies`` is empty where there is but one."""

    page: Page[Any]
    rows: Sequence[OrderRow]
    chosen: Chosen
    statuses: Sequence[tuple[str, str, int]]
    # The staff's own ones, each of a shipment: an order counts beside its status.
    own_statuses: Sequence[tuple[str, str, int]]
    companies: Sequence[Counterparty]
    contracts: Sequence[Contract]
    figures: Sequence[OrderFigures]
    soon: date
    may_see_prices: bool
    may_see_debts: bool

    @property
    def periods(self) -> Mapping[str, Any]:
        return {key: label for key, (label, _length) in PERIODS.items()}

    @property
    def totals(self) -> Sequence[tuple[str, Decimal]]:
        """Sums of the page's orders, by currency."""
        sums: dict[str, Decimal] = {}
        for row in self.rows:
            if row.may_see_prices:
                currency = row.order.currency
                sums[currency] = sums.get(currency, Decimal(0)) + row.order.total_incl_tax
        return sorted(sums.items())

    @property
    def currency(self) -> str:
        """The currency of all sums of the page; empty if they are of several."""
        found = {row.order.currency for row in self.rows}
        return found.pop() if len(found) == 1 else ""

    @property
    def num_all(self) -> int:
        return sum(count for _status, _word, count in self.statuses)

    @property
    def num_running(self) -> int:
        return sum(row.num_running for row in self.figures)

    @property
    def num_overdue(self) -> int:
        return sum(row.num_overdue for row in self.figures)


def order_list(
    *,
    context: ReadContext,
    companies: Sequence[Counterparty],
    open_contracts: Sequence[Contract],
    query: Mapping[str, str],
) -> OrderList:
    """Return the orders that the query string asks for. Eight queries, whatever the page size.

    ``companies`` are those of the person's roles; ``open_contracts`` those he may buy under.
    """
    today = timezone.localdate()
    soon = today + timedelta(days=SOON_DAYS)
    book = status_book()
    seen = context.companies_with(SEE_ORDERS)
    shown = [company for company in companies if company.pk in seen]
    orders = orders_for(context=context)
    contracts = list(_contracts_of(orders))
    chosen = _chosen(query, shown, contracts, book)
    if chosen.company:
        orders = orders.filter(counterparty_id=int(chosen.company))
        contracts = [c for c in contracts if str(c.counterparty_id) == chosen.company]
    found = _found(orders, chosen, today)
    counts = dict(found.order_by().values_list("status").annotate(n=Count("pk")))
    counts |= _own_counts(found)
    rows = _in_status(found, chosen.status, book) if chosen.status else found
    rows = with_first_title(with_counts(with_money(rows)))
    page = Paginator(
        rows.select_related("contract", "counterparty", "user", "group"), chosen.size
    ).get_page(query.get("page"))
    can_repeat = {contract.counterparty_id for contract in open_contracts}
    worn = worn_by([order.pk for order in page])
    return OrderList(
        page=page,
        rows=[
            _row(order, context, can_repeat, order_word(order, book, worn.get(order.pk, ())))
            for order in page
        ],
        chosen=chosen,
        statuses=_counted(book.all_of(StatusLook.Of.ORDER), counts),
        own_statuses=_counted(book.all_of(StatusLook.Of.OWN), counts),
        companies=shown if len(shown) > 1 else [],
        contracts=contracts,
        figures=order_figures(context=context, orders=orders, day=today, soon=soon),
        soon=soon,
        may_see_prices=bool(context.companies_with(SEE_ORDERS, SEE_PRICES)),
        may_see_debts=bool(context.companies_with(SEE_ORDERS, SEE_PRICES, SEE_DEBTS)),
    )


def _contracts_of(orders: QuerySet[Any]) -> QuerySet[Contract]:
    """Contracts that something was ordered under, those that have ended among them."""
    ordered = orders.order_by().values("contract_id")
    return Contract.objects.filter(pk__in=ordered).order_by("number", "pk")


def _chosen(
    query: Mapping[str, str],
    companies: Sequence[Counterparty],
    contracts: Sequence[Contract],
    book: StatusBook,
) -> Chosen:
    def known(name: str, values: Iterable[Any], default: str = "") -> str:
        value = query.get(name, "")
        return value if value in {str(one) for one in values} else default

    company = known("company", (one.pk for one in companies))
    of_company = (c.pk for c in contracts if company in {"", str(c.counterparty_id)})
    return Chosen(
        text=query.get("q", "").strip()[:100],
        period=known("period", PERIODS, "3m"),
        company=company,
        contract=known("contract", of_company),
        status=known("status", (look.code for of in FILTERED for look in book.all_of(of))),
        size=int(known("size", SIZES, str(SIZES[0]))),
    )


def _found(orders: QuerySet[Any], chosen: Chosen, today: date) -> QuerySet[Any]:
    length = PERIODS[chosen.period][1]
    if length:
        orders = orders.filter(date_placed__date__gte=today - length)
    if chosen.contract:
        orders = orders.filter(contract_id=int(chosen.contract))
    if chosen.text:
        lines = apps.get_model("order", "Line").objects.filter(order_id=OuterRef("pk"))
        orders = orders.filter(
            Q(number__icontains=chosen.text)
            | Q(group__number__icontains=chosen.text)
            | Q(customer_number__icontains=chosen.text)
            | Q(Exists(lines.filter(article__icontains=chosen.text)))
        )
    return orders


def _own_counts(orders: QuerySet[Any]) -> dict[str, int]:
    """How many of the orders have a shipment in each of the staff's own statuses. One query."""
    rows = shipments_wearing().filter(order__in=orders.order_by().values("pk"))
    counted = rows.values_list("own_status__code").annotate(n=Count("order", distinct=True))
    return dict(counted)


def _in_status(orders: QuerySet[Any], code: str, book: StatusBook) -> QuerySet[Any]:
    """Orders in a status; in one of the staff's own are those with a shipment in it."""
    if code in {look.code for look in book.all_of(StatusLook.Of.ORDER)}:
        return orders.filter(status=code)
    return orders.filter(wears(code))


def _counted(looks: Sequence[Look], counts: Mapping[str, int]) -> Sequence[tuple[str, str, int]]:
    return [(look.code, look.name, counts.get(look.code, 0)) for look in looks]


def _row(
    order: Any, context: ReadContext, can_repeat: Collection[int], shown: tuple[str, str]
) -> OrderRow:
    company_id = order.counterparty_id
    kind, word = shown
    pay_kind, pay_word = payment_of(order)
    return OrderRow(
        order,
        kind,
        word,
        pay_kind,
        pay_word,
        may_see_prices=context.may(SEE_PRICES, counterparty_id=company_id),
        may_repeat=company_id in can_repeat
        and context.may(PLACE_ORDERS, counterparty_id=company_id),
    )

"""What is read of an order before a change is reckoned: rows, goods, prices of today."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from django.apps import apps

from b2b_apps.amending.change import Actor, AddedGoods, Change
from b2b_apps.amending.locks import shipments_locked
from b2b_apps.amending.models import Action
from b2b_apps.amending.planning import Found
from b2b_apps.amending.rules import ChangeRules
from b2b_apps.companies.roles import PLACE_ORDERS
from b2b_apps.contracts.context import trade_context_for
from b2b_apps.core.context import TradeContext
from b2b_apps.delivery.models import DeliveryZone
from b2b_apps.fulfilment.models import Shipment
from b2b_apps.fulfilment.ruling import rulings_for
from b2b_apps.inventory.models import AwaitedHold, StockHold
from b2b_apps.inventory.selectors import stock_for
from b2b_apps.inventory.services import is_growing
from b2b_apps.pricing.selectors import BasketPrices, ProductPrice, price_book
from b2b_apps.purchasing.orderable import orderable_products
from b2b_apps.purchasing.probing import probed_products

ZERO = Decimal(0)
MOST_NAMESAKES = 20


@dataclass(frozen=True, slots=True)
class OrderRead:
    """An order with what a change of it is reckoned from. ``others`` are live lines of the orders
    that were placed together with it, ``probed`` products of which the person has asked too often
    for more than there is.
    """

    order: Any
    shipments: Sequence[Shipment]
    lines: Sequence[Any]
    others: Sequence[Any]
    context: TradeContext | None
    probed: frozenset[int] = frozenset()


def lines_with_goods(**where: Any) -> Any:
    """Order lines with their products. One query when read."""
    rows = apps.get_model("order", "Line").objects.filter(**where)
    rows = rows.select_related("product__base_unit", "product__parent__base_unit")
    return rows.order_by("position", "pk")


def order_read(order: Any, actor: Actor) -> OrderRead:
    """Read it; the caller has locked the order. Its shipments are locked here, in pk order."""
    shipments = shipments_locked(order)
    others: Sequence[Any] = []
    if order.group_id is not None:
        rows = lines_with_goods(order__group=order.group_id).exclude(order=order)
        others = list(rows.exclude(shipment__status=Shipment.Status.CANCELLED))
    lines = list(lines_with_goods(order=order))
    context = order_context(order, actor)
    probed = probed_products(context) if context and not actor.is_staff else frozenset()
    return OrderRead(order, shipments, lines, others, context, probed)


def order_context(order: Any, actor: Actor) -> TradeContext | None:
    """Under what the order is priced: its contract, project and promo code, for who changes it, or
    for its buyer where the staff do. None if he may not buy under the contract any more.
    """
    user_id = order.user_id if actor.is_staff else actor.person_id
    if not user_id:
        return None
    context = trade_context_for(
        user_id=user_id, contract_id=order.contract_id, project_id=order.project_id
    )
    if context is None or context.contract_id != order.contract_id:
        return None
    if not context.may(PLACE_ORDERS):
        return None
    return replace(context, promo_code=order.promo_code)


def growing_lines(line_ids: Collection[int]) -> frozenset[int]:
    """Lines whose hold may be raised. One query."""
    holds = StockHold.objects.filter(is_growing(), order_line__in=line_ids)
    return frozenset(holds.values_list("order_line_id", flat=True))


def free_carriage(shipments: Sequence[Shipment]) -> Mapping[int, Decimal]:
    """From which sum of goods the delivery of shipments is free that cost nothing by our own
    transport, by the zone as it is kept now. One query, none if no delivery is free so.
    """
    free = {
        s.pk: d
        for s in shipments
        if (d := getattr(s, "delivery", None))
        and d.zone_name
        and not (d.price_incl_tax or d.is_told_later)
    }
    if not free:
        return {}
    zones = DeliveryZone.objects.filter(
        method__in={d.method_id for d in free.values()}, free_from__isnull=False
    )
    known = {(z.method_id, z.name, z.warehouse_id): z.free_from for z in zones}
    found = {}
    for shipment in shipments:
        if shipment.pk in free:
            zone = (free[shipment.pk].method_id, free[shipment.pk].zone_name)
            least = known.get((*zone, shipment.warehouse_id), known.get((*zone, None)))
            if least is not None:
                found[shipment.pk] = least
    return found


def awaited_lines(line_ids: Collection[int]) -> Mapping[int, Decimal]:
    """Lines that wait for goods on their way, with what has come of them already. One query."""
    rows = AwaitedHold.objects.filter(order_line__in=line_ids, ended_at__isnull=True)
    return dict(rows.values_list("order_line_id", "arrived"))


def goods_found(read: OrderRead, change: Change, rules: ChangeRules) -> Sequence[Found]:
    """Find what is to be added, and where it leaves from: with what a rule of shipments keeps
    apart as it does these goods, or with the rest. Four queries, or none; some more where such
    rules are.
    """
    if not change.added:
        return []
    if read.context is None:
        return [Found(asked, trouble="no_buyer") for asked in change.added]
    products = _namesakes(read.context, change.added)
    ids = {product.pk for product in products}
    stock = stock_for(context=read.context, product_ids=ids)
    rulings = rulings_for(context=read.context, product_ids=ids)
    found = []
    for asked in change.added:
        named = [p for p in products if str(p.article).casefold() == asked.article.casefold()]
        if len(named) != 1:
            found.append(Found(asked, trouble="ambiguous" if named else "unknown"))
            continue
        (product,) = named
        if product.pk in read.probed:
            found.append(Found(asked, product, trouble="probed"))
            continue
        apart = rulings.of(product.pk).group_id or None
        shipments = [shipment for shipment in read.shipments if shipment.split_rule_id == apart]
        found.append(_placed(shipments, rules, asked, product, stock[product.pk]))
    return found


def _namesakes(context: TradeContext, added: Sequence[AddedGoods]) -> Sequence[Any]:
    articles = {text for asked in added for text in (asked.article, asked.article.upper())}
    rows = apps.get_model("catalogue", "Product").objects.filter(article__in=articles)
    ids = list(rows.values_list("pk", flat=True)[: MOST_NAMESAKES * len(added)])
    return list(orderable_products(context=context, product_ids=ids))


def _placed(
    shipments: Sequence[Shipment], rules: ChangeRules, asked: AddedGoods, product: Any, stock: Any
) -> Found:
    """The first open shipment whose warehouse has enough of it."""
    for shipment in shipments:
        if not rules.allows(Action.ADD, shipment):
            continue
        balance = stock.balances.get(shipment.warehouse_id)
        if balance and balance.free >= asked.quantity:
            return Found(asked, product, shipment, balance.stock_record_id)
    is_late = not rules.any_of(Action.ADD, shipments)
    return Found(asked, product, trouble="late" if is_late else "nowhere")


def prices_today(
    read: OrderRead, change: Change, found: Sequence[Found]
) -> Mapping[int, ProductPrice]:
    """Today's prices of the goods, by what the whole basket would come to. A dozen queries at
    most, none where nobody may buy.
    """
    if read.context is None:
        return {}
    quantities: dict[int, Decimal] = {}
    live = [x for x in read.lines if _is_live(x, read.shipments)]
    asked = [(x.product_id, change.quantities.get(x.pk, x.quantity)) for x in live]
    asked += [(x.product_id, x.quantity) for x in read.others]
    asked += [(row.product.pk, row.asked.quantity) for row in found if row.product]
    for product_id, quantity in asked:
        if product_id is not None:
            quantities[product_id] = quantities.get(product_id, ZERO) + quantity
    # What is taken out as a whole still has the price that it had.
    usual = price_book(context=read.context, product_ids=quantities, with_thresholds=True)
    counted = {pk: number for pk, number in quantities.items() if number}
    book = BasketPrices(usual, counted).book
    return {pk: price for pk in quantities if (price := book.price(pk)) is not None}


def _is_live(line: Any, shipments: Sequence[Shipment]) -> bool:
    status = {s.pk: s.status for s in shipments}.get(line.shipment_id)
    return status != Shipment.Status.CANCELLED

"""Asks 1C about a basket, and lets its prices hold once the buyer accepts them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils import timezone

from b2b_apps.companies.roles import PLACE_ORDERS, SEE_PRICES
from b2b_apps.contracts.refined import RefinedPrice, refined_prices_set
from b2b_apps.core.context import TradeContext
from b2b_apps.core.external_ids import external_ids_for
from b2b_apps.core.money import round_unit_price
from b2b_apps.pricing.conversion import vat_factor
from b2b_apps.pricing.models import PriceChange
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import BasketChange, basket_accept
from b2b_apps.purchasing.sheet import Sheet, SheetLine
from b2b_apps.sync1c.live.client import prices_ask
from b2b_apps.sync1c.live.errors import AnswerOutdatedError, LiveError
from b2b_apps.sync1c.live.selectors import LiveDifference, LivePrices, inquiry_for
from b2b_apps.sync1c.live.wire import NO_PRICE, UNKNOWN, AnsweredLine, AskedLine
from b2b_apps.sync1c.models import ExchangeConnection, PriceInquiry

# What a base is asked about at once: its answer must come within three seconds.
MOST_LINES = 1000


def prices_refine(*, context: TradeContext, connection: ExchangeConnection) -> LivePrices:
    """Ask 1C what the basket costs, and keep the answer for the person; nothing else changes.

    A failure is kept too: the basket goes on with the portal's prices. Not atomic, and not to be
    called in a transaction: 1C may take three seconds. Fourteen queries at most, whatever the
    number of lines. Raises PermissionMissingError.
    """
    context.require(PLACE_ORDERS)
    context.require(SEE_PRICES)
    sheet = basket_sheet(context=context, basket=basket_for(context))
    lines = [line for line in sheet.lines if line.price]
    asked, problem = lines[:MOST_LINES], ""
    answers: Mapping[str, dict[str, Any]] = {}
    asked_at = timezone.now()
    try:
        answers = _answers(context, connection, sheet, asked)
    except LiveError as error:
        problem = error.code[:16]
    values = {
        "asked_at": asked_at, "problem": problem, "lines": answers,
        "num_left": len(lines) - len(asked),
    }  # fmt: skip
    inquiry, _is_new = PriceInquiry.objects.update_or_create(
        user_id=context.user_id, contract_id=context.contract_id, defaults=values
    )
    return LivePrices(context, sheet, inquiry)


def live_prices_accept(
    *, context: TradeContext, line_ids: Collection[int] | None = None
) -> tuple[BasketChange, int]:
    """Let the prices of 1C's last answer hold, for these lines or for all that differ; return the
    basket afterwards and how many were accepted.

    They hold for everybody who buys under the contract (``refined_prices_set``); the basket agrees
    on them. What 1C has sent anew since it was asked is left alone: that is newer. Raises
    AnswerOutdatedError if nothing could be accepted, PermissionMissingError.
    """
    context.require(PLACE_ORDERS)
    context.require(SEE_PRICES)
    inquiry = inquiry_for(context)
    if inquiry is None:
        raise AnswerOutdatedError
    sheet = basket_sheet(context=context, basket=basket_for(context))
    wanted = [
        found
        for found in LivePrices(context, sheet, inquiry).prices
        if line_ids is None or found.line.id in line_ids
    ]
    taken = _not_overtaken(wanted, inquiry.asked_at)
    if not taken:
        raise AnswerOutdatedError
    list_id = refined_prices_set(
        context=context,
        prices={d.line.product.pk: RefinedPrice(d.line.quantity, d.now) for d in taken},
    )
    # The first price of a contract makes its list, which the context does not know yet.
    chain = tuple(dict.fromkeys((list_id, *context.price_list_ids)))
    change = basket_accept(
        context=replace(context, price_list_ids=chain), line_ids=[d.line.id for d in taken]
    )
    return change, len(taken)


def _not_overtaken(
    wanted: Sequence[LiveDifference], asked_at: datetime
) -> Sequence[LiveDifference]:
    """Those of whose products no exchange has brought prices since 1C was asked. One query."""
    newer = set(
        PriceChange.objects.filter(
            product_id__in=[found.line.product.pk for found in wanted],
            source=PriceChange.Source.EXCHANGE,
            changed_at__gte=asked_at,
        ).values_list("product_id", flat=True)
    )
    return [found for found in wanted if found.line.product.pk not in newer]


def _answers(
    context: TradeContext,
    connection: ExchangeConnection,
    sheet: Sheet,
    lines: Sequence[SheetLine],
) -> Mapping[str, dict[str, Any]]:
    """What 1C says of each line, as it is kept. Three queries and those of the breaker."""
    contract = _name(connection, "contract", context.contract_id)
    counterparty = _name(connection, "counterparty", context.counterparty_id)
    if not contract or not counterparty:
        raise LiveError("unnamed")
    names = external_ids_for(
        source=connection.source, kind="product", object_ids=[line.product.pk for line in lines]
    )
    known = [line for line in lines if line.product.pk in names]
    answered = prices_ask(
        connection=connection,
        contract=contract,
        counterparty=counterparty,
        lines=[AskedLine(names[line.product.pk], line.quantity) for line in known],
    )
    said = {line.product.pk: answer for line, answer in zip(known, answered, strict=True)}
    unknown = AnsweredLine(refusal=UNKNOWN)
    return {
        str(line.product.pk): _kept(context, sheet, line, said.get(line.product.pk, unknown))
        for line in lines
    }


def _name(connection: ExchangeConnection, kind: str, pk: int) -> str:
    found = external_ids_for(source=connection.source, kind=kind, object_ids=[pk])
    return found.get(pk, "")


def _kept(
    context: TradeContext, sheet: Sheet, line: SheetLine, said: AnsweredLine
) -> dict[str, Any]:
    """An answer as the contract reckons; one in another currency is none."""
    price, refusal = "", said.refusal
    if said.price is not None and sheet.prices is not None:
        item = sheet.prices.usual.loaded.goods[line.product.pk]
        times, by = vat_factor(
            includes_vat=said.with_vat, vat_mode=context.vat_mode, vat_percent=item.vat_percent
        )
        amount = round_unit_price(said.price * times / by)
        price = f"{amount:f}"
        if said.currency != context.currency:
            refusal = "currency"
        elif not amount:
            refusal = NO_PRICE
    return {
        "quantity": f"{line.quantity:f}",
        "price": "" if refusal else price,
        "free": None if said.free is None else f"{said.free:f}",
        "refusal": refusal,
    }

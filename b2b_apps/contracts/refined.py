"""Prices that 1C named live and a buyer accepted: they hold for one contract, for a short time."""

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import NamedTuple

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import Contract
from b2b_apps.core.context import TradeContext
from b2b_apps.pricing.models import Price, PriceChange, PriceCount, PriceList
from b2b_apps.pricing.price_load import PriceRow, Replaced, prices_load


class RefinedPrice(NamedTuple):
    """A price of one base unit from a quantity on, as the contract reckons."""

    quantity: Decimal
    amount: Decimal


@transaction.atomic
def refined_prices_set(*, context: TradeContext, prices: Mapping[int, RefinedPrice]) -> int:
    """Let prices hold for the context's contract from now on, by product; return their list.

    Until the end of the day, or for LIVE_PRICE_DAYS. What was refined of these products before
    goes. Locks the contract, then the list. The change is in the history with who accepted it.
    """
    price_list = _list_of(context)
    today = timezone.localdate()
    until = today + timedelta(days=max(settings.LIVE_PRICE_DAYS, 1) - 1)
    prices_load(
        rows=[
            PriceRow(
                price_list.pk, pk, price.amount, price.quantity, valid_from=today, valid_to=until
            )
            for pk, price in sorted(prices.items())
        ],
        source=PriceChange.Source.LIVE,
        user_id=context.user_id,
        replaces=Replaced([price_list.pk], list(prices)),
    )
    return price_list.pk


def _list_of(context: TradeContext) -> PriceList:
    """The contract's list of refined prices, which is made with the first of them.

    Its currency and VAT are the contract's; where those have changed, older prices mean nothing.
    """
    reads = (context.currency, context.vat_mode == Contract.VatMode.INCLUDED)
    with scopes_disabled():
        contracts = Contract.objects.select_for_update(of=("self",), no_key=True)
        contract = contracts.select_related("refined_price_list").get(pk=context.contract_id)
    found = contract.refined_price_list
    if found is None:
        found = PriceList(kind=PriceList.Kind.REFINED)
        found.name = _("Refined in 1C, contract %(number)s") % {"number": contract.number}
    if found.pk and (found.currency, found.includes_vat) != reads:
        Price.objects.filter(price_list=found).delete()
        PriceCount.objects.filter(price_list=found).update(number=0)
    if not found.pk or (found.currency, found.includes_vat) != reads:
        found.currency, found.includes_vat = reads
        found.save()
    if contract.refined_price_list_id != found.pk:
        with scopes_disabled():
            Contract.objects.filter(pk=contract.pk).update(refined_price_list=found)
    return found

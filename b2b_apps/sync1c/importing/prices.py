"""Prices of offers: per base unit and per pack, each in the currency of its list."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal
from typing import NamedTuple

from b2b_apps.core.money import round_unit_price
from b2b_apps.pricing.models import PriceChange, PriceList
from b2b_apps.pricing.price_load import PriceRow, Replaced, prices_load
from b2b_apps.pricing.typed import MOST_MONEY
from b2b_apps.sync1c.commerceml.records import OfferRecord, PriceRecord
from b2b_apps.sync1c.importing.references import price_lists_for
from b2b_apps.sync1c.importing.run import ImportRun
from b2b_apps.sync1c.texts import say

PRICES = "prices"
# What the columns hold: three decimals of a factor, four of a price.
LEAST, MOST_UNITS = Decimal("0.001"), Decimal(10) ** 12
ONE, NO_PACK = Decimal(1), Decimal(0)


class Key(NamedTuple):
    """What tells prices of one list apart."""

    price_list_id: int
    product_id: int
    minimum_quantity: Decimal
    pack_factor: Decimal


def prices_import(
    run: ImportRun, records: Mapping[str, OfferRecord], ids: Mapping[str, int]
) -> set[str]:
    """Write prices; return the offers all of whose prices could be taken."""
    types = {p.price_type_id for r in records.values() for p in r.prices or ()}
    lists = price_lists_for(run, types)
    complete = set(records)
    wanted: dict[Key, Decimal] = {}
    for name, record in records.items():
        taken: dict[str, list[PriceRecord]] = defaultdict(list)
        for price in record.prices or ():
            code, text = _objection(price, lists.get(price.price_type_id))
            if code:
                run.problem(code, text, kind=PRICES, record=record, external_id=name)
                # Sent again it is looked at again: the type may have come, or changed.
                complete.discard(name)
            elif price.amount:
                taken[price.price_type_id].append(price)
        for price_type, prices in taken.items():
            for price, pack in _packs(prices):
                minimum = price.minimum_quantity.quantize(LEAST)
                key = Key(lists[price_type].pk, ids[name], minimum, pack)
                wanted[key] = round_unit_price(price.amount / price.factor)
    _write(run, wanted, {ids[name] for name in records})
    return complete


def _objection(price: PriceRecord, price_list: PriceList | None) -> tuple[str, str]:
    """Return code and text of why a price can't be taken, or two empty texts.

    A price of zero is none: in 1C it means «not set».
    """
    if price_list is None:
        return "unknown_price_type", say("unknown_price_type", id=price.price_type_id)
    if not 0 <= price.amount < MOST_MONEY or not LEAST <= price.factor < MOST_UNITS:
        return "bad_price", say("bad_price", value=price.amount)
    if price.currency and price.currency != price_list.currency:
        return "price_currency", say(
            "price_currency",
            value=price.amount,
            currency=price.currency,
            name=price_list.name,
            expected=price_list.currency,
        )
    return "", ""


def _packs(prices: Iterable[PriceRecord]) -> Iterator[tuple[PriceRecord, Decimal]]:
    """Yield prices of one type with the pack each is for, 0 for the price that holds for all.

    That is the one per base unit or, where there is none, the one of the smallest pack: a single
    price in another unit is a price like any other.
    """
    found = list(prices)
    factors = {price.factor for price in found}
    base = ONE if ONE in factors else min(factors)
    for price in found:
        yield price, NO_PACK if price.factor == base else price.factor.quantize(LEAST)


def _write(run: ImportRun, wanted: Mapping[Key, Decimal], product_ids: set[int]) -> None:
    """Bring prices of these products in the lists of this package in line with ``wanted``.

    Prices that begin on a date are not 1C's and stay, but for those that it named live: what it
    sends now is newer.
    """
    declared = price_lists_for(run, run.package["price_types"])
    list_ids = {*(found.pk for found in declared.values()), *(key.price_list_id for key in wanted)}
    prices_load(
        rows=(
            PriceRow(key.price_list_id, key.product_id, wanted[key], *key[2:])
            for key in sorted(wanted)
        ),
        source=PriceChange.Source.EXCHANGE,
        replaces=Replaced(list_ids, product_ids, undated=True, refined=True),
    )

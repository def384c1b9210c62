"""What all lines of a basket are reckoned under, as one mark: with another none of it holds."""

from hashlib import blake2b
from typing import Any

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.context import Assortment, TradeContext
from b2b_apps.pricing.tariff import Tariff


def terms_mark(context: TradeContext, tariff: Tariff) -> str:
    """Return a mark of the contract's terms, of the rules, lists, rates and thresholds of its
    prices, of the day, of the warehouses and of the assortment. No query.
    """
    parts = (
        context.contract_id, context.project_id, context.region_id, context.warehouse_ids,
        context.price_list_ids, context.currency, context.vat_mode, sorted(context.segment_ids),
        context.rate_policy, context.fixed_rate, context.rate_markup_percent, context.promo_code,
        context.may(SEE_PRICES), _seen(context.assortment), tariff.mark,
    )  # fmt: skip
    return blake2b(repr(parts).encode(), digest_size=16).hexdigest()


def _seen(seen: Assortment) -> Any:
    """The assortment in an order of its own: sets of texts come in another one in each process."""
    return [
        [[(kind, sorted(map(repr, values))) for kind, values in group] for group in groups]
        for groups in (seen.only, seen.hidden, seen.reserved, seen.admitted)
    ]

"""A brake on finding out hidden stock by asking for one quantity after another.

Where figures are hidden, an order or a reserve still has to be refused if there is not so much;
so many refusals of one product in a quarter of an hour, and its quantity is looked at no more.
"""

from collections.abc import Collection

from b2b_apps.core.context import TradeContext
from b2b_apps.core.guesses import tried_too_often, tries_note
from b2b_apps.inventory.seen import shows_figures

KIND = "stock"
MOST_REFUSALS = 5
# The code of a refusal (ProductRefusedError).
PROBED = "probed"


def probed_products(context: TradeContext) -> frozenset[int]:
    """Return the products that the person was told too often there is not so much of.

    One query; none, and no product, where he sees figures.
    """
    if shows_figures(context):
        return frozenset()
    found = tried_too_often(kind=KIND, name=str(context.user_id), limit=MOST_REFUSALS)
    return frozenset(int(product_id) for product_id in found)


def probes_note(*, context: TradeContext, product_ids: Collection[int]) -> None:
    """Count that the person was told there is not so much of these. One query, or none."""
    if not shows_figures(context):
        subjects = [str(product_id) for product_id in product_ids]
        tries_note(kind=KIND, name=str(context.user_id), subjects=subjects)

"""What a price of a list is made of, asked for when somebody opens it: a page has dozens of prices,
and their steps took a fifth of its time.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.row_ids import row_id
from b2b_apps.storefront.access import buyer_required
from b2b_apps.storefront.cells import cell_html
from b2b_apps.storefront.goods_rows import goods_rows
from b2b_apps.storefront.shell import Shell


@require_safe
@buyer_required(SEE_PRICES)
def price_why(request: Any, pk: int) -> HttpResponse:
    """The steps to the price that a row of goods shows, as a fragment of a page; 404 where the
    person sees no such row, or no price in it.
    """
    known = row_id(str(pk))
    rows = goods_rows(context=request.trade, columns=(), ids=[known] if known else [])
    if not rows or rows[0].price is None:
        raise Http404
    contract = Shell(request.trade_options).contract_label
    return HttpResponse(cell_html("why_price", rows[0], contract))

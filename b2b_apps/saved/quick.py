"""Orders in one step of templates and past orders: where they go, for the page that asks once."""

from collections.abc import Mapping
from typing import Any

from b2b_apps.companies.models import Consignee

# In the session: under which contract, and what the form of that page is filled with.
KEY = "quick_order"


def quick_remember(request: Any, *, contract_id: int, texts: Mapping[str, str]) -> None:
    """Say where an order in one step goes, if not where the last one went."""
    if texts:
        request.session[KEY] = {"contract": contract_id, "texts": dict(texts)}
    else:
        request.session.pop(KEY, None)


def receiver_of(order: Any) -> dict[str, str]:
    """Who received an order, as the fields of the checkout: nothing of a consignee that is no
    longer one of the company's. One query.
    """
    own = Consignee.objects.filter(counterparty_id=order.counterparty_id, is_active=True)
    known = own.filter(name=order.consignee_name, address=order.delivery_address).first()
    texts = {"contact_person": order.contact_person, "contact_phone": order.contact_phone}
    if known is not None:
        return texts | {"consignee": str(known.pk)}
    if order.delivery_address and not order.consignee_name:
        return texts | {"consignee": "other", "other_address": order.delivery_address}
    return {}

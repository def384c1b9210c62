"""The gate of shipping requests: goods of an order go to no address past a rule of new ones."""

from typing import Any

from django_scopes import scopes_disabled

from b2b_apps.approvals.models import ApprovalRule
from b2b_apps.approvals.planning import is_new_address, of_company
from b2b_apps.fulfilment.asking import ADDRESS_GATES
from b2b_apps.fulfilment.errors import ShippingRefusedError


def address_gate(order: Any, address: str) -> None:
    """Raise ShippingRefusedError for an address that nothing of the company's orders went to, where
    a rule asks of those: the order's consignee is changed first, which asks for the word it needs.
    Two queries at most.
    """
    with scopes_disabled():
        rules = ApprovalRule.objects.filter(
            of_company(order.counterparty_id), is_active=True, is_new_consignee=True
        )
        if address and rules.exists() and is_new_address(order.counterparty_id, address):
            raise ShippingRefusedError("address")


ADDRESS_GATES.append(address_gate)

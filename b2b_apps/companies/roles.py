"""Roles inside a client's company and what each may do (A8)."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    HEAD = "head", _("head")
    BUYER = "buyer", _("buyer")
    ACCOUNTANT = "accountant", _("accountant")
    WAREHOUSE = "warehouse", _("warehouse clerk")


SEE_PRICES = "see_prices"
SEE_DEBTS = "see_debts"
SEE_ORDERS = "see_orders"
PLACE_ORDERS = "place_orders"
MANAGE_PEOPLE = "manage_people"
# Departments, budgets and rules of approval, and who stands in for whom.
MANAGE_APPROVALS = "manage_approvals"

PERMISSIONS: dict[str, frozenset[str]] = {
    Role.HEAD: frozenset(
        {SEE_PRICES, SEE_DEBTS, SEE_ORDERS, PLACE_ORDERS, MANAGE_PEOPLE, MANAGE_APPROVALS}
    ),
    Role.BUYER: frozenset({SEE_PRICES, SEE_ORDERS, PLACE_ORDERS}),
    Role.ACCOUNTANT: frozenset({SEE_PRICES, SEE_DEBTS, SEE_ORDERS}),
    # He receives the goods: what and how many, not for how much.
    Role.WAREHOUSE: frozenset({SEE_ORDERS}),
}

"""Orders as credit sees them: a row, and sums of shipments."""

import itertools
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal

from django.apps import apps
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.credit import credit_cancelled, credit_paid, credit_shipped, credit_take
from b2b_apps.contracts.debts import Debt, credit_debts_set
from b2b_apps.contracts.models import Contract, CreditAccount, CreditHold
from b2b_apps.contracts.services import account_for

numbers = itertools.count(1)


def account_of(world, key="own", **terms):
    """The account of a contract, with these columns written straight into it."""
    with scopes_disabled():
        contract = Contract.objects.get(pk=world.contracts[key].pk)
        account = account_for(contract=contract)
    if terms:
        CreditAccount.objects.filter(pk=account.pk).update(**terms)
    account.refresh_from_db()
    return account


def group_of(world, *keys, **terms):
    """A shared account of a holding over these contracts."""
    holding = world.companies["own"].holding
    group = CreditAccount.objects.create(holding=holding, **terms)
    for key in keys:
        account_of(world, key, group=group)
    return group


class Book:
    """An order of a contract with shipments of the given sums, numbered from 1 on."""

    def __init__(self, contract, *sums):
        place = next(numbers)
        self.amounts = {place * 10 + n: Decimal(s) for n, s in enumerate(sums, start=1)}
        self.total = sum(self.amounts.values())
        self.place_no = place * 10
        with scopes_disabled():
            self.contract = Contract.objects.select_related("counterparty").get(pk=contract.pk)

    @transaction.atomic
    def placed(self, **kwargs):
        """Place it; return what was taken."""
        self.order = apps.get_model("order", "Order").objects.create(
            number=f"T-{self.place_no}",
            contract=self.contract,
            counterparty_id=self.contract.counterparty_id,
            organization_id=self.contract.organization_id,
            currency=self.contract.currency,
            status="placed",
            total_incl_tax=self.total,
            total_excl_tax=self.total,
            date_placed=timezone.now(),
        )
        taking = credit_take(
            order_id=self.order.pk, contract=self.contract, amount=self.total, **kwargs
        )
        self.order.credit_state = taking.state
        self.order.save()
        return taking

    def ship(self, number, at=None):
        return credit_shipped(
            order_id=self.order.pk,
            shipment_id=self.place_no + number,
            amounts=self.amounts,
            at=at,
        )

    def cancel(self, number):
        return credit_cancelled(
            order_id=self.order.pk, shipment_ids=[self.place_no + number], amounts=self.amounts
        )

    def pay(self, amount, number="1", at=None, replaces=""):
        return credit_paid(
            order_id=self.order.pk,
            number=number,
            amount=Decimal(amount),
            at=at,
            replaces=replaces,
        )

    @property
    def hold(self):
        with scopes_disabled():
            return CreditHold.objects.filter(order=self.order).first()


def reported(account, debt, *, overdue=0, days=0, at=None):
    """1C reports what an account owes."""
    told = Debt(Decimal(debt), Decimal(overdue), days, at or timezone.now())
    return credit_debts_set(debts={account.pk: told})


def figures(account):
    """(held, debt) as they stand in the database."""
    account.refresh_from_db()
    return account.held, account.debt


def clock(text):
    """A moment of a day long ago, at this time."""
    hours, minutes = map(int, text.split(":"))
    return datetime(2026, 11, 20, hours, minutes, tzinfo=UTC)


@contextmanager
def everybody():
    with scopes_disabled():
        yield

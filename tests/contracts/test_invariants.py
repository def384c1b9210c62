"""The audit of credit finds a planted fault of each kind, and names the books that are wrong."""

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.models import (
    CreditAccount,
    CreditDecision,
    CreditEntry,
    CreditHold,
    CreditProposal,
)
from tests.contracts.orders import Book, account_of, group_of, reported

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


@pytest.fixture
def books(world):
    """Two companies under one limit: debts reported, one order that goes, one that waits."""
    group_of(world, "own", "sister", limit=100_000)
    for key in ("own", "sister"):
        reported(account_of(world, key, limit=1000, mode="release"), 100)
    going, waiting = Book(world.contracts["own"], 500), Book(world.contracts["own"], 900)
    going.placed()
    waiting.placed()
    return going, waiting


def own(world):
    return CreditAccount.objects.filter(contract=world.contracts["own"])


def held_twice(world, going, waiting):
    own(world).update(held=999)
    CreditAccount.objects.filter(holding__isnull=False).update(held=999)


def hold_of_nothing(world, going, waiting):
    CreditHold.objects.filter(order=going.order).update(paid=200)


def group_forgets(world, going, waiting):
    CreditAccount.objects.filter(holding__isnull=False).update(debt=1)


def debt_by_hand(world, going, waiting):
    own(world).update(debt=150)
    CreditAccount.objects.filter(holding__isnull=False).update(debt=250)


def taken_beyond(world, going, waiting):
    CreditEntry.objects.filter(order=going.order, kind="hold").update(details={"left": "-1.00"})


def released_by_nobody(world, going, waiting):
    type(waiting.order).objects.filter(pk=going.order.pk).update(credit_state="released")


def one_signature(world, going, waiting):
    CreditDecision.objects.create(
        order=waiting.order,
        verdict="release",
        reason="Сверка",
        author=world.people["manager"],
        needs_second=True,
        took_effect_at=timezone.now(),
    )


def limit_by_nobody(world, going, waiting):
    CreditProposal.objects.create(
        account=own(world).get(),
        limit=5000,
        mode="release",
        blocks_on_overdue=True,
        grace_days=0,
        reason="Растут закупки",
        author=world.people["manager"],
        state="signed",
        closed_by=world.people["editor"],
        closed_at=timezone.now(),
    )


FAULTS = {
    "held_is_the_sum_of_holds": held_twice,
    "holds_follow_from_their_orders": hold_of_nothing,
    "groups_are_the_sums_of_their_members": group_forgets,
    "debt_is_the_report_and_what_came_after": debt_by_hand,
    "nothing_was_taken_beyond_a_limit_unseen": taken_beyond,
    "stopped_orders_are_let_go_by_the_book": released_by_nobody,
    "releases_are_signed": one_signature,
    "limits_are_signed": limit_by_nobody,
}


def test_every_invariant_of_credit_has_its_fault():
    assert [check.__name__ for check in INVARIANTS] == list(FAULTS)


@pytest.mark.parametrize("name", FAULTS)
def test_a_planted_fault_is_found_by_its_own_invariant_alone(world, books, name):
    assert {check.__name__: check() for check in INVARIANTS} == {key: [] for key in FAULTS}

    FAULTS[name](world, *books)

    found = {check.__name__ for check in INVARIANTS if check()}
    assert found == {name}

"""Races for credit, with real threads on PostgreSQL.

The limit is first shown to break with the condition of the UPDATE taken off, then not with it on.
"""

import random
import threading
from decimal import Decimal

import pytest
from django.db import transaction
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts import credit, limits
from b2b_apps.contracts.credit import credit_paid
from b2b_apps.contracts.debts import Debt, credit_debts_set
from b2b_apps.contracts.decisions import Decided, decision_sign
from b2b_apps.contracts.errors import CreditExceededError, DecisionError
from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.limits import (
    credit_terms_change,
    limit_sign,
    limit_withdraw,
    raised_lately,
)
from b2b_apps.contracts.locks import order_locked
from b2b_apps.contracts.models import CreditAccount, CreditEntry, CreditHold
from b2b_apps.contracts.review import credit_review
from b2b_apps.contracts.services import CreditTerms, credit_limit_set
from b2b_apps.fulfilment.services import order_cancel, shipment_ship
from b2b_apps.purchasing.services.credit import credit_decide
from tests.concurrency.test_orders import at_once, basket_of, buyers, placing
from tests.contracts.orders import Book, account_of, figures, group_of

pytestmark = pytest.mark.django_db(transaction=True)
NUM = 20
LAMPS = 100
# 100 lamps at 62.14 under the buyer's contract.
ORDER = Decimal("6214.00")


def offers(world, number):
    """So many buyers with a full basket each."""
    lamp = world.products["lamp"]
    return [(context, *basket_of(context, lamp, LAMPS)) for context in buyers(world, number)]


def violations():
    with scopes_disabled():
        return [text for check in INVARIANTS for text in check()]


def failures(answers):
    """What went wrong apart from polite refusals."""
    return [a for a in answers if isinstance(a, Exception) and not isinstance(a, POLITE)]


POLITE = (CreditExceededError, DecisionError)


def in_a_scope(work):
    """Work as 1C or the staff do: for all companies."""

    def run():
        with scopes_disabled():
            return work()

    return run


def pay(book, amount, number):
    """Book a payment as finance does: the order first."""

    def work():
        with transaction.atomic():
            order_locked(order_id=book.order.pk)
            return credit_paid(
                order_id=book.order.pk, number=number, amount=Decimal(amount), at=timezone.now()
            )

    return in_a_scope(work)


def test_twenty_orders_of_twice_the_free_limit_stay_within_it(world):
    account = account_of(world, limit=ORDER * NUM / 2)

    answers = at_once([placing(*offer) for offer in offers(world, NUM)])

    refused = [a for a in answers if isinstance(a, CreditExceededError)]
    assert failures(answers) == []
    assert (len(refused), figures(account)[0]) == (NUM / 2, ORDER * NUM / 2)
    assert {(e.refusals[0].free, e.asked) for e in refused} == {(0, ORDER)}
    with scopes_disabled():
        assert CreditHold.objects.count() == NUM / 2
    assert violations() == []


def test_without_the_condition_the_limit_breaks(world, monkeypatch):
    account = account_of(world, limit=ORDER * 2)
    monkeypatch.setattr(credit, "ACCEPTS", "true")

    answers = at_once([placing(*offer) for offer in offers(world, 6)])

    assert failures(answers) == []
    assert figures(account)[0] == ORDER * 6
    assert any("beyond the limit" in text for text in violations())


def test_check_then_write_takes_the_last_of_the_limit_twice(world):
    account = account_of(world, limit=100)
    gate = threading.Barrier(2)

    def check_then_write():
        with transaction.atomic():
            found = CreditAccount.objects.get(pk=account.pk)
            fits = found.limit - found.debt - found.held >= 100
            gate.wait(timeout=10)
            if fits:
                CreditAccount.objects.filter(pk=account.pk).update(held=found.held + 100)
            return fits

    assert at_once([check_then_write] * 2) == [True, True]


@pytest.mark.parametrize("seed", range(3))
def test_never_over_with_payments_and_other_limits_in_between(world, seed):
    start, chance = ORDER * 6, random.Random(seed)
    account = account_of(world, limit=start)
    with scopes_disabled():
        book = Book(world.contracts["own"], ORDER * 4)
        book.placed()
        book.ship(1, timezone.now())
    works = [placing(*offer) for offer in offers(world, NUM)]
    works += [pay(book, ORDER * n, f"п{n}") for n in (1, 2, 1)]
    works += [
        in_a_scope(
            lambda limit=limit: credit_limit_set(contract=world.contracts["own"], limit=limit)
        )
        for limit in (ORDER * 9, ORDER * 5, start)
    ]
    chance.shuffle(works)

    answers = at_once(works)

    assert failures(answers) == []
    assert violations() == []
    replayed_within_the_limit(account, start)


def replayed_within_the_limit(account, limit):
    """Go through the entries in the order of the account's lock: nothing was taken beyond."""
    debt = held = Decimal(0)
    accepted = 0
    for entry in CreditEntry.objects.filter(account=account).order_by("pk"):
        if "limit" in entry.details:
            limit = Decimal(entry.details["limit"][1])
        debt, held = debt + entry.debt, held + entry.held
        if entry.kind == "hold":
            accepted += 1
            assert limit - max(debt, 0) - held >= 0, entry
    assert accepted >= 3
    assert (held, debt) == figures(account)


def test_twenty_submits_of_one_basket_take_credit_once(world):
    account = account_of(world, limit=ORDER * NUM)
    context = world.context()
    basket_id, offer = basket_of(context, world.products["lamp"], LAMPS)

    orders = at_once([placing(context, basket_id, offer)] * NUM)

    assert failures(orders) == []
    assert len({order.pk for order in orders}) == 1
    assert figures(account)[0] == ORDER
    assert violations() == []


def test_a_shared_limit_is_not_broken_by_two_companies(world):
    world.contracts["sister"].payment_kind = "deferral"
    world.contracts["sister"].save()
    group = group_of(world, "own", "sister", limit=1000)
    books = [Book(world.contracts[key], 100) for key in ("own", "sister") for _n in range(10)]

    answers = at_once([in_a_scope(book.placed) for book in books])

    assert failures(answers) == []
    assert len([a for a in answers if isinstance(a, CreditExceededError)]) == 10
    assert figures(group)[0] == 1000
    assert violations() == []


@pytest.mark.parametrize("seed", range(2))
def test_everything_at_once_neither_locks_up_nor_loses_a_kopeck(world, seed):
    """Placing, shipping, paying, cancelling, reports, terms, releases: all on one holding."""
    chance = random.Random(seed)
    world.contracts["sister"].payment_kind = "deferral"
    world.contracts["sister"].save()
    group = group_of(world, "own", "sister", limit=ORDER * 5, mode="soft")
    accounts = [account_of(world, "own", limit=ORDER * 4, mode="release"),
                account_of(world, "sister", limit=ORDER * 4, mode="soft")]  # fmt: skip
    with scopes_disabled():
        orders = [placing(*offer)() for offer in offers(world, 8)]
        works = [in_a_scope(work) for order in orders for work in life_of(order)]
        baskets = [(c, *basket_of(c, world.products["lamp"], 50)) for c in more_buyers(world)]
    works += [placing(*basket) for basket in baskets]
    works += [in_a_scope(Book(world.contracts["sister"], 700).placed) for _n in range(4)]
    works += [reporting(accounts, amount) for amount in (100, 900, 400)]
    works += [in_a_scope(credit_review)] * 3
    works += [
        in_a_scope(lambda n=n: credit_limit_set(contract=world.contracts["own"], limit=ORDER * n))
        for n in (2, 6, 4)
    ]
    chance.shuffle(works)

    answers = at_once(works)

    assert failures(answers) == []
    assert violations() == []
    group.refresh_from_db()
    assert group.held >= 0


def life_of(order):
    """One of the things that may become of an order, told twice, and a payment."""
    (shipment,) = order.shipments.all()

    def ship():
        return shipment_ship(shipment_id=shipment.pk, owed_at=timezone.now())

    def cancel():
        return order_cancel(order_id=order.pk)

    def paid():
        with transaction.atomic():
            order_locked(order_id=order.pk)
            return credit_paid(
                order_id=order.pk, number="1", amount=Decimal(3000), at=timezone.now()
            )

    return [paid, *([ship, ship] if order.pk % 2 else [cancel, cancel])]


def reporting(accounts, amount):
    """1C reports debts of both companies, in the wrong order."""
    told = Debt(Decimal(amount), Decimal(0), 0, timezone.now())
    return in_a_scope(lambda: credit_debts_set(debts={a.pk: told for a in reversed(accounts)}))


def more_buyers(world):
    from django.contrib.auth import get_user_model

    from b2b_apps.companies.models import Employee, Membership
    from b2b_apps.contracts.context import trade_context_for

    found = []
    for place in range(4):
        user = get_user_model().objects.create_user(f"m{place}", f"m{place}@buyers.example", "x")
        employee = Employee.objects.create(user=user)
        Membership.objects.create(
            employee=employee, counterparty=world.companies["own"], role="buyer", is_default=True
        )
        found.append(trade_context_for(user_id=user.pk))
    return found


def test_an_order_is_released_once(world, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 50
    account_of(world, limit=10, mode="release")
    people = [world.people["editor"], *more_staff()]
    with scopes_disabled():
        book = Book(world.contracts["own"], 50)
        book.placed()
        credit_decide(
            order_id=book.order.pk,
            decided=Decided("release", "Объект сдают"),
            user_id=world.people["manager"].pk,
        )
    signing = [
        in_a_scope(lambda pk=p.pk: decision_sign(order_id=book.order.pk, user_id=pk))
        for p in people
    ]
    enough = in_a_scope(
        lambda: credit_limit_set(contract=world.contracts["own"], limit=Decimal(1000))
    )

    answers = at_once([*signing, in_a_scope(credit_review), enough, in_a_scope(credit_review)])

    assert failures(answers) == []
    assert CreditEntry.objects.filter(kind="release").count() == 1
    book.order.refresh_from_db()
    assert book.order.credit_state == "released"
    assert violations() == []


def more_staff():
    from django.contrib.auth import get_user_model

    make = get_user_model().objects.create_user
    return [make(f"s{n}", f"s{n}@pakgauz.example", is_staff=True) for n in range(3)]


MUCH = Decimal(200_000)


def changing(account, person, limit):
    """Have one of the staff set a limit."""
    return in_a_scope(
        lambda: credit_terms_change(
            account_id=account.pk, terms=CreditTerms(limit), user_id=person.pk, reason="Растут"
        )
    )


def test_a_limit_is_signed_once(world):
    account = account_of(world, limit=0)
    proposal = changing(account, world.people["manager"], MUCH)().proposal
    signing = [
        in_a_scope(lambda pk=p.pk: limit_sign(proposal_id=proposal.pk, user_id=pk))
        for p in [world.people["editor"], *more_staff()]
    ]

    answers = at_once(signing)

    assert sorted(a.code for a in answers if isinstance(a, DecisionError)) == ["not_pending"] * 3
    assert CreditEntry.objects.filter(kind="limit").count() == 1
    account.refresh_from_db()
    assert account.limit == MUCH
    assert violations() == []


@pytest.mark.parametrize("seed", range(5))
def test_a_withdrawn_limit_is_not_signed(world, seed):
    account = account_of(world, limit=0)
    author = world.people["manager"]
    proposal = changing(account, author, MUCH)().proposal
    works = [
        in_a_scope(lambda: limit_withdraw(proposal_id=proposal.pk, user_id=author.pk)),
        in_a_scope(lambda: limit_sign(proposal_id=proposal.pk, user_id=world.people["editor"].pk)),
    ]

    answers = at_once(works if seed % 2 else works[::-1])

    assert [a.code for a in answers if isinstance(a, DecisionError)] == ["not_pending"]
    account.refresh_from_db()
    proposal.refresh_from_db()
    assert (proposal.state, account.limit) in {("withdrawn", 0), ("signed", MUCH)}
    assert violations() == []


def test_two_raises_at_once_count_together(world):
    account = account_of(world, limit=0)
    half = [
        changing(account, person, MUCH * n / 4)
        for n, person in ((3, world.people["manager"]), (2, world.people["editor"]))
    ]

    answers = at_once(half)

    assert failures(answers) == []
    raised = sum(e.amount for e in CreditEntry.objects.filter(kind="limit", user__isnull=False))
    assert raised < MUCH


def test_without_the_lock_two_raises_at_once_do_not(world, monkeypatch):
    account = account_of(world, limit=0)
    gate = threading.Barrier(2)

    def unlocked(*, account_ids):
        return {a.pk: a for a in CreditAccount.objects.filter(pk__in=account_ids)}

    def waited(**kwargs):
        found = raised_lately(**kwargs)
        gate.wait(timeout=10)
        return found

    monkeypatch.setattr(limits, "rows_locked", unlocked)
    monkeypatch.setattr(limits, "raised_lately", waited)

    at_once(
        [
            changing(account, world.people["manager"], MUCH * 3 / 4),
            changing(account, world.people["editor"], MUCH / 2),
        ]
    )

    raised = sum(e.amount for e in CreditEntry.objects.filter(kind="limit", user__isnull=False))
    assert raised > MUCH

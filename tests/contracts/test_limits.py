"""Limits that the staff raise: what adds much takes two persons, however it is sliced."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.limits import (
    ENDLESS,
    credit_added,
    credit_terms_change,
    limit_refuse,
    limit_sign,
    limit_withdraw,
)
from b2b_apps.contracts.models import CreditEntry, CreditProposal
from b2b_apps.contracts.review import credit_review
from b2b_apps.contracts.services import CreditTerms, credit_terms_set, terms_of
from b2b_apps.pricing.models import CurrencyRate
from tests.contracts.orders import Book, account_of, reported
from tests.contracts.tables import table

pytestmark = pytest.mark.django_db
MUCH = 200_000
YESTERDAY = timezone.localdate() - timedelta(days=1)
TOMORROW = timezone.localdate() + timedelta(days=1)
NEXT_YEAR = timezone.localdate() + timedelta(days=365)


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield
    assert [text for check in INVARIANTS for text in check()] == []


@pytest.fixture
def manager(world):
    return world.people["manager"]


@pytest.fixture
def editor(world):
    return world.people["editor"]


def change(account, person, reason="Растут закупки", **terms):
    """Change these terms of an account as a person does; return what became of it."""
    account.refresh_from_db()
    wanted = {name: getattr(account, name) for name in CreditTerms.__dataclass_fields__} | terms
    if wanted["limit"] is not None:
        wanted["limit"] = Decimal(wanted["limit"])
    return credit_terms_change(
        account_id=account.pk, terms=CreditTerms(**wanted), user_id=person.pk, reason=reason
    )


def limit(account):
    account.refresh_from_db()
    return account.limit


def test_a_large_raise_waits_for_a_second_person_and_lets_no_order_go(world, manager, editor):
    account = account_of(world, limit=100, mode="soft")
    book = Book(world.contracts["own"], 250_000)
    book.placed()

    proposal = change(account, manager, limit=300_000).proposal
    credit_review()
    book.order.refresh_from_db()
    assert (limit(account), book.order.credit_state) == (100, "held")
    with pytest.raises(DecisionError, match="same_person"):
        limit_sign(proposal_id=proposal.pk, user_id=manager.pk)
    limit_sign(proposal_id=proposal.pk, user_id=editor.pk)
    credit_review()

    book.order.refresh_from_db()
    assert (limit(account), book.order.credit_state) == (300_000, "released")
    proposal.refresh_from_db()
    assert (proposal.state, proposal.closed_by, proposal.entry.user) == ("signed", editor, manager)
    assert proposal.entry.note == "Растут закупки"
    with pytest.raises(DecisionError, match="not_pending"):
        limit_sign(proposal_id=proposal.pk, user_id=editor.pk)


@pytest.mark.parametrize(
    ("was", "now", "takes_two"),
    [
        ({"limit": 0}, {"limit": MUCH - 1}, False),
        ({"limit": 0}, {"limit": MUCH}, True),
        ({"limit": 500_000}, {"limit": 100}, False),
        ({"limit": 500_000}, {"limit": None}, True),
        ({"limit": None}, {"limit": 10**9}, False),
        ({"limit": MUCH, "limit_valid_to": YESTERDAY}, {"limit_valid_to": None}, True),
        ({"limit": MUCH - 1, "limit_valid_to": YESTERDAY}, {"limit_valid_to": None}, False),
        ({"limit": 0, "limit_valid_to": YESTERDAY}, {"limit": MUCH}, True),
        ({"limit": MUCH, "limit_valid_to": TOMORROW}, {"limit_valid_to": NEXT_YEAR}, True),
        ({"limit": MUCH - 1, "limit_valid_to": TOMORROW}, {"limit_valid_to": NEXT_YEAR}, False),
        ({"limit": 1}, {"mode": "soft"}, True),
        ({"limit": MUCH, "mode": "soft"}, {"mode": "block"}, False),
        ({"limit": MUCH}, {"grace_days": 1}, True),
        ({"limit": MUCH, "grace_days": 9}, {"grace_days": 0}, False),
        ({"limit": MUCH}, {"limit_valid_to": YESTERDAY}, False),
    ],
)  # fmt: skip
def test_what_takes_two_signatures(world, manager, was, now, takes_two):
    account = account_of(world, **was)

    changed = change(account, manager, **now)

    assert (changed.proposal is not None, changed.is_set) == (takes_two, not takes_two)


@pytest.mark.parametrize("row", table(9), ids=str)
def test_what_terms_add(world, row):
    today = timezone.localdate()
    days = {
        "—": None,
        "today": today,
        "yesterday": today - timedelta(days=1),
        "tomorrow": today + timedelta(days=1),
    }
    account = account_of(
        world,
        limit=None if row["limit"] == "—" else row["limit"],
        limit_valid_to=days[row["valid to"]],
        mode=row["mode"],
    )
    if row["overdue stops"] == "yes":
        reported(account, 10, overdue=10, days=5)
        account.refresh_from_db()
    terms = CreditTerms(
        None if row["new limit"] == "—" else Decimal(row["new limit"]),
        days[row["new valid to"]],
        mode=row["new mode"],
        blocks_on_overdue=row["overdue stops"] == row["still stops"],
        grace_days=int(row["new grace"]),
    )

    added = credit_added(account=account, terms=terms)

    assert added == (ENDLESS if row["adds"] == "no bound" else Decimal(row["adds"]))


def test_overdue_that_would_stop_no_more_counts_as_the_limit_it_opens(world, manager):
    account = account_of(world, limit=MUCH, grace_days=4)
    reported(account, 10, overdue=10, days=5)

    assert change(account, manager, grace_days=3).is_set
    assert change(account, manager, grace_days=5).proposal
    assert change(account, manager, blocks_on_overdue=False).proposal


def test_a_limit_in_force_is_prolonged_in_slices_no_further_than_one_may(world, manager, editor):
    account = account_of(world, limit=120_000, limit_valid_to=TOMORROW)
    assert change(account, manager, limit_valid_to=TOMORROW + timedelta(days=30)).is_set

    proposal = change(account, editor, limit_valid_to=TOMORROW + timedelta(days=60)).proposal

    account.refresh_from_db()
    assert (proposal.before, proposal.added) == (120_000, 120_000)
    assert account.limit_valid_to == TOMORROW + timedelta(days=30)


def test_small_raises_of_anybody_count_together_for_thirty_days(world, manager, editor):
    account = account_of(world, limit=0)
    assert change(account, manager, limit=120_000).is_set
    assert change(account, manager, limit=0).is_set

    proposal = change(account, editor, limit=80_000).proposal

    assert (proposal.before, proposal.added, limit(account)) == (120_000, 80_000, 0)
    CreditEntry.objects.update(booked_at=timezone.now() - timedelta(days=31))
    assert change(account, editor, limit=80_000).is_set


def test_after_two_have_signed_small_raises_begin_anew(world, manager, editor):
    account = account_of(world, limit=0)
    change(account, manager, limit=150_000)
    proposal = change(account, manager, limit=300_000).proposal
    limit_sign(proposal_id=proposal.pk, user_id=editor.pk)

    assert change(account, manager, limit=400_000).is_set
    assert change(account, manager, limit=500_000).proposal


def test_limits_of_1c_come_as_they_are_and_count_for_nobody(world, manager):
    account = account_of(world, limit=0)

    assert credit_terms_set(account_id=account.pk, terms=CreditTerms(Decimal(10**9)))

    assert change(account, manager, limit=10**9 + 1000).is_set


def test_a_foreign_currency_goes_by_the_banks_rate_and_without_one_takes_two(world, manager):
    account = account_of(world, limit=0, currency="EUR")
    assert change(account, manager, limit=10).proposal
    today = timezone.localdate()
    CurrencyRate.objects.create(currency="EUR", day=today, rate=Decimal("0.01"), source="hand")
    assert change(account, manager, limit=20).proposal
    CurrencyRate.objects.create(currency="EUR", day=today, rate=100, source="bank")

    assert change(account, manager, limit=1999).is_set
    assert change(account, manager, limit=2000).proposal


def test_a_changed_proposal_is_signed_anew(world, manager, editor):
    account = account_of(world, limit=0)
    first = change(account, manager, limit=MUCH).proposal

    second = change(account, manager, limit=MUCH * 5).proposal

    with pytest.raises(DecisionError, match="changed"):
        limit_sign(proposal_id=first.pk, user_id=editor.pk)
    assert limit(account) == 0
    assert list(CreditProposal.objects.filter(state="open")) == [second]


def test_a_proposal_about_terms_that_have_changed_is_not_signed(world, manager, editor):
    account = account_of(world, limit=0)
    proposal = change(account, manager, limit=MUCH).proposal
    credit_terms_set(account_id=account.pk, terms=CreditTerms(Decimal(50)))

    with pytest.raises(DecisionError, match="moved"):
        limit_sign(proposal_id=proposal.pk, user_id=editor.pk)

    assert limit(account) == 50


def test_the_author_withdraws_and_another_turns_down_with_a_reason(world, manager, editor):
    account = account_of(world, limit=0)
    first = change(account, manager, limit=MUCH).proposal
    with pytest.raises(DecisionError, match="not_author"):
        limit_withdraw(proposal_id=first.pk, user_id=editor.pk)
    limit_withdraw(proposal_id=first.pk, user_id=manager.pk)
    with pytest.raises(DecisionError, match="not_pending"):
        limit_sign(proposal_id=first.pk, user_id=editor.pk)
    second = change(account, manager, limit=MUCH).proposal
    with pytest.raises(DecisionError, match="no_reason"):
        limit_refuse(proposal_id=second.pk, user_id=editor.pk, answer="  ")
    with pytest.raises(DecisionError, match="same_person"):
        limit_refuse(proposal_id=second.pk, user_id=manager.pk, answer="Нет")
    limit_refuse(proposal_id=second.pk, user_id=editor.pk, answer="Просрочка")

    states = list(CreditProposal.objects.order_by("pk").values_list("state", "answer"))
    assert states == [("withdrawn", ""), ("refused", "Просрочка")]
    assert limit(account) == 0


def test_a_change_without_a_reason_changes_nothing(world, manager):
    account = account_of(world, limit=0)

    with pytest.raises(DecisionError, match="no_reason"):
        change(account, manager, reason="  ", limit=10)

    assert terms_of(account) == CreditTerms(Decimal(0))

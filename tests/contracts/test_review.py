"""Stopped orders: they go by themselves once they fit, or because somebody signed."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.contrib.auth import get_user_model
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.decisions import Decided, decision_sign
from b2b_apps.contracts.errors import DecisionError
from b2b_apps.contracts.invariants import INVARIANTS
from b2b_apps.contracts.models import CreditAccount, CreditDecision, CreditEntry
from b2b_apps.contracts.review import credit_review
from b2b_apps.contracts.services import CreditTerms, credit_limit_set, credit_terms_set, terms_of
from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.finance.services import payment_record
from b2b_apps.fulfilment.services import order_cancel
from b2b_apps.purchasing.services.credit import credit_decide
from tests.contracts.orders import Book, account_of, figures, group_of, reported
from tests.contracts.test_taking import place

pytestmark = pytest.mark.django_db
Verdict = CreditDecision.Verdict


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield
    assert [text for check in INVARIANTS for text in check()] == []


@pytest.fixture(autouse=True)
def _no_documents(monkeypatch):
    """Invoices are none of this: only credit's own messages are delivered."""
    from b2b_apps.core import outbox

    handlers = {"credit_review": outbox._handlers["credit_review"]}
    monkeypatch.setattr(outbox, "_handlers", handlers)


def states(*books):
    for book in books:
        book.order.refresh_from_db()
    return [book.order.credit_state for book in books]


def told():
    return sorted(OutboxMessage.objects.filter(topic="order_to_1c").values_list("key", flat=True))


def placed(world, *sums, key="own"):
    books = [Book(world.contracts[key], amount) for amount in sums]
    for book in books:
        book.placed()
    return books


def test_held_orders_go_in_the_order_of_placing(world):
    account = account_of(world, limit=100, mode="soft")
    first, second, third = placed(world, 90, 50, 10)
    assert states(first, second, third) == ["", "held", "held"]

    credit_limit_set(contract=world.contracts["own"], limit=Decimal(140))
    assert outbox_deliver() == 1

    assert states(first, second, third) == ["", "released", "held"]
    assert figures(account)[0] == 150
    assert told() == [f"order_to_1c:{second.order.pk}:released"]


def test_a_waiting_order_takes_its_credit_when_it_goes(world):
    account = account_of(world, limit=100, mode="release")
    big, small = placed(world, 400, 90)
    other = Book(world.contracts["own"], 30)
    other.placed()
    assert states(big, small, other) == ["waiting", "", "waiting"]

    small.cancel(1)
    assert outbox_deliver() == 1

    assert states(big, small, other) == ["waiting", "", "released"]
    assert figures(account)[0] == 30
    assert told() == [f"order_to_1c:{other.order.pk}"]


def test_a_report_of_less_debt_lets_orders_go(world):
    account = account_of(world, limit=100, mode="soft")
    reported(account, 80)
    (book,) = placed(world, 50)

    reported(account, 40)
    outbox_deliver()

    assert states(book) == ["released"]


def test_overdue_that_is_paid_lets_orders_go(world):
    account = account_of(world, limit=1000, mode="soft")
    reported(account, 300, overdue=50, days=5)
    (book,) = placed(world, 50)
    assert states(book) == ["held"]

    reported(account, 250)
    outbox_deliver()

    assert states(book) == ["released"]


def test_an_order_paid_in_advance_goes_though_nothing_is_free(world):
    account = account_of(world, limit=10, mode="release")
    reported(account, 500, overdue=400, days=90)
    (book,) = placed(world, 50)

    book.pay(50, at=timezone.now())
    outbox_deliver()

    assert states(book) == ["released"]
    assert figures(account) == (0, 500)


def test_a_limit_that_begins_again_by_the_calendar_is_found_by_the_clock(world):
    yesterday = timezone.localdate() - timedelta(days=1)
    account_of(world, limit=100, limit_valid_to=yesterday, mode="soft")
    (book,) = placed(world, 50)
    CreditAccount.objects.update(limit_valid_to=None)

    assert credit_review() == [book.order.pk]

    assert states(book) == ["released"]


def test_room_in_the_holding_lets_orders_of_its_companies_go(world):
    world.contracts["sister"].payment_kind = "deferral"
    world.contracts["sister"].save()
    group = group_of(world, "own", "sister", limit=100, mode="soft")
    (own,) = placed(world, 80)
    (sister,) = placed(world, 50, key="sister")
    assert states(own, sister) == ["", "held"]

    own.cancel(1)
    outbox_deliver()

    assert states(own, sister) == ["", "released"]
    assert figures(group)[0] == 50


def test_cancelled_orders_are_not_looked_at(world):
    account_of(world, limit=10, mode="soft")
    order = place(world.context(), world)
    order_cancel(order_id=order.pk)
    credit_limit_set(contract=world.contracts["own"], limit=Decimal(100_000))

    assert credit_review() == []


def test_terms_are_booked_with_who_and_why(world):
    account, user = account_of(world, limit=100), world.people["manager"]
    terms = CreditTerms(limit=Decimal(200), mode="soft", grace_days=14)

    assert credit_terms_set(account_id=account.pk, terms=terms, user_id=user.pk, note="сверка")
    assert not credit_terms_set(account_id=account.pk, terms=terms, user_id=user.pk, note="снова")

    account.refresh_from_db()
    assert terms_of(account) == terms
    entry = CreditEntry.objects.get(kind="limit")
    assert entry.details == {
        "limit": ["100.00", "200"],
        "mode": ["block", "soft"],
        "grace_days": ["0", "14"],
    }
    assert (entry.user, entry.note) == (user, "сверка")


# --- Decisions ------------------------------------------------------------------------------


def decide(book, user, verdict, **kwargs):
    decided = Decided(verdict, kwargs.pop("reason", "Объект сдают"), **kwargs)
    order = getattr(book, "order", book)
    return credit_decide(order_id=order.pk, decided=decided, user_id=user.pk)


def test_a_release_lets_the_order_go_beyond_the_limit(world):
    account = account_of(world, limit=10, mode="release")
    (book,) = placed(world, 50)

    decision = decide(book, world.people["manager"], Verdict.RELEASE)

    assert states(book) == ["released"]
    assert decision.took_effect_at is None or decision.pk
    decision.refresh_from_db()
    assert decision.took_effect_at is not None
    assert figures(account)[0] == 50
    assert told() == [f"order_to_1c:{book.order.pk}"]
    entry = CreditEntry.objects.get(kind="release")
    assert (entry.held, entry.user, entry.note) == (50, world.people["manager"], "Объект сдают")


def test_a_large_release_waits_for_a_second_person(world, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 50
    account_of(world, limit=10, mode="soft")
    (book,) = placed(world, 50)
    manager, editor = world.people["manager"], world.people["editor"]

    decide(book, manager, Verdict.RELEASE)
    assert states(book) == ["held"]
    with pytest.raises(DecisionError, match="same_person"):
        decision_sign(order_id=book.order.pk, user_id=manager.pk)
    assert states(book) == ["held"]
    decision_sign(order_id=book.order.pk, user_id=editor.pk)

    assert states(book) == ["released"]
    with pytest.raises(DecisionError, match="not_pending"):
        decision_sign(order_id=book.order.pk, user_id=editor.pk)


def test_a_release_after_a_payment_goes_when_it_has_come(world):
    account_of(world, limit=10, mode="release")
    earlier, book = placed(world, 5, 50)
    earlier.pay(2, number="before")
    day = timezone.localdate() + timedelta(days=2)

    decide(
        book, world.people["manager"], Verdict.AFTER_PAYMENT,
        payment_sum=Decimal(20), payment_until=day,
    )  # fmt: skip
    earlier.pay(3, number="too little")
    outbox_deliver()
    assert states(book) == ["waiting"]
    book.pay(17, number="the rest")
    outbox_deliver()

    assert states(book) == ["released"]
    assert book.hold.amount == 33


def test_a_payment_after_the_day_is_too_late(world):
    account_of(world, limit=10, mode="release")
    (book,) = placed(world, 50)
    decision = decide(
        book, world.people["manager"], Verdict.AFTER_PAYMENT,
        payment_sum=Decimal(20), payment_until=timezone.localdate(),
    )  # fmt: skip
    book.pay(20, at=timezone.now() + timedelta(days=1))

    outbox_deliver()

    assert states(book) == ["waiting"]
    decision.refresh_from_db()
    assert decision.took_effect_at is None


def test_a_large_release_after_a_payment_needs_both(world, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 50
    account_of(world, limit=10, mode="release")
    (book,) = placed(world, 50)
    decide(
        book, world.people["manager"], Verdict.AFTER_PAYMENT,
        payment_sum=Decimal(20), payment_until=timezone.localdate(),
    )  # fmt: skip
    book.pay(20, at=timezone.now())
    credit_review()
    assert states(book) == ["waiting"]

    decision_sign(order_id=book.order.pk, user_id=world.people["editor"].pk)
    credit_review()

    assert states(book) == ["released"]


def test_an_order_that_1c_made_large_since_is_not_released_by_one_signature(world, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 60
    account_of(world, limit=10, mode="release")
    (book,) = placed(world, 50)
    decision = decide(
        book, world.people["manager"], Verdict.AFTER_PAYMENT,
        payment_sum=Decimal(20), payment_until=timezone.localdate(),
    )  # fmt: skip
    book.order.total_incl_tax = Decimal(60)
    book.order.save()
    book.pay(20, at=timezone.now())

    credit_review()

    assert states(book) == ["waiting"]
    decision.refresh_from_db()
    assert decision.needs_signature
    decision_sign(order_id=book.order.pk, user_id=world.people["editor"].pk)
    credit_review()
    assert states(book) == ["released"]


@pytest.mark.parametrize("mode", ["soft", "release"])
def test_a_refusal_cancels_the_order_and_frees_its_stock(world, mode):
    account = account_of(world, limit=10, mode=mode)
    order = place(world.context(), world)
    before = told()

    decide(order, world.people["manager"], Verdict.REFUSE)

    order.refresh_from_db()
    assert order.status == "cancelled"
    record = order.lines.get().stockrecord
    record.refresh_from_db()
    assert record.num_allocated == 0
    assert figures(account) == (0, 0)
    again = [f"order_to_1c:{order.pk}:cancelled"] if mode == "soft" else []
    assert told() == before + again


def test_a_new_decision_takes_the_place_of_the_last(world, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 50
    account_of(world, limit=10, mode="soft")
    order = place(world.context(), world)
    decide(order, world.people["manager"], Verdict.RELEASE)

    decide(order, world.people["editor"], Verdict.REFUSE)

    order.refresh_from_db()
    assert order.status == "cancelled"
    with pytest.raises(DecisionError, match="not_pending"):
        decision_sign(order_id=order.pk, user_id=world.people["editor"].pk)


@pytest.mark.parametrize(
    ("decided", "code"),
    [
        ({"verdict": "release", "reason": "  "}, "no_reason"),
        ({"verdict": "after_pay"}, "no_payment"),
        ({"verdict": "after_pay", "payment_sum": Decimal(5)}, "no_payment"),
        (
            {
                "verdict": "after_pay",
                "payment_sum": Decimal(5),
                "payment_until": timezone.localdate() - timedelta(days=1),
            },
            "past",
        ),
    ],
)
def test_a_decision_that_says_too_little_is_none(world, decided, code):
    account_of(world, limit=10, mode="soft")
    (book,) = placed(world, 50)

    with pytest.raises(DecisionError, match=code):
        decide(book, world.people["manager"], **decided)

    assert CreditDecision.objects.count() == 0
    assert states(book) == ["held"]


def test_an_order_that_is_not_stopped_is_not_decided_on(world):
    account_of(world, limit=100)
    (book,) = placed(world, 50)

    with pytest.raises(DecisionError, match="not_stopped"):
        decide(book, world.people["manager"], Verdict.REFUSE)


def test_an_order_in_another_currency_always_takes_two(world):
    contract = world.contracts["own"]
    contract.currency = "EUR"
    contract.save()
    account_of(world, limit=10, mode="soft", currency="EUR")
    (book,) = placed(world, 50)

    decision = decide(book, world.people["manager"], Verdict.RELEASE)

    assert decision.needs_signature
    assert states(book) == ["held"]
    decision_sign(order_id=book.order.pk, user_id=second_person().pk)
    assert states(book) == ["released"]


def second_person():
    return get_user_model().objects.create_user("second", "second@pakgauz.example", is_staff=True)


def test_a_payment_told_by_finance_asks_for_a_review(world):
    account_of(world, limit=10_000, mode="soft")
    first = place(world.context(), world)
    second = place(world.context(), world)

    payment_record(order_id=first.pk, number_1c="1", date=None, amount=Decimal(5000))
    outbox_deliver()

    second.refresh_from_db()
    assert second.credit_state == "released"

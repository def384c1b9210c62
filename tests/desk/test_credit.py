"""Credit on the staff's side: the board, decisions, terms."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.models import (
    Contract,
    ContractChange,
    CreditDecision,
    CreditEntry,
    CreditProposal,
)
from b2b_apps.inventory.models import StockShortage
from tests.contracts.orders import Book, account_of, group_of, reported

BOARD, ACCOUNTS = reverse("dashboard:credit"), reverse("dashboard:credit-accounts")


@pytest.fixture
def stopped(world):
    """An order that waits for the manager."""
    reported(account_of(world, limit=100, mode="release"), 30, overdue=10, days=2)
    book = Book(world.contracts["own"], 500)
    with scopes_disabled():
        book.placed()
    return book.order


@pytest.fixture
def manager(world, client):
    client.force_login(world.people["manager"])
    return client


def url_of(order):
    return reverse("dashboard:credit-order", args=[order.number])


def decide(client, order, verdict, **more):
    return client.post(url_of(order), {"verdict": verdict, "reason": "Сверка", **more})


def state(order):
    order.refresh_from_db()
    return order.credit_state


@pytest.fixture(autouse=True)
def _everybody():
    with scopes_disabled():
        yield


def test_the_board_shows_the_book_and_who_waits(stopped, manager):
    page = manager.get(BOARD).content.decode()

    assert stopped.number in page
    assert "Просрочено" in page
    assert manager.get(url_of(stopped)).status_code == 200


def test_a_release_by_the_form_lets_the_order_go(stopped, manager, world):
    assert decide(manager, stopped, "release").status_code == 302

    assert state(stopped) == "released"
    decision = CreditDecision.objects.get()
    assert (decision.author, decision.reason) == (world.people["manager"], "Сверка")


@pytest.mark.parametrize(
    "more", [{"reason": " "}, {"verdict": "after_pay"}, {"verdict": "x"},
             {"verdict": "after_pay", "payment_sum": "5", "payment_until": "01.01.2020"}]
)  # fmt: skip
def test_half_a_decision_is_shown_again(stopped, manager, more):
    response = manager.post(url_of(stopped), {"verdict": "release", "reason": "Сверка", **more})

    assert response.status_code == 422
    assert state(stopped) == "waiting"
    assert CreditDecision.objects.count() == 0


@pytest.mark.parametrize("space", [" ", "\u00a0", "\u202f"])
def test_a_sum_is_typed_with_whatever_spaces(stopped, manager, space):
    until = timezone.localdate().isoformat()

    decide(manager, stopped, "after_pay", payment_sum=f"20{space}000,50", payment_until=until)

    assert CreditDecision.objects.get().payment_sum == Decimal("20000.50")


def test_a_stopped_order_is_shown_as_stopped_whatever_1c_says(stopped, manager):
    type(stopped).objects.filter(pk=stopped.pk).update(status="picking")

    page = manager.get(reverse("dashboard:index")).content.decode()

    assert "отгрузка задержана" in page
    assert "собирается" not in page


def test_two_persons_sign_a_large_release(stopped, manager, world, client, settings):
    settings.CREDIT_SECOND_SIGNATURE_FROM = 100
    sign = reverse("dashboard:credit-sign", args=[stopped.number])
    decide(manager, stopped, "release")
    manager.post(sign)
    assert state(stopped) == "waiting"
    assert "второй" in manager.get(BOARD).content.decode()

    client.force_login(world.people["editor"])
    client.post(sign, {"decision": CreditDecision.objects.get().pk})

    assert state(stopped) == "released"


def test_terms_are_changed_with_a_reason(world, manager):
    account = account_of(world, limit=100)
    url = reverse("dashboard:credit-account", args=[account.pk])
    terms = {"limit": "200", "mode": "block", "grace_days": "14", "blocks_on_overdue": "on"}

    assert manager.post(url, terms).status_code == 422
    assert manager.post(url, {**terms, "reason": "По звонку"}).status_code == 302

    account.refresh_from_db()
    assert (account.limit, account.mode, account.grace_days) == (200, "block", 14)
    entry = CreditEntry.objects.get(kind="limit")
    assert (entry.user, entry.note) == (world.people["manager"], "По звонку")
    assert entry.details["limit"] == ["100.00", "200.00"] or entry.details["limit"][1] == "200"


def test_accounts_take_as_many_queries_with_more_rows(
    world, manager, django_assert_max_num_queries
):
    group_of(world, "own", limit=1000)
    reported(account_of(world), Decimal(900))
    for key in ("own_wholesale", "own_on_top", "sister", "stranger"):
        account_of(world, key, limit=10)

    with django_assert_max_num_queries(8):
        page = manager.get(ACCOUNTS).content.decode()

    assert "Группа Электромонтаж" in page


def test_the_board_takes_as_many_queries_with_more_orders(
    world, stopped, manager, django_assert_max_num_queries
):
    for _n in range(8):
        Book(world.contracts["own"], 500).placed()
    for key in ("sister", "stranger", "own_wholesale"):
        raise_limit(manager, account_of(world, key, limit=0), "300000")
        raise_limit(manager, account_of(world, key), "400000")

    with django_assert_max_num_queries(12):
        manager.get(BOARD)


def test_an_order_that_credit_never_stopped_has_no_page_here(world, manager):
    book = Book(world.contracts["own"], 5)
    book.placed()

    assert manager.get(url_of(book.order)).status_code == 404


def test_a_stopped_order_names_the_rules_that_hold_it(stopped, manager):
    page = manager.get(url_of(stopped))

    (row,) = page.context["case"].rows
    assert (row.lack, row.left, row.standing.stops_on_overdue) == (430, 70, True)
    assert "430,00" in page.content.decode()


def test_what_was_left_before_a_held_order_does_not_count_its_own_hold(world, manager):
    account_of(world, limit=100, mode="soft")
    book = Book(world.contracts["own"], 500)
    with scopes_disabled():
        book.placed()

    (row,) = manager.get(url_of(book.order)).context["case"].rows

    assert (row.standing.left, row.lack, row.left, row.others) == (-400, 400, 100, 0)


def test_the_forecast_is_what_orders_owe_in_the_order_of_their_terms(world, manager):
    account = account_of(world, limit=1000, mode="release")
    books = [Book(world.contracts["own"], sum_) for sum_ in (300, 200, 900)]
    with scopes_disabled():
        for book in books:
            book.placed()
        for book, days in zip(books, (24, 14, 34), strict=True):
            day = timezone.localdate() + timedelta(days=days)
            type(book.order).objects.filter(pk=book.order.pk).update(payment_due=day)
        books[0].ship(1)
        books[1].ship(1)

    forecast = manager.get(url_of(books[2].order)).context["aheads"][0].forecast

    assert [(due.order.pk, due.amount, due.free) for due in forecast.dues] == [
        (books[1].order.pk, 200, 0),
        (books[0].order.pk, 300, 100),
        (books[2].order.pk, 900, 1000),
    ]
    account.refresh_from_db()
    assert (account.debt, account.held) == (500, 0)
    # With the order that waits, as if it were let go today.
    free = [week.free for week in forecast.weeks]
    assert free == [0, 0, 0, 0, 100, 1000, 1000, 1000, 1000]


def test_what_waits_is_counted_beside_the_areas_of_work(stopped, manager, world):
    raise_limit(manager, account_of(world, "sister", limit=0), "300000")
    record = world.products["lamp"].stockrecords.first()
    StockShortage.objects.create(stock_record=record, on_hand=1, held=2)

    areas = {area["key"]: area for area in manager.get(BOARD).context["desk_areas"]}

    assert (areas["clients"]["count"], areas["stock"]["late"]) == (2, 1)
    assert {view["count"] for view in areas["clients"]["views"]} == {0, 2}


def test_an_order_that_was_let_go_tells_why_it_was_stopped_and_lacks_nothing(stopped, manager):
    decide(manager, stopped, "release")

    answer = manager.get(url_of(stopped))

    case, page = answer.context["case"], answer.content.decode()
    (reason,) = case.reasons
    assert (reason.lack, reason.overdue, reason.days, reason.is_shared) == (430, 10, 2, False)
    assert (case.lack, case.rows[0].others) == (0, 500)
    assert "Почему был задержан" in page
    assert "Решение *" not in page


def test_what_is_held_for_an_order_is_told_once_beside_that_of_others(world, manager):
    account_of(world, limit=1000, mode="soft")
    first, second = Book(world.contracts["own"], 700), Book(world.contracts["own"], 500)
    with scopes_disabled():
        first.placed()
        second.placed()

    (row,) = manager.get(url_of(second.order)).context["case"].rows

    assert (row.others, row.left, row.lack) == (700, 300, 200)
    assert row.standing.limit - row.others - 500 == -row.lack


def test_a_waiting_order_holds_nothing_and_its_journal_says_nothing_else(stopped, manager):
    journal = manager.get(url_of(stopped)).content.decode().split('class="dk-audit"')[1]

    assert "удержано под заказ" not in journal
    assert "заказ задержан" in journal


def test_limits_that_end_are_prolonged_together(world, manager):
    from datetime import timedelta

    from django.utils import timezone

    today = timezone.localdate()
    ended = account_of(world, limit=100, limit_valid_to=today - timedelta(days=1))
    late = account_of(world, "sister", limit=100, limit_valid_to=today + timedelta(days=90))
    assert [a.pk for a in manager.get(BOARD).context["reviewed"]] == [ended.pk]

    until = today + timedelta(days=60)
    url = reverse("dashboard:credit-prolong")
    manager.post(url, {"account": [ended.pk], "until": until.isoformat(), "reason": ""})
    ended.refresh_from_db()
    assert ended.limit_valid_to < today
    manager.post(url, {"account": [ended.pk], "until": until.isoformat(), "reason": "Сверка"})

    ended.refresh_from_db()
    late.refresh_from_db()
    assert (ended.limit_valid_to, late.limit_valid_to) == (until, today + timedelta(days=90))
    entry = CreditEntry.objects.get(account=ended, kind="limit")
    assert (entry.note, entry.user) == ("Сверка", world.people["manager"])


def raise_limit(client, account, limit, **more):
    url = reverse("dashboard:credit-account", args=[account.pk])
    blanks = {"limit": limit, "mode": "soft", "grace_days": "0", "blocks_on_overdue": "on"}
    return client.post(url, {**blanks, "reason": "Растут закупки", **more}, follow=True)


def act(client, proposal, name, **more):
    url = reverse(f"dashboard:credit-limit-{name}", args=[proposal.pk])
    return client.post(url, more, follow=True).content.decode()


def test_a_large_raise_waits_on_the_board_until_another_person_signs(world, manager, client):
    account = account_of(world, limit=100, mode="soft")

    page = raise_limit(manager, account, "300000").content.decode()

    proposal = CreditProposal.objects.get()
    assert "100,00" in page
    assert "300\u00a0000,00" in page
    assert "Растут закупки" in page
    assert "второй подписи" in manager.get(BOARD).content.decode()
    assert "другой сотрудник" in act(manager, proposal, "sign")
    account.refresh_from_db()
    assert account.limit == 100
    client.force_login(world.people["editor"])
    act(client, proposal, "sign")
    account.refresh_from_db()
    assert account.limit == 300_000
    assert "подписано двумя" in client.get(BOARD).content.decode()


def test_a_limit_is_turned_down_with_a_reason_or_taken_back(world, manager, client):
    account = account_of(world, limit=100, mode="soft")
    raise_limit(manager, account, "300000")
    raise_limit(manager, account, "400000")
    old, new = CreditProposal.objects.order_by("pk")
    client.force_login(world.people["editor"])

    assert "заняло другое предложение" in act(client, old, "sign")
    act(client, new, "refuse", answer=" ")
    new.refresh_from_db()
    assert new.state == "open"
    act(client, new, "refuse", answer="Просрочка")
    new.refresh_from_db()
    assert (new.state, new.answer) == ("refused", "Просрочка")
    assert "Просрочка" in client.get(BOARD).content.decode()
    account.refresh_from_db()
    assert account.limit == 100


def test_many_limits_prolonged_at_once_are_signed_one_by_one(world, manager):
    day = timezone.localdate()
    small = account_of(world, limit=100, limit_valid_to=day - timedelta(days=1))
    large = account_of(world, "sister", limit=500_000, limit_valid_to=day - timedelta(days=1))
    running = account_of(world, "stranger", limit=500_000, limit_valid_to=day)
    until = day + timedelta(days=30)

    page = manager.post(
        reverse("dashboard:credit-prolong"),
        {
            "account": [small.pk, large.pk, running.pk],
            "until": f"{until:%d.%m.%Y}",
            "reason": "Сверка",
        },
        follow=True,
    ).content.decode()

    small.refresh_from_db()
    large.refresh_from_db()
    assert (small.limit_valid_to, large.limit_valid_to) == (until, day - timedelta(days=1))
    running.refresh_from_db()
    assert running.limit_valid_to == day
    assert {proposal.account for proposal in CreditProposal.objects.all()} == {large, running}
    assert "2 лимита ждут второй подписи" in page


def terms_sent(contract, **more):
    """A form of a contract's terms as the browser sends it."""
    return {"payment_kind": "deferral", "deferral_days": "30", "prepaid_percent": "0",
            "price_type": contract.price_type_id, "valid_to": "", "reason": "Растут закупки",
            **more}  # fmt: skip


def test_terms_of_a_contract_wait_for_another_person_and_stand_in_its_history(
    world, manager, client
):
    contract = world.contracts["own"]
    Contract.objects.filter(pk=contract.pk).update(
        payment_kind="deferral", deferral_days=30, prepaid_percent=0, valid_to=None
    )
    edit = reverse("dashboard:contract-terms", args=[contract.pk])
    page = manager.post(edit, terms_sent(contract, deferral_days="60"), follow=True)

    change = ContractChange.objects.get()
    assert "Растут закупки" in page.content.decode()
    assert "второй подписи" in manager.get(BOARD).content.decode()
    sign = reverse("dashboard:contract-change-sign", args=[change.pk])
    assert "другой сотрудник" in manager.post(sign, follow=True).content.decode()
    contract.refresh_from_db()
    assert contract.deferral_days == 30
    client.force_login(world.people["editor"])
    client.post(sign)

    contract.refresh_from_db()
    assert contract.deferral_days == 60
    history = client.get(reverse("dashboard:contract", args=[contract.pk])).content.decode()
    assert "подписано двумя" in history
    assert "30 → 60" in history


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"payment_kind": "stages"}, "prepaid_percent"),
        ({"deferral_days": ""}, "deferral_days"),
        ({"reason": "  "}, "reason"),
        ({"price_type": "0"}, "price_type"),
        ({"valid_to": "01.01.1990"}, "valid_to"),
    ],
)
def test_half_of_a_contracts_terms_is_shown_again(world, manager, more, field):
    contract = world.contracts["own"]
    Contract.objects.filter(pk=contract.pk).update(valid_from=timezone.localdate())
    edit = reverse("dashboard:contract-terms", args=[contract.pk])

    answer = manager.post(edit, terms_sent(contract, **more))

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == [field]
    assert ContractChange.objects.count() == 0

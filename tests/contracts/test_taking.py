"""Taking credit with an order: by mode, under shared limits, once."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.models import CreditAccount, CreditEntry, CreditHold
from b2b_apps.core.models import OutboxMessage
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from tests.contracts.orders import Book, account_of, figures, group_of, reported
from tests.contracts.tables import table

pytestmark = pytest.mark.django_db


def place(context, world, quantity=100, **details):
    """Order cable at 70.1234; return the order. 100 m are 7 012.34."""
    basket_set(context=context, product_id=world.products["cable"].pk, quantity=Decimal(quantity))
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))
    return order_place(
        context=context, basket_id=basket.pk, details=OrderDetails(**details), offer=offer
    )


def told_1c():
    return [m.payload["order_id"] for m in OutboxMessage.objects.filter(topic="order_to_1c")]


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def test_an_order_that_fits_is_held_on_its_account(world):
    account = account_of(world, limit=10_000)

    order = place(world.context(), world)

    assert figures(account) == (Decimal("7012.34"), 0)
    assert order.credit_state == ""
    entry = CreditEntry.objects.get()
    assert (entry.kind, entry.held, entry.order_id) == ("hold", Decimal("7012.34"), order.pk)
    assert entry.details == {"left": "2987.66"}
    assert told_1c() == [order.pk]


def test_a_prepaid_order_takes_nothing(world):
    order = place(world.context("buyer", "own_wholesale"), world)

    assert order.credit_state == ""
    assert CreditHold._base_manager.count() == CreditEntry.objects.count() == 0


def test_block_refuses_with_the_sums_and_changes_nothing(world):
    account = account_of(world, limit=10_000, debt=2_000, snapshot_debt=2_000, held=1_500)

    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world)

    (standing,) = refused.value.refusals
    assert (standing.limit, standing.debt, standing.held) == (10_000, 2_000, 1_500)
    assert (standing.free, refused.value.asked) == (6_500, Decimal("7012.34"))
    assert standing.lacks(refused.value.asked) == Decimal("512.34")
    assert refused.value.mode == "block"
    assert figures(account) == (1_500, 2_000)
    assert num_orders() == CreditHold._base_manager.count() == CreditEntry.objects.count() == 0
    held = apps.get_model("partner", "StockRecord").objects.filter(num_allocated__gt=0)
    assert held.count() == OutboxMessage.objects.count() == 0
    assert basket_for(world.context()).status == "Open"


def test_soft_holds_beyond_the_limit_and_keeps_the_shipment(world):
    account = account_of(world, limit=5_000, mode="soft")

    order = place(world.context(), world)

    assert order.credit_state == "held"
    assert figures(account) == (Decimal("7012.34"), 0)
    assert told_1c() == [order.pk]
    stop = CreditEntry.objects.get(kind="stop")
    assert stop.details["reasons"] == [
        {"shared": False, "lack": "2012.34", "expired": "", "overdue": "", "days": 0}
    ]


def test_release_waits_and_tells_1c_nothing(world):
    account = account_of(world, limit=5_000, mode="release")

    order = place(world.context(), world)

    assert order.credit_state == "waiting"
    assert figures(account) == (0, 0)
    assert told_1c() == []
    record = order.lines.get().stockrecord
    record.refresh_from_db()
    assert record.num_allocated == 100


# What the table of modes says of an order of 7 012.34 beyond a limit of 5 000: whether it is
# taken, what is held, whether 1C is told.
SAYS = {
    "is not taken, the buyer sees the sums": False,
    "waits, its stock is held": True,
    "is taken, its shipment is held": True,
    "no": Decimal(0),
    "beyond the limit": Decimal("7012.34"),
    "—": 0,
    "with «Отгрузка запрещена» = true": 1,
}


@pytest.mark.parametrize("row", table(4), ids=lambda row: row["mode"])
def test_the_table_of_modes(world, row):
    account = account_of(world, limit=5_000, mode=row["mode"])

    if SAYS[row["the order"]]:
        place(world.context(), world)
    else:
        with pytest.raises(CreditExceededError):
            place(world.context(), world)

    assert num_orders() == int(SAYS[row["the order"]])
    assert figures(account)[0] == SAYS[row["credit held"]]
    told = 0 if row["1C is told"] == "no" else SAYS[row["1C is told"]]
    assert len(told_1c()) == told
    with scopes_disabled():
        states = list(apps.get_model("order", "Order").objects.values_list("credit_state"))
    words = {"—": [], "told when released": [("waiting",)], "told again when released": [("held",)]}
    assert states == words[row["then"]]


@pytest.mark.parametrize("mode", ["soft", "release"])
def test_a_buyer_who_was_not_told_is_asked_first(world, mode):
    account = account_of(world, limit=5_000, mode=mode)

    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world, credit_seen="")

    assert refused.value.mode == mode
    assert figures(account) == (0, 0)
    assert num_orders() == 0


def test_overdue_beyond_the_days_of_grace_stops(world):
    account = account_of(world, limit=100_000, grace_days=14)
    reported(account, 50_000, overdue=400, days=14)
    place(world.context(), world)

    reported(account, 50_000, overdue=400, days=15)
    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world)

    (standing,) = refused.value.refusals
    assert (standing.overdue, standing.overdue_days) == (400, 15)
    assert standing.lacks(refused.value.asked) == 0
    assert num_orders() == 1


def test_days_of_overdue_go_on_while_1c_is_silent(world):
    account = account_of(world, limit=100_000, grace_days=14)
    reported(account, 500, overdue=400, days=14, at=timezone.now() - timedelta(days=1))

    with pytest.raises(CreditExceededError):
        place(world.context(), world)


def test_an_expired_limit_is_none(world):
    account_of(world, limit=100_000, limit_valid_to=timezone.localdate() - timedelta(days=1))

    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world)

    assert refused.value.refusals[0].free == 0


def test_a_limit_that_is_not_watched_takes_everything_and_remembers_it(world):
    account = account_of(world, limit=None, overdue=500, overdue_since="2020-01-01")

    order = place(world.context(), world)

    assert order.credit_state == ""
    assert figures(account) == (Decimal("7012.34"), 0)


def test_the_same_basket_twice_takes_credit_once(world):
    account = account_of(world, limit=10_000)
    context = world.context()
    basket_set(context=context, product_id=world.products["cable"].pk, quantity=Decimal(100))
    basket = basket_for(context)
    offer = offer_token(basket_sheet(context=context, basket=basket))

    orders = [
        order_place(context=context, basket_id=basket.pk, details=OrderDetails(), offer=offer)
        for _time in range(3)
    ]

    assert len({order.pk for order in orders}) == 1
    assert figures(account) == (Decimal("7012.34"), 0)


def test_stages_take_what_is_not_paid_in_advance(world):
    contract = world.contracts["own"]
    contract.payment_kind, contract.prepaid_percent = "stages", 30
    contract.save()
    account = account_of(world, limit=10_000)

    place(world.context(), world)

    assert figures(account) == (Decimal("4908.64"), 0)


def test_a_shared_limit_is_taken_with_the_contracts_own(world):
    group = group_of(world, "own", "sister", limit=8_000)
    account = account_of(world, limit=10_000)

    place(world.context(), world)

    assert figures(account)[0] == figures(group)[0] == Decimal("7012.34")


def test_a_sister_company_can_use_up_a_shared_limit(world):
    group = group_of(world, "own", "sister", limit=8_000)
    world.contracts["sister"].payment_kind = "deferral"
    world.contracts["sister"].save()
    with scopes_disabled():
        Book(world.contracts["sister"], 5_000).placed()

    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world)

    (standing,) = refused.value.refusals
    assert (standing.is_shared, standing.free) == (True, 3_000)
    assert figures(group)[0] == 5_000
    assert figures(account_of(world))[0] == 0


@pytest.mark.parametrize(
    ("own", "shared", "mode"),
    [("soft", "block", "block"), ("block", "soft", "block"), ("soft", "release", "release")],
)
def test_of_two_refusals_the_stricter_decides(world, own, shared, mode):
    group = group_of(world, "own", limit=100, mode=shared)
    account = account_of(world, limit=100, mode=own)

    with pytest.raises(CreditExceededError) as refused:
        place(world.context(), world, credit_seen="")

    assert refused.value.mode == mode
    assert len(refused.value.refusals) == 2
    assert figures(account)[0] == figures(group)[0] == 0


def test_waiting_for_the_holding_leaves_the_own_account_free(world):
    group = group_of(world, "own", limit=100, mode="release")
    account = account_of(world, limit=10_000, mode="block")

    order = place(world.context(), world)

    assert order.credit_state == "waiting"
    assert figures(account)[0] == figures(group)[0] == 0


def test_a_soft_holding_is_held_on_both(world):
    group = group_of(world, "own", limit=100, mode="soft")
    account = account_of(world, limit=10_000, mode="block")

    order = place(world.context(), world)

    assert order.credit_state == "held"
    assert figures(account)[0] == figures(group)[0] == Decimal("7012.34")


def test_a_contract_without_an_account_gets_one_under_its_holdings(world):
    group = group_of(world, limit=100_000)
    CreditAccount.objects.filter(contract=world.contracts["own"]).delete()

    place(world.context(), world)

    account = CreditAccount.objects.get(contract=world.contracts["own"])
    assert account.group_id == group.pk
    assert figures(account)[0] == figures(group)[0] == Decimal("7012.34")

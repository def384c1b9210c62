"""The stock board, one product's holds, and what staff do with reserves and their rules."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django_scopes import scopes_disabled

from b2b_apps.desk.selectors.stock import balances, coming_attach
from b2b_apps.inventory.models import (
    AwaitedHold,
    ExpectedReceipt,
    HoldTerm,
    ReserveLimits,
    StockHold,
    StockPolicy,
)
from b2b_apps.inventory.services import holds_expire, stock_hold
from tests.inventory.stock import by_hand, held, order_of, record_of, stock, wish
from tests.inventory.test_promises import comes, promised


def test_the_board_puts_what_is_short_first_and_tells_what_comes(world, desk, staff):
    lamp = stock(record_of(world, "lamp"), 5)
    stock_hold(requests=[wish(order_of(world), lamp, 5)])
    stock(lamp, 2)
    day = timezone.localdate() + timedelta(days=3)
    ExpectedReceipt.objects.create(
        product=lamp.product, warehouse=lamp.partner, day=day, quantity=600
    )

    page = staff.get(reverse("dashboard:stock")).context["page"]
    short = staff.get(reverse("dashboard:stock"), {"view": "short"}).context["page"]

    assert (page.rows[0].pk, page.rows[0].mark) == (lamp.pk, "bad")
    assert page.rows[0].cells[-1].value == f"{day:%d.%m} +600"
    assert [row.pk for row in short.rows] == [lamp.pk]


def test_staff_see_what_of_receipts_is_promised_and_to_whom(world, desk, staff):
    record = stock(record_of(world, "lamp"), 0)
    comes(record, {5: 30, 12: 20})
    with scopes_disabled():
        near, far = promised(world, record, 12, days=5), promised(world, record, 8, days=12)
        AwaitedHold.objects.filter(pk=near.pk).update(arrived=2)
        number = near.order_line.order.number

    row = (
        staff.get(reverse("dashboard:stock"), {"q": record.product.article}).context["page"].rows[0]
    )
    answer = staff.get(reverse("dashboard:stock-product", args=[record.product_id]))

    assert row.cells[-1].sub == _("promised %(n)s") % {"n": "18"}
    board = answer.context["board"]
    found = next(r for r in board.records if r.pk == record.pk).coming
    assert [(at.quantity, at.promised) for at in found] == [(30, 10), (20, 8)]
    assert [waits.pk for waits in board.awaited] == [near.pk, far.pk]
    assert number in answer.content.decode().split('id="h-awaited"')[1]


def test_the_board_asks_as_much_for_one_promise_as_for_many(
    world, desk, staff, django_assert_num_queries
):
    record = stock(record_of(world, "lamp"), 0)
    comes(record, {5: 300})
    with scopes_disabled():
        for _n in range(5):
            promised(world, record, 12, days=5)
        rows = list(balances().filter(product=record.product))

        with django_assert_num_queries(2):
            coming_attach(rows)

    assert [row.promised for row in rows if row.pk == record.pk] == [60]


def test_a_product_shows_who_holds_it_and_staff_reserve_for_a_client(world, desk, staff):
    lamp = stock(record_of(world, "lamp"), 50)
    address = reverse("dashboard:stock-product", args=[lamp.product_id])
    form = {"contract": "142/24", "record": lamp.pk, "hours": "72", "reason": "Звонок"}

    short = staff.post(address, {**form, "quantity": "51"})
    wrong = staff.post(address, {**form, "contract": "нет такого", "quantity": "5"})
    done = staff.post(address, {**form, "quantity": "45"})

    assert (short.status_code, wrong.status_code, done.status_code) == (422, 422, 302)
    assert short.context["form"].errors["quantity"] == [_("Free: %(n)s") % {"n": "50"}]
    hold = StockHold.objects.get(stock_record=lamp)
    assert (hold.quantity, hold.contract, held(lamp)) == (45, world.contracts["own"], 45)
    assert "Звонок" in staff.get(address).content.decode()


def test_staff_prolong_and_let_go(world, desk, staff):
    lamp = record_of(world)
    hold = by_hand(world, lamp, 5, hours=2)
    was = hold.expires_at

    staff.post(reverse("dashboard:hold-prolong", args=[hold.pk]), {"hours": "48"})
    hold.refresh_from_db()
    assert hold.expires_at == was + timedelta(hours=48)
    staff.post(reverse("dashboard:hold-let-go", args=[hold.pk]))

    hold.refresh_from_db()
    assert (hold.ending, held(lamp)) == ("let_go", 0)


def test_an_order_that_lost_its_stock_is_marked_and_gets_it_back(world, desk, staff, client):
    lamp, order = record_of(world), order_of(world)
    past = timezone.now() - timedelta(hours=1)
    stock_hold(requests=[wish(order, lamp, 5)], contract_id=order.contract_id, expires_at=past)
    holds_expire()
    page = reverse("dashboard:order", args=[order.number])

    assert staff.get(page).context["has_lost_stock"]
    lost = staff.get(reverse("dashboard:orders"), {"view": "lost"}).context["page"]
    assert [row.pk for row in lost.rows] == [order.pk]
    client.force_login(world.people["buyer"])
    seen = client.get(reverse("storefront:order", args=[order.number]))
    assert seen.context["has_lost_stock"]

    staff.post(reverse("dashboard:order-retake", args=[order.pk]))

    assert not staff.get(page).context["has_lost_stock"]
    assert held(lamp) == 5


def test_rules_of_stock_are_made_and_changed(world, desk, staff):
    staff.post(
        reverse("dashboard:hold-term-new"),
        {"order_status": "placed", "payment_kind": "prepayment", "hours": "72"},
    )
    staff.post(
        reverse("dashboard:stock-policy-new"),
        {"role": "buyer", "precision": "words", "few_below": "5", "many_from": "50"},
    )
    staff.post(
        reverse("dashboard:reserve-limits"),
        {"max_hours": "24", "max_share_percent": "30", "max_holds": "10"},
    )

    assert HoldTerm.objects.get().hours == 72
    assert world.context().stock_precision == "words"
    assert ReserveLimits.objects.get().max_share_percent == 30
    assert not StockPolicy.objects.exclude(role="buyer").exists()

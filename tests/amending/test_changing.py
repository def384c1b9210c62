"""Changing an order: prices, stock, credit, what follows; all of it or nothing."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.amending.errors import ChangeRefusedError, OrderMovedOnError, OutcomeChangedError
from b2b_apps.amending.models import ChangeRule
from b2b_apps.amending.services import order_change, order_withdraw
from b2b_apps.contracts.errors import CreditExceededError
from b2b_apps.contracts.models import CreditEntry
from b2b_apps.core.models import OutboxMessage
from b2b_apps.fulfilment.services import shipment_confirm, shipment_pick, shipment_ship
from b2b_apps.inventory.models import AwaitedHold, ExpectedReceipt, StockHold
from b2b_apps.inventory.services import AwaitRequest, holds_mirror, holds_release
from b2b_apps.inventory.services.promising import stock_promise
from b2b_apps.notifications.kinds import Channel, Kind
from b2b_apps.notifications.models import Notice
from b2b_apps.notifications.services import notices_choose
from b2b_apps.pricing.models import Price
from tests.amending.orders import (
    actor,
    asked,
    broken,
    change,
    fresh,
    held,
    later,
    lines_of,
    revisions,
)
from tests.contracts.orders import account_of, figures
from tests.storefront.orders import place

BREAKER, CABLE, LAMP = "MVA20-1-016-C", "VVG3X25LS", ""


@pytest.fixture
def placed(world):
    return place(world, "buyer", customer_number="З-7")


def kinds(error):
    return [trouble.kind for trouble in error.value.troubles]


def test_a_lowered_line_keeps_its_price_and_gives_back_stock_and_credit(world, placed):
    account = account_of(world, limit=Decimal("11000"))

    outcome = change(world, placed, {CABLE: 40}, reason="не весь объект")

    line, order = lines_of(placed)[CABLE], fresh(placed)
    assert (line.quantity, line.unit_price_incl_tax) == (40, Decimal("70.1234"))
    assert (line.line_price_incl_tax, order.total_incl_tax) == (
        Decimal("2804.94"),
        Decimal("5984.46"),
    )
    assert order.total_incl_tax == order.total_excl_tax + order.vat_amount
    assert held(placed) == {BREAKER: 24, CABLE: 40}
    assert figures(account)[0] == Decimal("5984.46")
    (revision,) = revisions(placed)
    assert (order.revision, revision.number, revision.reason) == (1, 1, "не весь объект")
    assert (revision.user_id, revision.total_before) == (
        world.people["buyer"].pk,
        Decimal("10191.86"),
    )
    assert [(x["article"], x["was"], x["now"], x["kind"]) for x in revision.diff["lines"]] == [
        (CABLE, "100", "40", "lowered")
    ]
    assert outcome.revision == revision
    assert broken() == []


def test_1c_gets_the_order_again_and_the_invoice_is_made_anew(world, placed):
    change(world, placed, {CABLE: 40})

    keys = set(OutboxMessage.objects.filter(topic="order_to_1c").values_list("key", flat=True))
    assert keys == {f"order_to_1c:{placed.pk}", f"order_to_1c:{placed.pk}:changed:1"}
    with scopes_disabled():
        numbers = list(placed.documents.values_list("number", flat=True))
    assert numbers == [placed.number, f"{placed.number} изм. 1"]


def test_a_raised_line_takes_stock_and_credit_at_the_price_of_today(world, placed):
    account = account_of(world, limit=Decimal("100000"))
    Price.objects.filter(product=world.products["cable"], price_list=world.lists["own"]).update(
        amount="71"
    )

    change(world, placed, {CABLE: 200})

    line = lines_of(placed)[CABLE]
    assert (line.quantity, line.unit_price_incl_tax) == (200, Decimal("71"))
    assert held(placed) == {BREAKER: 24, CABLE: 200}
    assert figures(account)[0] == fresh(placed).total_incl_tax == Decimal("17379.52")
    (told,) = revisions(placed)[0].diff["lines"]
    assert (told["price_was"], told["price"], told["why"]) == ("70.1234", "71", "today")
    assert broken() == []


def test_what_1c_has_already_is_held_apart_when_it_is_raised(world, placed):
    with scopes_disabled():
        holds_mirror(order_line_ids=list(placed.lines.values_list("pk", flat=True)))

    change(world, placed, {CABLE: 150})

    with scopes_disabled():
        rows = placed.lines.filter(article=CABLE).select_related("hold").order_by("pk")
        told = [(x.quantity, x.position, x.hold.mirrored_at is None) for x in rows]
    assert told == [(100, 2, False), (50, 2, True)]
    assert held(placed) == {BREAKER: 24, CABLE: 150}
    (told,) = revisions(placed)[0].diff["lines"]
    assert (told["kind"], told["was"], told["now"]) == ("raised", "100", "150")
    assert broken() == []


def test_a_line_is_taken_out_and_goods_are_added(world, placed):
    lamp = world.products["lamp"]

    change(world, placed, {CABLE: 0}, [(lamp.article, 10)])

    assert {a: x.quantity for a, x in lines_of(placed).items()} == {BREAKER: 24, lamp.article: 10}
    assert held(placed) == {BREAKER: 24, lamp.article: 10}
    assert lines_of(placed)[lamp.article].position == 3
    assert [x["kind"] for x in revisions(placed)[0].diff["lines"]] == ["removed", "added"]
    assert broken() == []


def test_all_lines_taken_out_is_a_cancelled_order(world, placed):
    account = account_of(world, limit=Decimal("100000"))

    change(world, placed, {CABLE: 0, BREAKER: 0})

    assert fresh(placed).status == "cancelled"
    assert held(placed) == {}
    assert figures(account)[0] == 0
    assert revisions(placed)[0].kind == "cancel"
    assert broken() == []


def test_fields_and_days_change(world, placed):
    with scopes_disabled():
        (shipment,) = placed.shipments.all()

    change(
        world,
        placed,
        days={shipment.pk: later()},
        fields={"comment": "звонить за час", "customer_number": "З-8"},
    )

    order = fresh(placed)
    shipment.refresh_from_db()
    assert (order.comment, order.customer_number) == ("звонить за час", "З-8")
    assert (shipment.planned_date, order.desired_date) == (later(), later())
    assert OutboxMessage.objects.filter(topic="invoice_make").count() == 1


@pytest.mark.parametrize(
    ("quantities", "added", "kind"),
    [
        ({BREAKER: 25}, (), "multiple"),
        ({}, [("NOPE-1", 1)], "unknown"),
        ({}, (), "nothing"),
        ({CABLE: 10**8}, (), "short"),
    ],
)
def test_what_can_not_be_is_refused_and_nothing_changes(world, placed, quantities, added, kind):
    with pytest.raises(ChangeRefusedError) as error:
        change(world, placed, quantities, added)

    assert kinds(error) == [kind]
    assert (fresh(placed).revision, held(placed)) == (0, {BREAKER: 24, CABLE: 100})
    assert fresh(placed).total_incl_tax == Decimal("10191.86")
    assert broken() == []


def test_a_trial_leaves_nothing_behind(world, placed):
    order_change(
        order_id=placed.pk,
        actor=actor(world),
        change=asked(placed, {CABLE: 40, BREAKER: 0}),
        is_trial=True,
    )

    assert (fresh(placed).revision, held(placed)) == (0, {BREAKER: 24, CABLE: 100})
    assert revisions(placed) == []
    assert OutboxMessage.objects.filter(topic="order_to_1c").count() == 1


def test_a_price_that_moved_since_it_was_shown_is_shown_again(world, placed):
    wanted = asked(placed, {CABLE: 200})
    trial = order_change(order_id=placed.pk, actor=actor(world), change=wanted, is_trial=True)
    Price.objects.filter(product=world.products["cable"], price_list=world.lists["own"]).update(
        amount="71"
    )

    with pytest.raises(OutcomeChangedError) as error:
        order_change(order_id=placed.pk, actor=actor(world), change=wanted, seen=trial.mark)

    assert error.value.outcome.mark != trial.mark
    assert fresh(placed).revision == 0


def test_a_form_of_an_older_revision_changes_nothing(world, placed):
    old = asked(placed, {CABLE: 60})
    change(world, placed, {CABLE: 40})

    with pytest.raises(OrderMovedOnError) as error:
        order_change(order_id=placed.pk, actor=actor(world), change=old, seen="")

    assert error.value.revision.number == 1
    assert lines_of(placed)[CABLE].quantity == 40


def test_credit_that_is_not_there_refuses_more_and_changes_nothing(world, placed):
    account = account_of(world, limit=Decimal("10200"))

    with pytest.raises(CreditExceededError):
        change(world, placed, {CABLE: 200})

    assert figures(account)[0] == Decimal("10191.86")
    assert held(placed) == {BREAKER: 24, CABLE: 100}


def test_a_soft_limit_takes_more_and_holds_the_shipment(world, placed):
    account_of(world, limit=Decimal("10200"), mode="soft")

    change(world, placed, {CABLE: 200})

    assert fresh(placed).credit_state == "held"
    with scopes_disabled():
        assert CreditEntry.objects.filter(order=placed, kind="stop").count() == 1
    assert broken() == []


def test_what_ships_after_a_change_is_debt_to_the_kopeck(world, placed):
    account = account_of(world, limit=Decimal("100000"))
    change(world, placed, {CABLE: 37})

    with scopes_disabled():
        for shipment in placed.shipments.all():
            shipment_ship(shipment_id=shipment.pk)

    assert figures(account) == (0, fresh(placed).total_incl_tax)
    assert broken() == []


@pytest.mark.parametrize(
    ("step", "who", "may"),
    [
        (None, "buyer", True),
        (shipment_confirm, "buyer", True),
        (shipment_pick, "buyer", False),
        (shipment_pick, "staff", True),
        (shipment_ship, "staff", False),
    ],
)
def test_the_default_rules_by_status(world, placed, step, who, may):
    with scopes_disabled():
        for shipment in placed.shipments.all():
            if step:
                step(shipment_id=shipment.pk)
    by = actor(world, "manager" if who == "staff" else "buyer", who)

    if may:
        change(world, placed, {CABLE: 40}, by=by)
        assert lines_of(placed)[CABLE].quantity == 40
        return
    with pytest.raises(ChangeRefusedError) as error:
        change(world, placed, {CABLE: 40}, by=by)
    assert kinds(error) == ["late"]


def test_rules_of_the_staff_go_before_the_defaults(world, placed):
    ChangeRule.objects.create(who="buyer", action="lower", until="never")

    with pytest.raises(ChangeRefusedError) as error:
        change(world, placed, {CABLE: 40})

    assert kinds(error) == ["late"]
    change(world, placed, {CABLE: 200})


def test_what_may_not_be_cancelled_is_not_emptied_line_by_line(world, placed):
    ChangeRule.objects.create(who="buyer", action="cancel", until="never")

    with pytest.raises(ChangeRefusedError) as error:
        change(world, placed, {CABLE: 0, BREAKER: 0})

    assert kinds(error) == ["late"]


def test_the_staff_act_for_the_buyer_and_it_is_told(world, placed):
    OutboxMessage.objects.all().delete()

    change(world, placed, {CABLE: 40}, by=actor(world, "manager", "staff"))

    (revision,) = revisions(placed)
    assert (revision.who, revision.user_id) == ("staff", world.people["manager"].pk)
    assert revision.instead_of_id == world.people["buyer"].pk
    (mail,) = OutboxMessage.objects.filter(topic="mail")
    assert mail.payload["to"] == world.people["buyer"].email
    assert "100 → 40" in mail.payload["body"]


def test_a_change_by_the_staff_is_in_the_buyers_centre_once(world, placed):
    change(world, placed, {CABLE: 40}, by=actor(world, "manager", "staff"))

    notice = Notice._base_manager.get()
    number = revisions(placed)[0].number
    assert (notice.kind, notice.key) == (Kind.CHANGED, f"order:{placed.pk}:changed:{number}")
    assert (notice.person_id, notice.order_id) == (world.people["buyer"].pk, placed.pk)
    assert notice.read_at is None


def test_his_own_change_is_no_news_to_the_buyer(world, placed):
    change(world, placed, {CABLE: 40})

    assert not Notice._base_manager.exists()


@pytest.mark.parametrize("channel", [Channel.CENTRE, Channel.MAIL])
def test_of_a_change_by_the_staff_the_buyer_hears_as_he_has_chosen(world, placed, channel):
    OutboxMessage.objects.all().delete()
    buyer = world.people["buyer"]
    notices_choose(person_id=buyer.pk, channels={Kind.CHANGED: [channel]}, language="ru")

    change(world, placed, {CABLE: 40}, by=actor(world, "manager", "staff"))

    letters = OutboxMessage.objects.filter(topic="mail", payload__to=buyer.email)
    assert Notice._base_manager.count() == (channel == Channel.CENTRE)
    assert letters.count() == (channel == Channel.MAIL)


def test_an_order_is_withdrawn_once(world, placed):
    by = actor(world)

    order_withdraw(order_id=placed.pk, actor=by, revision=0, reason="передумали")

    assert fresh(placed).status == "cancelled"
    assert (held(placed), revisions(placed)[0].kind) == ({}, "cancel")
    with pytest.raises(OrderMovedOnError):
        order_withdraw(order_id=placed.pk, actor=by, revision=0)
    with pytest.raises(ChangeRefusedError):
        order_withdraw(order_id=placed.pk, actor=by, revision=1)
    assert broken() == []


@pytest.fixture
def waiting(world, placed):
    """The order, whose cable is all on its way."""
    line, day = lines_of(placed)[CABLE], later()
    with scopes_disabled():
        holds_release(order_line_ids=[line.pk])
        StockHold.objects.filter(order_line=line).delete()
        ExpectedReceipt.objects.create(
            product=line.product,
            warehouse=world.warehouses["rostov"],
            day=day,
            quantity=Decimal(100),
        )
        stock_promise(requests=[AwaitRequest(line.stockrecord_id, line.pk, line.quantity, day)])
    return placed


@pytest.mark.parametrize(
    ("quantity", "awaited", "now"), [(60, [60], 0), (0, [], 0), (150, [100], 50)]
)
def test_a_line_that_waits_waits_for_less_and_more_is_taken_of_what_is_there(
    world, waiting, quantity, awaited, now
):
    change(world, waiting, {CABLE: quantity})

    with scopes_disabled():
        found = AwaitedHold.objects.filter(order_line__order=waiting, ended_at__isnull=True)
        assert list(found.values_list("quantity", flat=True)) == awaited
    assert held(waiting).get(CABLE, 0) == now
    assert broken() == []

"""A change of a placed order that a rule catches waits for the word it needs."""

from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.amending.change import Actor, Change
from b2b_apps.amending.errors import (
    ChangeNeedsApprovalError,
    ChangeRefusedError,
    OutcomeChangedError,
)
from b2b_apps.amending.models import OrderRevision
from b2b_apps.amending.services import Told, order_follow, order_withdraw
from b2b_apps.amending.told_rows import ToldGoods
from b2b_apps.approvals.errors import (
    ApprovalNotNeededError,
    ChangeWaitsError,
    NotYourTurnError,
    RequestClosedError,
)
from b2b_apps.approvals.models import ApprovalRequest
from b2b_apps.approvals.selectors import change_waiting
from b2b_apps.approvals.services.changes import change_now, change_submit
from b2b_apps.approvals.services.deciding import (
    request_approve,
    request_refuse,
    request_return,
    request_withdraw,
)
from b2b_apps.approvals.services.sweeping import changes_sweep
from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import Role
from b2b_apps.core.models import Guess, OutboxMessage
from b2b_apps.fulfilment.snapshots import goods_of, packed
from b2b_apps.inventory.models import StockPolicy
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.probing import MOST_REFUSALS
from b2b_apps.purchasing.services import OrderDetails, order_place
from tests.amending.orders import actor, broken, change, fresh
from tests.approvals.test_requests import taken
from tests.contracts.orders import account_of
from tests.storefront.orders import place


@pytest.fixture
def order(office):
    """Ten lamps, paid from a budget; from 1,000 on a head has to approve."""
    office.budget(office.department(), 100000)
    office.rule(min_sum=1000)
    context, basket_id, offer = office.fill(10)
    return order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)


def wanted(order, quantity, **more):
    with scopes_disabled():
        (line,) = order.lines.all()
        asked = {line.pk: Decimal(quantity)}
        return Change(fresh(order).revision, asked, reason="Ещё этаж", **more)


def ask(office, order, quantity=30, **more):
    person = office.world.people["buyer"]
    actor = Actor(person.pk, "buyer", person.employee.pk)
    return change_submit(
        context=office.reader("buyer"),
        order_id=order.pk,
        actor=actor,
        change=wanted(order, quantity, **more),
    )


def by_staff(office, order, **fields):
    change(office.world, order, by=actor(office.world, "manager", "staff"), fields=fields)


def sell_out(order):
    with scopes_disabled():
        (line,) = order.lines.all()
        type(line.stockrecord).objects.filter(product=line.product).update(num_in_stock=10)


def now(request):
    with scopes_disabled():
        return change_now(ApprovalRequest.objects.get(pk=request.pk))


def approve(office, request, offer=None, person="head"):
    return request_approve(
        context=office.reader(person),
        request_id=request.pk,
        version=request.version,
        offer=now(request).outcome.mark if offer is None else offer,
    )


def quantity(order):
    with scopes_disabled():
        return sum(line.quantity for line in order.lines.all())


def status(request):
    with scopes_disabled():
        return ApprovalRequest.objects.get(pk=request.pk).status


def test_the_order_stays_as_it_is_and_the_approver_is_told(office, order):
    before, held = order.total_incl_tax, taken()

    request = ask(office, order)

    assert (quantity(order), fresh(order).total_incl_tax, taken()) == (10, before, held)
    assert (request.status, request.is_change) == ("waiting", True)
    assert request.total == now(request).outcome.planned.total_incl_tax > before
    letter = OutboxMessage.objects.filter(topic="mail", key__contains=f"approval:{request.pk}:")
    assert order.number in letter.get().payload["body"]
    assert broken() == []


def test_approved_it_is_made_and_the_budget_follows(office, order):
    request = ask(office, order)

    done = approve(office, request)

    with scopes_disabled():
        revision = OrderRevision.objects.get()
    assert (quantity(order), done.status, done.order_number) == (30, "approved", order.number)
    assert (revision.user, revision.reason) == (office.world.people["buyer"], "Ещё этаж")
    assert taken() == fresh(order).total_incl_tax
    assert broken() == []


def test_refused_or_withdrawn_it_changes_nothing(office, order):
    held = taken()
    refused = ask(office, order)
    request_refuse(
        context=office.reader("head"), request_id=refused.pk, version=1, reason="Не в этом месяце"
    )
    withdrawn = ask(office, order)
    request_withdraw(context=office.reader("buyer"), request_id=withdrawn.pk)

    assert (status(refused), status(withdrawn)) == ("refused", "withdrawn")
    assert (quantity(order), taken(), fresh(order).revision) == (10, held, 0)
    assert broken() == []


def test_one_change_of_an_order_waits_at_a_time(office, order):
    ask(office, order)

    with pytest.raises(ChangeWaitsError):
        ask(office, order, 40)

    with scopes_disabled():
        assert ApprovalRequest.objects.count() == 1


def test_what_needs_nobodys_word_is_not_sent(office, order):
    with pytest.raises(ApprovalNotNeededError):
        ask(office, order, 9)

    with scopes_disabled():
        assert not ApprovalRequest.objects.exists()


def test_the_buyer_does_not_approve_his_own_and_nobody_returns_a_change(office, order):
    request = ask(office, order)

    with pytest.raises(NotYourTurnError):
        approve(office, request, person="buyer")
    with pytest.raises(NotYourTurnError):
        request_return(
            context=office.reader("head"), request_id=request.pk, version=1, reason="Уточните"
        )

    assert (status(request), quantity(order)) == ("waiting", 10)


def test_a_price_that_rose_meanwhile_is_not_ordered_unseen(office, order):
    request = ask(office, order)
    seen = now(request).outcome.mark
    with scopes_disabled():
        Price.objects.filter(product=office.world.products["lamp"]).update(amount="99.00")

    with pytest.raises(OutcomeChangedError):
        approve(office, request, seen)

    assert (status(request), quantity(order)) == ("waiting", 10)
    approve(office, request)
    assert quantity(order) == 30
    assert broken() == []


def test_stock_that_is_gone_by_then_refuses_the_approval_too(office, order):
    request = ask(office, order)
    seen = now(request).outcome.mark
    sell_out(order)

    with pytest.raises(ChangeRefusedError):
        approve(office, request, seen)

    assert "сейчас" in now(request).trouble
    assert (status(request), quantity(order), fresh(order).revision) == ("waiting", 10, 0)


def test_a_rule_that_nobody_was_asked_by_is_not_bypassed(office, order, client):
    request = ask(office, order)
    director = {"kind": "person", "id": office.employee("clerk").pk}
    chain = [{"mode": "any", "approvers": [director]}]
    office.rule(name="Директор", min_sum=request.total + 1, chain=chain)
    seen = now(request).outcome.mark
    change(office.world, order, added=[("VVG3X25LS", 2)])

    with pytest.raises(ChangeNeedsApprovalError) as error:
        approve(office, request, seen)

    assert error.value.rules == ("Директор",)
    assert "Директор" in now(request).trouble
    assert (status(request), fresh(order).revision) == ("waiting", 1)
    client.force_login(office.world.people["head"])
    url = reverse("storefront:approval_approve", args=[request.number])
    answer = client.post(url, {"version": "1", "offer": seen})
    assert answer.status_code == 409
    assert "Директор" in answer.content.decode()


def test_fields_that_others_changed_meanwhile_stay(office, order):
    form = {"comment": fresh(order).comment, "customer_number": "ЗК-7"}
    request = ask(office, order, fields=form)
    by_staff(office, order, comment="Позвонить до отгрузки")

    approve(office, request)

    made = fresh(order)
    assert (made.comment, made.customer_number) == ("Позвонить до отгрузки", "ЗК-7")
    assert (quantity(order), made.revision) == (30, 2)


def test_who_looks_at_a_change_probes_no_stock_for_its_buyer(office, order):
    StockPolicy.objects.create(role="buyer", precision="presence")
    request = ask(office, order)
    sell_out(order)

    told = {now(request).trouble for _look in range(MOST_REFUSALS + 1)}

    assert len(told) == 1
    assert not Guess.objects.filter(kind="stock").exists()


def test_who_sends_a_change_to_find_out_stock_is_counted(office, order):
    StockPolicy.objects.create(role="buyer", precision="presence")

    with pytest.raises(ChangeRefusedError):
        ask(office, order, 12_000_000)

    assert Guess.objects.filter(kind="stock").count() == 1


def test_an_order_that_is_changed_while_somebody_looks_is_to_be_looked_at_again(office, order):
    asked = ask(office, order)
    with scopes_disabled():
        request = ApprovalRequest.objects.select_related("order").get(pk=asked.pk)
    by_staff(office, order, comment="Позвонить до отгрузки")

    with scopes_disabled():
        seen = change_now(request)

    assert seen.outcome is None
    assert "посмотрите" in seen.trouble.lower()
    assert now(request).outcome is not None


def test_what_1c_changed_meanwhile_is_seen_and_both_stand(office, order):
    request = ask(office, order)
    seen = now(request).outcome.mark
    with scopes_disabled():
        (shipment,), (line,) = order.shipments.all(), order.lines.all()
        shipment.known_1c = packed(goods_of(order, [line]), None)
        shipment.save()
        cable = office.world.products["cable"]
        goods = [
            ToldGoods(line.quantity, line.line_price_incl_tax, line.product),
            ToldGoods(Decimal(5), Decimal(500), cable),
        ]
        order_follow(order_id=order.pk, shipment_id=shipment.pk, told=Told(goods))

    with pytest.raises(OutcomeChangedError):
        approve(office, request, seen)
    approve(office, request)

    with scopes_disabled():
        assert {x.product_id: int(x.quantity) for x in order.lines.all()} == {
            line.product_id: 30,
            cable.pk: 5,
        }
    assert taken() == fresh(order).total_incl_tax
    assert broken() == []


def test_a_second_approval_comes_too_late(office, order):
    request = ask(office, order)
    seen = now(request).outcome.mark
    approve(office, request, seen)

    with pytest.raises(RequestClosedError):
        approve(office, request, seen)

    assert fresh(order).revision == 1


def test_the_pages_lead_from_the_form_to_the_decision(office, order, client):
    with scopes_disabled():
        (line,) = order.lines.all()
    form = {"revision": "0", f"q-{line.pk}": "30", "reason": "Ещё этаж"}
    url = reverse("storefront:order_change", args=[order.number])
    client.force_login(office.world.people["buyer"])

    looked = client.post(url, form | {"act": "look"}).content.decode()
    sent = client.post(url, form | {"act": "ask"})
    again = client.post(url, form | {"act": "ask"})

    assert "Отправить на согласование" in looked
    assert sent.status_code == 302
    assert "уже ждёт согласования" in again.content.decode()
    page = client.get(reverse("storefront:order", args=[order.number])).content.decode()
    with scopes_disabled():
        request = ApprovalRequest.objects.get()
    assert request.number in page
    assert "ждёт согласования" in page
    one = reverse("storefront:approval", args=[request.number])
    assert client.get(one).status_code == 200

    client.force_login(office.world.people["stranger"])
    assert client.get(one).status_code == 404

    client.force_login(office.world.people["head"])
    page = client.get(one).content.decode()
    assert "Что изменится" in page
    offer = now(request).outcome.mark
    assert offer in page
    assert client.get(reverse("storefront:approvals")).status_code == 200
    stale = client.post(
        reverse("storefront:approval_approve", args=[request.number]),
        {"version": "1", "offer": "x"},
    )
    assert stale.status_code == 409
    done = client.post(
        reverse("storefront:approval_approve", args=[request.number]),
        {"version": "1", "offer": offer},
    )
    assert done.status_code == 302
    assert quantity(order) == 30
    assert client.get(one).status_code == 200


def test_goods_of_a_change_are_not_edited_or_put_into_the_basket(office, order, client):
    request = ask(office, order)
    client.force_login(office.world.people["buyer"])

    for name in ("approval_change", "approval_to_basket"):
        answer = client.post(reverse(f"storefront:{name}", args=[request.number]), {"version": "1"})
        assert answer.status_code == 404
    client.force_login(office.world.people["manager"])
    assert client.get(reverse("dashboard:approval", args=[request.number])).status_code == 200
    assert client.get(reverse("dashboard:approvals")).status_code == 200


def test_who_sees_no_sums_is_told_of_lacking_credit_without_one(office, order, client):
    request = ask(office, order)
    account_of(office.world, limit=Decimal(700))
    url = reverse("storefront:approval", args=[request.number])

    told = {}
    for person in ("buyer", "clerk"):
        client.force_login(office.world.people[person])
        told[person] = client.get(url).content.decode()

    assert "не хватает" in told["buyer"]
    assert "не хватает" not in told["clerk"]
    assert "Кредитный лимит договора этого не позволяет" in told["clerk"]


def test_by_its_holdings_rule_a_company_comes_to_see_the_change_that_waits(office):
    world = office.world
    placed = place(world, "sister")
    office.rule(name="Холдинг", min_sum=100, spans_holding=True)
    with scopes_disabled():
        line = placed.lines.first()
    by = actor(world, "sister")

    request = change_submit(
        context=office.reader("sister"),
        order_id=placed.pk,
        actor=by,
        change=Change(0, {line.pk: line.quantity * 2}),
    )

    assert request.reasons[0]["rule"] == "Холдинг"
    with scopes_disabled():
        assert change_waiting(order=fresh(placed)) == request


def test_a_colleague_does_not_enlarge_the_order_of_a_head_by_the_heads_own_will(office):
    world = office.world
    placed = place(world, "head")
    office.rule(min_sum=1000, may_own=True)
    with scopes_disabled():
        of_company = Membership.objects.filter(counterparty=office.company)
        of_company.filter(employee=office.employee("clerk")).update(role=Role.BUYER)
        line = placed.lines.first()
    more = {line.article: line.quantity * 2}

    for by in (actor(world, "clerk"), actor(world, "manager", "staff")):
        with pytest.raises(ChangeNeedsApprovalError) as error:
            change(world, placed, more, by=by)
        assert error.value.people == (str(office.employee("head")),)
    sent = change_submit(
        context=office.reader("clerk"),
        order_id=placed.pk,
        actor=actor(world, "clerk"),
        change=Change(0, {line.pk: line.quantity * 2}),
    )
    approve(office, sent)

    assert fresh(placed).revision == 1
    change(world, placed, {line.article: line.quantity * 3}, by=actor(world, "head", "approver"))
    assert broken() == []


def test_a_head_enlarges_the_order_of_a_buyer_by_his_own_word(office, order):
    with scopes_disabled():
        (line,) = order.lines.all()

    change(office.world, order, {line.article: 30}, by=actor(office.world, "head", "approver"))

    assert quantity(order) == 30
    assert broken() == []


def test_a_change_of_an_order_that_is_over_is_closed_and_its_buyer_told(office, order):
    request = ask(office, order)
    assert changes_sweep() == 0
    order_withdraw(order_id=order.pk, actor=actor(office.world), revision=0)

    assert changes_sweep() == 1

    assert status(request) == "withdrawn"
    assert office.kinds(request) == ["sent", "withdrawn"]
    letters = OutboxMessage.objects.filter(topic="mail", key__contains=f"approval:{request.pk}:")
    assert any("закрыта" in str(letter.payload) for letter in letters)
    assert changes_sweep() == 0


def test_the_staff_see_what_is_to_change_and_that_it_waits(office, order, client):
    request = ask(office, order)
    client.force_login(office.world.people["manager"])
    of_order = reverse("dashboard:order", args=[order.number])
    of_request = reverse("dashboard:approval", args=[request.number])

    before = client.get(of_order).content.decode()
    page = client.get(of_request).content.decode()
    approve(office, request)
    after = client.get(of_order).content.decode()
    history = client.get(of_request).content.decode()

    assert of_request in before
    assert of_request not in after
    assert of_order in page
    assert "Станет" in page
    assert "Заказ изменён" in history
    assert "Заказано" not in history.split("<aside")[1]

"""From a basket to a request to an order."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.management import call_command
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.approvals.errors import (
    ApprovalNeededError,
    ApprovalNotNeededError,
    BudgetExceededError,
    NoApproverError,
    NotYourTurnError,
    RequestClosedError,
)
from b2b_apps.approvals.models import (
    ApprovalRequest,
    BudgetPeriod,
    Deputy,
    RequestEvent,
    RequestStep,
)
from b2b_apps.approvals.selectors import num_waiting_for
from b2b_apps.approvals.services.budgets import budgets_of_cancelled
from b2b_apps.approvals.services.deciding import (
    request_approve,
    request_refuse,
    request_return,
    request_withdraw,
)
from b2b_apps.approvals.services.editing import request_change, request_send_again
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.approvals.services.sweeping import steps_sweep
from b2b_apps.core.models import OutboxMessage
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.errors import OfferChangedError
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import OrderDetails, order_place

BY_ROLES = [
    {"mode": "any", "approvers": [{"kind": "role", "role": "accountant"}]},
    {"mode": "any", "approvers": [{"kind": "role", "role": "head"}]},
]


def orders():
    with scopes_disabled():
        return list(apps.get_model("order", "Order").objects.all())


def mails(to):
    rows = OutboxMessage.objects.filter(topic="mail", payload__to=to).order_by("pk")
    return [row.payload["subject"] for row in rows]


def waiting(office, person):
    with scopes_disabled():
        return num_waiting_for(context=office.reader(person))


def approve(office, request, person, **more):
    request = office.fresh(request)
    return request_approve(
        context=office.reader(person),
        request_id=request.pk,
        version=request.version,
        offer=office.offer(request),
        **more,
    )


@pytest.fixture(autouse=True)
def _books_are_right(db):
    yield
    call_command("audit_invariants")


def test_a_company_without_rules_orders_as_before(office):
    context, basket_id, offer = office.fill()

    order = order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert order.number


def test_an_order_below_the_sum_of_the_rule_is_placed_at_once(office):
    office.rule(min_sum=100_000)
    context, basket_id, offer = office.fill()

    order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert len(orders()) == 1


def test_an_order_that_a_rule_catches_is_not_placed_past_it(office):
    office.rule(min_sum=100)
    context, basket_id, offer = office.fill()

    with pytest.raises(ApprovalNeededError) as raised:
        order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert [step.rule_name for step in raised.value.plan.steps] == ["Свыше ста рублей"]
    assert orders() == []
    assert basket_for(context).status == "Open"


def test_a_request_freezes_the_basket_and_tells_the_approver(office):
    office.rule(min_sum=100)

    request = office.send(10, delivery_address="Батайск, Промышленная 7")

    assert (request.status, request.num_lines) == ("waiting", 1)
    assert request.details["delivery_address"] == "Батайск, Промышленная 7"
    assert basket_for(office.world.context()) is None
    assert waiting(office, "head") == 1
    assert waiting(office, "buyer") == waiting(office, "accountant") == 0
    assert len(mails("head@buyers.example")) == 1
    assert request.number in mails("head@buyers.example")[0]
    assert orders() == []


def test_a_second_click_gives_the_same_request(office):
    office.rule(min_sum=100)
    context, basket_id, offer = office.fill()
    values = {"context": context, "basket_id": basket_id, "details": OrderDetails(), "offer": offer}
    first, second = request_submit(**values), request_submit(**values)

    assert first.pk == second.pk
    assert len(mails("head@buyers.example")) == 1


def test_the_last_approval_places_the_order_of_the_buyer(office):
    office.rule(min_sum=100)
    request = office.send(10, comment="Ворота слева")

    approve(office, request, "head", comment="Берите")

    [order] = orders()
    request = office.fresh(request)
    assert (request.status, request.order_number) == ("approved", order.number)
    assert order.user == office.world.people["buyer"]
    assert order.comment == "Ворота слева"
    assert order.total_incl_tax == request.total
    assert mails("buyer@buyers.example") == [
        f"Заявка {request.number} согласована: заказ {order.number}"
    ]
    assert waiting(office, "head") == 0


def test_an_approval_of_what_was_decided_is_refused_politely(office):
    office.rule(min_sum=100)
    request = office.send(10)
    offer, version = office.offer(request), request.version
    request_withdraw(context=office.reader("buyer"), request_id=request.pk)

    with pytest.raises(RequestClosedError):
        request_approve(
            context=office.reader("head"), request_id=request.pk, version=version, offer=offer
        )

    assert orders() == []


def test_a_chain_asks_one_after_the_other(office):
    office.rule(min_sum=100, chain=BY_ROLES)
    request = office.send(10)
    assert (waiting(office, "accountant"), waiting(office, "head")) == (1, 0)
    with pytest.raises(NotYourTurnError):
        approve(office, request, "head")

    approve(office, request, "accountant")

    assert orders() == []
    assert (waiting(office, "accountant"), waiting(office, "head")) == (0, 1)
    approve(office, request, "head")
    assert len(orders()) == 1


def test_a_parallel_chain_asks_all_at_once(office):
    office.rule(min_sum=100, chain=BY_ROLES, is_parallel=True)
    request = office.send(10)
    assert (waiting(office, "accountant"), waiting(office, "head")) == (1, 1)

    approve(office, request, "head")
    assert orders() == []
    approve(office, request, "accountant")

    assert len(orders()) == 1


def test_all_of_a_step_have_to_approve_where_it_says_so(office):
    both = [{"kind": "role", "role": "head"}, {"kind": "role", "role": "accountant"}]
    office.rule(min_sum=100, chain=[{"mode": "all", "approvers": both}])
    request = office.send(10)

    approve(office, request, "head")

    assert orders() == []
    with pytest.raises(NotYourTurnError):
        approve(office, request, "head")
    approve(office, request, "accountant")
    assert len(orders()) == 1


def test_nobody_approves_his_own_unless_the_rule_says_so(office):
    rule = office.rule(min_sum=100)
    context, basket_id, offer = office.fill(person="head")
    with pytest.raises(ApprovalNeededError) as raised:
        order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)
    assert raised.value.plan.dead_rule == rule.name
    with pytest.raises(NoApproverError):
        office.send(person="head")

    rule.may_own = True
    with scopes_disabled():
        rule.save()

    order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)
    assert len(orders()) == 1


def test_a_deputy_decides_while_he_stands_in_and_the_history_names_both(office):
    office.rule(min_sum=100)
    today = timezone.localdate()
    with scopes_disabled():
        term = Deputy.objects.create(
            counterparty=office.company,
            principal=office.employee("head"),
            deputy=office.employee("accountant"),
            starts_on=today - timedelta(days=20),
            ends_on=today - timedelta(days=1),
        )
    request = office.send(10)
    assert waiting(office, "accountant") == 0
    with scopes_disabled():
        Deputy.objects.filter(pk=term.pk).update(ends_on=today)

    approve(office, request, "accountant")

    with scopes_disabled():
        event = request.events.get(kind="approved")
    assert event.user == office.world.people["accountant"]
    assert event.instead_of == office.world.people["head"]
    assert len(orders()) == 1


def test_the_buyer_does_not_approve_his_own_as_somebodys_deputy(office):
    office.rule(min_sum=100)
    today = timezone.localdate()
    with scopes_disabled():
        Deputy.objects.create(
            counterparty=office.company,
            principal=office.employee("head"),
            deputy=office.employee("buyer"),
            starts_on=today,
            ends_on=today,
        )
    request = office.send(10)

    with pytest.raises(NotYourTurnError):
        approve(office, request, "buyer")


def test_a_refusal_frees_the_budget_and_tells_the_reason(office):
    office.rule(min_sum=100)
    office.budget(office.department(), 5000)
    request = office.send(10)
    assert taken() == request.total

    request_refuse(
        context=office.reader("head"), request_id=request.pk, version=1, reason="Есть на складе"
    )

    assert taken() == 0
    assert office.fresh(request).status == "refused"
    assert mails("buyer@buyers.example") == [f"Заявка {request.number} не согласована"]
    body = OutboxMessage.objects.get(payload__to="buyer@buyers.example").payload["body"]
    assert "Есть на складе" in body
    assert f"/approvals/{request.number}/" in body


def taken():
    with scopes_disabled():
        return BudgetPeriod.objects.get().taken


def test_a_withdrawal_frees_the_budget_and_tells_the_approver(office):
    office.rule(min_sum=100)
    office.budget(office.department(), 5000)
    request = office.send(10)

    request_withdraw(context=office.reader("buyer"), request_id=request.pk)

    assert taken() == 0
    assert office.fresh(request).status == "withdrawn"
    assert mails("head@buyers.example")[-1] == f"Заявка {request.number} отозвана"


def test_a_colleague_does_not_withdraw_it(office):
    office.rule(min_sum=100)
    request = office.send(10)

    with pytest.raises(NotYourTurnError):
        request_withdraw(context=office.reader("head"), request_id=request.pk)

    assert office.fresh(request).status == "waiting"


def test_a_changed_quantity_is_noted_and_the_budget_follows(office):
    office.rule(min_sum=100)
    office.budget(office.department(), 5000)
    request = office.send(24, "breaker")
    with scopes_disabled():
        line_id = request.lines.get().line_id

    changed = request_change(
        context=office.reader("head"),
        request_id=request.pk,
        version=1,
        quantities={line_id: Decimal(11)},
    )

    assert changed.is_changed
    assert [(c.article, c.asked, c.taken, c.multiple) for c in changed.corrections] == [
        ("MVA20-1-016-C", 11, 12, 12)
    ]
    with scopes_disabled():
        event = request.events.get(kind=RequestEvent.Kind.CHANGED)
        line = request.lines.get()
    assert (line.quantity_asked, line.quantity) == (24, 12)
    assert event.data["lines"] == [
        {"article": "MVA20-1-016-C", "unit": "шт", "was": "24", "now": "12"}
    ]
    assert taken() == office.fresh(request).total == Decimal("1589.76")
    approve(office, request, "head")
    assert orders()[0].total_incl_tax == Decimal("1589.76")
    assert taken() == Decimal("1589.76")


def test_a_returned_request_is_corrected_and_sent_again(office):
    office.rule(min_sum=100)
    request = office.send(24, "breaker")
    request_return(context=office.reader("head"), request_id=request.pk, version=1, reason="Много")
    assert office.fresh(request).status == "returned"
    with scopes_disabled():
        line_id = request.lines.get().line_id
    reader = office.reader("buyer")
    request_change(
        context=reader, request_id=request.pk, version=2, quantities={line_id: Decimal(12)}
    )

    request_send_again(context=reader, request_id=request.pk, version=3)

    assert waiting(office, "head") == 1
    approve(office, request, "head")
    assert office.kinds(request) == ["sent", "returned", "changed", "sent", "approved", "placed"]
    assert len(orders()) == 1


def test_a_price_that_rose_meanwhile_is_shown_and_not_ordered_unseen(office):
    office.rule(min_sum=100)
    request = office.send(10)
    offer = office.offer(request)
    Price.objects.filter(
        price_list=office.world.lists["dealer"], product=office.world.products["lamp"]
    ).update(amount=70)

    with pytest.raises(OfferChangedError) as raised:
        request_approve(
            context=office.reader("head"), request_id=request.pk, version=1, offer=offer
        )

    assert [d.kind for d in raised.value.differences] == ["price"]
    assert orders() == []
    assert office.fresh(request).status == "waiting"
    approve(office, request, "head")
    assert orders()[0].total_incl_tax == 700


def test_a_sum_that_grew_is_approved_anew_where_the_rule_says_so(office):
    office.rule(min_sum=100, chain=BY_ROLES, on_change="again")
    request = office.send(10)
    approve(office, request, "accountant")
    Price.objects.filter(
        price_list=office.world.lists["dealer"], product=office.world.products["lamp"]
    ).update(amount=70)

    approve(office, request, "head")

    assert orders() == []
    assert waiting(office, "accountant") == 1
    approve(office, request, "accountant")
    assert len(orders()) == 1
    assert "again" in office.kinds(request)


def test_over_the_budget_somebody_has_to_approve_even_without_a_rule(office):
    office.budget(office.department(), 500)
    context, basket_id, offer = office.fill(10)

    with pytest.raises(ApprovalNeededError):
        order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)
    request = office.send(10)

    assert [f[0] for f in request.reasons[0]["facts"]] == ["budget_over"]
    assert taken() == request.total > 500
    approve(office, request, "head")
    assert len(orders()) == 1


def test_nobody_goes_over_a_budget_that_forbids_it(office):
    office.budget(office.department(), 500, over="refuse")
    office.rule(min_sum=100)
    context, basket_id, _offer = office.fill(10)

    with pytest.raises(BudgetExceededError) as raised:
        office.send(10)

    assert (raised.value.name, raised.value.left) == ("Материалы", 500)
    assert basket_for(context).pk == basket_id
    with scopes_disabled():
        assert not ApprovalRequest.objects.exists()


def test_an_order_within_the_budget_takes_of_it_without_approval(office):
    office.budget(office.department(), 5000)
    context, basket_id, offer = office.fill(10)

    order = order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert taken() == order.total_incl_tax


def test_the_budget_of_a_cancelled_order_is_free_again(office):
    office.budget(office.department(), 5000)
    context, basket_id, offer = office.fill(10)
    order = order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)
    assert budgets_of_cancelled() == 0
    with scopes_disabled():
        type(order).objects.filter(pk=order.pk).update(status="cancelled")

    assert budgets_of_cancelled() == 1

    assert taken() == 0
    assert budgets_of_cancelled() == 0


def test_a_budget_of_a_section_counts_its_goods_alone(office):
    category = office.world.products["lamp"].categories.get()
    other = category.get_parent().add_child(name="Свет")
    office.world.products["lamp"].categories.set([other])
    office.budget(office.department(), 5000, category=other)
    office.fill(24, "breaker")
    context, basket_id, offer = office.fill(10, "lamp")

    order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert taken() == Decimal("621.40")


def test_a_rule_of_goods_sums_up_these_goods_alone(office):
    office.rule(
        min_sum=1000,
        conditions=[{"kind": "product", "values": [office.world.products["lamp"].pk]}],
    )
    office.fill(24, "breaker")
    context, basket_id, offer = office.fill(10, "lamp")

    order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert len(orders()) == 1


def test_a_new_address_is_approved_once(office):
    office.rule(name="Новый объект", is_new_consignee=True)
    request = office.send(10, delivery_address="Азов, Дружбы 13")
    approve(office, request, "head")
    context, basket_id, offer = office.fill(5)

    order_place(
        context=context,
        basket_id=basket_id,
        details=OrderDetails(delivery_address="Азов, Дружбы 13"),
        offer=offer,
    )

    assert len(orders()) == 2


def test_nothing_is_sent_that_needs_no_approval(office):
    office.rule(min_sum=100_000)

    with pytest.raises(ApprovalNotNeededError):
        office.send(10)


def test_an_approver_is_reminded_and_then_others_may_decide(office):
    office.rule(min_sum=100, chain=BY_ROLES, remind_hours=4, escalate_hours=8)
    request = office.send(10)
    assert steps_sweep() == 0
    with scopes_disabled():
        RequestStep.objects.filter(state="open").update(remind_at=timezone.now())
    assert steps_sweep() == 1
    assert steps_sweep() == 0
    assert len(mails("accountant@buyers.example")) == 2
    with scopes_disabled():
        RequestStep.objects.filter(state="open").update(escalate_at=timezone.now())

    assert steps_sweep() == 1

    assert office.kinds(request) == ["sent", "reminded", "passed_on"]
    assert waiting(office, "head") == 1
    approve(office, request, "head")
    # He is asked at his own step as well.
    approve(office, request, "head")
    assert len(orders()) == 1


def test_the_rule_of_a_holding_catches_the_orders_of_its_other_companies(office):
    office.rule(name="Холдинг", min_sum=100, spans_holding=True)

    request = office.send(10, person="sister")

    assert request.counterparty == office.world.companies["sister"]
    assert waiting(office, "head") == 1


def test_a_stranger_sees_and_decides_nothing(office):
    office.rule(min_sum=100)
    request = office.send(10)

    for person in ("stranger", "sister"):
        with scopes_disabled():
            assert waiting(office, person) == 0
        with pytest.raises((NotYourTurnError, RequestClosedError)):
            approve(office, request, person)

    assert orders() == []

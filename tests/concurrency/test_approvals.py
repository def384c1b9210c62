"""Races of budgets and requests, with real threads on PostgreSQL.

Each race is first shown to happen without its protection, then not with it.
"""

import threading

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import transaction
from django.db.models import F
from django_scopes import scopes_disabled

from b2b_apps.approvals.errors import (
    ApprovalNeededError,
    BudgetExceededError,
    NotYourTurnError,
    RequestClosedError,
)
from b2b_apps.approvals.models import BudgetPeriod
from b2b_apps.approvals.services import deciding
from b2b_apps.approvals.services.deciding import (
    request_approve,
    request_refuse,
    request_withdraw,
)
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.purchasing.services import OrderDetails, basket_set, order_place
from tests.approvals.office import Office
from tests.concurrency.test_orders import at_once, buyers, num_orders

pytestmark = pytest.mark.django_db(transaction=True)
LATE = (RequestClosedError, NotYourTurnError)


@pytest.fixture
def office(world):
    return Office(world)


def taken():
    with scopes_disabled():
        return BudgetPeriod.objects.get().taken


def many(office, number, **budget):
    """Buyers of a department whose budget is enough for two orders of ten lamps (1242.80)."""
    contexts = buyers(office.world, number)
    department = office.department(head="head", members=())
    for context in contexts:
        with scopes_disabled():
            department.members.create(counterparty=office.company, employee_id=context.employee_id)
    office.budget(department, 1300, **budget)
    found = []
    for context in contexts:
        office.world.people[f"b{context.user_id}"] = context
        found.append((context, *filled(office, context)))
    return found


def filled(office, context):
    basket_set(context=context, product_id=office.world.products["lamp"].pk, quantity=10)
    _context, basket_id, offer = office.offered(context)
    return basket_id, offer


def placing(context, basket_id, offer):
    return lambda: order_place(
        context=context, basket_id=basket_id, details=OrderDetails(), offer=offer
    )


def submitting(context, basket_id, offer):
    return lambda: request_submit(
        context=context, basket_id=basket_id, details=OrderDetails(), offer=offer
    )


def test_a_plain_check_then_write_takes_the_last_of_a_budget_twice(office):
    with scopes_disabled():
        budget = office.budget(office.department(), 1000)
        period = budget.periods.create(
            counterparty=office.company, starts_on="2026-01-01", ends_on="2026-12-31", amount=1000
        )
    gate = threading.Barrier(2)

    def plainly():
        with scopes_disabled(), transaction.atomic():
            found = BudgetPeriod.objects.get(pk=period.pk)
            gate.wait(timeout=10)
            if found.taken + 800 <= found.amount:
                BudgetPeriod.objects.filter(pk=period.pk).update(taken=F("taken") + 800)

    at_once([plainly] * 2)

    assert taken() == 1600


def test_orders_at_once_never_take_more_than_a_budget_has(office):
    offers = many(office, 8, over="refuse")

    answers = at_once([placing(*offer) for offer in offers])

    assert num_orders() == 2
    assert sum(isinstance(a, BudgetExceededError) for a in answers) == 6
    assert taken() == 2 * next(a for a in answers if hasattr(a, "number")).total_incl_tax
    call_command("audit_invariants")


def test_requests_at_once_never_take_more_than_a_budget_has(office):
    office.rule(min_sum=100)
    offers = many(office, 8, over="refuse")

    answers = at_once([submitting(*offer) for offer in offers])

    assert sum(isinstance(a, BudgetExceededError) for a in answers) == 6
    assert taken() == sum(a.total for a in answers if hasattr(a, "total"))
    call_command("audit_invariants")


def test_of_orders_at_once_those_over_the_budget_need_approval(office):
    offers = many(office, 6)

    answers = at_once([placing(*offer) for offer in offers])

    assert num_orders() == 2
    assert sum(isinstance(a, ApprovalNeededError) for a in answers) == 4
    call_command("audit_invariants")


def approving(office, person, request):
    reader, offer = office.reader(person), office.offer(request)

    def approve():
        return request_approve(context=reader, request_id=request.pk, version=1, offer=offer)

    return approve


def test_two_approvers_at_once_are_one_order(office):
    either = [{"kind": "role", "role": "head"}, {"kind": "role", "role": "accountant"}]
    office.rule(min_sum=100, chain=[{"mode": "any", "approvers": either}])
    request = office.send(10)

    answers = at_once([approving(office, person, request) for person in ("head", "accountant")] * 3)

    assert num_orders() == 1
    assert sum(isinstance(a, LATE) for a in answers) == 5
    assert office.kinds(request) == ["sent", "approved", "placed"]
    call_command("audit_invariants")


def test_without_the_lock_both_approvals_tell_of_an_order(office, monkeypatch):
    either = [{"kind": "role", "role": "head"}, {"kind": "role", "role": "accountant"}]
    office.rule(min_sum=100, chain=[{"mode": "any", "approvers": either}])
    request = office.send(10)
    gate = threading.Barrier(2)

    def unlocked(*, request_id):
        found = deciding.ApprovalRequest.objects.select_related("user", "contract").get(
            pk=request_id
        )
        gate.wait(timeout=10)
        return found

    monkeypatch.setattr(deciding, "request_locked", unlocked)
    answers = at_once([approving(office, person, request) for person in ("head", "accountant")])

    # Both went on as if it were theirs to decide: the history tells of two orders.
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert office.kinds(request).count("placed") == 2


@pytest.mark.parametrize("ending", [request_withdraw, request_refuse])
def test_an_approval_and_an_ending_at_once_have_one_outcome(office, ending):
    either = [{"kind": "role", "role": "head"}, {"kind": "role", "role": "accountant"}]
    office.rule(min_sum=100, chain=[{"mode": "any", "approvers": either}])
    office.budget(office.department(), 5000)
    request = office.send(10)
    if ending is request_withdraw:
        reader, more = office.reader("buyer"), {}
    else:
        reader, more = office.reader("accountant"), {"reason": "Нет"}

    def end():
        return ending(context=reader, request_id=request.pk, version=1, **more)

    answers = at_once([approving(office, "head", request), end] * 2)

    assert sum(isinstance(a, LATE) for a in answers) == 3
    ended = office.fresh(request)
    assert num_orders() == (ended.status == "approved")
    assert taken() == (ended.total if ended.status == "approved" else 0)
    with scopes_disabled():
        basket = apps.get_model("basket", "Basket").objects.get(pk=request.basket_id)
    assert (basket.status == "Submitted") == (ended.status == "approved")
    call_command("audit_invariants")


def test_twenty_clicks_are_one_request(office):
    office.rule(min_sum=100)
    context, basket_id, offer = office.fill(10)

    answers = at_once([submitting(context, basket_id, offer)] * 20)

    assert len({answer.pk for answer in answers}) == 1

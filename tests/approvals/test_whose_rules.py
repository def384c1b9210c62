"""Whose rules an order is asked by, and of which places: nobody rids himself of his own."""

from dataclasses import replace

import pytest
from django.core.management import call_command
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.amending.errors import ChangeNeedsApprovalError
from b2b_apps.approvals.errors import ApprovalNeededError
from b2b_apps.approvals.selectors import request_now
from b2b_apps.approvals.services.deciding import request_approve
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.companies.models import Consignee, Membership
from b2b_apps.companies.roles import Role
from b2b_apps.purchasing.choices import SplitChoice
from b2b_apps.purchasing.offers import offer_token
from b2b_apps.purchasing.plan import plan_of
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from b2b_apps.purchasing.services import OrderDetails, Receiver, order_place
from b2b_apps.purchasing.services.sharing import basket_open, basket_share
from tests.amending.orders import actor, change
from tests.approvals.test_requests import approve, orders
from tests.storefront.orders import place

AZOV = "Азов, Дружбы 13"


@pytest.fixture(autouse=True)
def _books_are_right(db):
    yield
    call_command("audit_invariants")


@pytest.fixture
def strict(office):
    """The buyer's department asks its head of everything; the clerk buys too and is in none."""
    with scopes_disabled():
        of_clerk = Membership.objects.filter(
            counterparty=office.company, employee=office.employee("clerk")
        )
        of_clerk.update(role=Role.BUYER)
    department = office.department()
    chain = [{"mode": "any", "approvers": [{"kind": "department_head"}]}]
    office.rule(name="Участок", min_sum=1, department=department, chain=chain)
    return department


def opened_by_the_clerk(office):
    """The buyer's basket, shared, as the clerk works in it."""
    mine, basket_id, _offer = office.fill(10)
    basket_share(context=mine, is_shared=True)
    basket_open(context=office.world.context("clerk"), basket_id=basket_id)
    return office.offered(replace(office.world.context("clerk"), basket_owner_id=mine.user_id))


def test_a_colleague_outside_does_not_order_a_basket_past_its_owners_department(office, strict):
    context, basket_id, offer = opened_by_the_clerk(office)

    with pytest.raises(ApprovalNeededError) as error:
        order_place(context=context, basket_id=basket_id, details=OrderDetails(), offer=offer)

    assert [reason.rule_name for reason in error.value.plan.reasons] == ["Участок"]
    assert orders() == []


def test_a_colleagues_basket_is_sent_approved_and_ordered(office, strict):
    context, basket_id, offer = opened_by_the_clerk(office)

    request = request_submit(
        context=context, basket_id=basket_id, details=OrderDetails(), offer=offer
    )
    approve(office, request, "head")

    [order] = orders()
    assert order.user_id == office.world.people["clerk"].pk
    assert office.fresh(request).order_number == order.number


def test_who_is_bound_by_a_department_is_bound_in_a_colleagues_order_too(office, strict):
    placed = place(office.world, "clerk")
    with scopes_disabled():
        line = placed.lines.first()

    with pytest.raises(ChangeNeedsApprovalError) as error:
        change(office.world, placed, {line.article: line.quantity * 2})

    assert error.value.rules == ("Участок",)
    change(office.world, placed, {line.article: line.quantity * 2}, by=actor(office.world, "clerk"))


def test_rules_of_one_name_are_not_taken_for_one_another(office):
    placed = place(office.world, "buyer")
    of_goods = [{"kind": "product", "values": [office.world.products["lamp"].pk]}]
    office.rule(name="Правило", min_sum=1)
    office.rule(name="Правило", conditions=of_goods, min_sum=1)

    with pytest.raises(ChangeNeedsApprovalError) as error:
        change(office.world, placed, {"MVA20-1-016-C": 12}, [("0012-LLE-A60", 1)])

    assert error.value.rules == ("Правило",)


def test_a_new_address_of_one_shipment_is_asked_about_once(office):
    office.rule(name="Новый объект", is_new_consignee=True)
    with scopes_disabled():
        there = Consignee.objects.create(
            counterparty=office.company, name="Склад в Азове", address=AZOV
        )
        known = place(office.world, "head").delivery_address
    to = {there.pk: Receiver(there.name, there.address)}

    def split(sheet):
        consignees = {line.id: there.pk for line in sheet.lines}
        return plan_of(sheet, choice=SplitChoice(consignees=consignees))

    def offered(quantity):
        context, basket_id, _offer = office.fill(quantity)
        sheet = basket_sheet(context=context, basket=basket_for(context))
        return {
            "context": context,
            "basket_id": basket_id,
            "offer": offer_token(sheet, split(sheet)),
            "details": OrderDetails(delivery_address=known, receivers=to),
        }

    asked = offered(10)
    with pytest.raises(ApprovalNeededError):
        order_place(**asked)
    request = request_submit(**asked)
    assert AZOV in request.details["addresses"]
    # The page offers it to the approver as its buyer has split it.
    with scopes_disabled():
        sheet = request_now(request=office.fresh(request)).sheet
    request_approve(
        context=office.reader("head"),
        request_id=request.pk,
        version=request.version,
        offer=offer_token(sheet, split(sheet)),
    )

    assert order_place(**offered(5)).number


def test_all_orders_of_an_approved_basket_are_named(office, client, monkeypatch):
    office.rule(min_sum=1)
    request = office.send(10)
    client.force_login(office.world.people["head"])
    placed = [type("Order", (), {"number": n})() for n in ("26-1", "26-2")]
    monkeypatch.setattr("b2b_apps.storefront.approvals.views.orders_of_basket", lambda **_: placed)

    page = client.post(
        reverse("storefront:approval_approve", args=[request.number]),
        {"version": request.version, "offer": office.offer(request)},
        follow=True,
    )

    assert "26-1, 26-2" in page.content.decode()

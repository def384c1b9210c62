"""A larger order passes its company's rules anew; budgets follow."""

from decimal import Decimal

import pytest
from django.apps import apps
from django_scopes import scopes_disabled

from b2b_apps.amending.errors import ChangeNeedsApprovalError, ChangeOverBudgetError
from b2b_apps.approvals.models import BudgetPeriod
from b2b_apps.companies.models import Membership
from b2b_apps.companies.roles import Role
from tests.amending.orders import actor, broken, change, fresh
from tests.approvals.office import Office
from tests.storefront.orders import place

CABLE, LAMP, BREAKER = "VVG3X25LS", "0012-LLE-A60", "MVA20-1-016-C"


@pytest.fixture
def office(world):
    return Office(world)


@pytest.fixture
def placed(world):
    return place(world, "buyer")


def test_a_larger_order_needs_the_word_it_would_have_needed(world, office, placed):
    office.rule("от 12 тысяч", min_sum=Decimal(12000))

    with pytest.raises(ChangeNeedsApprovalError) as error:
        change(world, placed, {CABLE: 200})

    assert error.value.rules == ("от 12 тысяч",)
    assert fresh(placed).revision == 0
    with pytest.raises(ChangeNeedsApprovalError):
        change(world, placed, {CABLE: 200}, by=actor(world, "manager", "staff"))
    change(world, placed, {CABLE: 110})


def test_who_would_have_to_approve_may_enlarge_it_himself(world, office, placed):
    office.rule("от 12 тысяч", min_sum=Decimal(12000))

    change(world, placed, {CABLE: 200}, by=actor(world, "head", "approver"))

    assert fresh(placed).revision == 1
    assert broken() == []


def test_budgets_follow_the_order(world, office):
    office.budget(office.department(), amount=50000)
    placed = place(world, "buyer")

    change(world, placed, {CABLE: 40})

    with scopes_disabled():
        assert BudgetPeriod.objects.get().taken == fresh(placed).total_incl_tax
    assert broken() == []


def test_other_goods_for_no_more_money_need_the_word_they_would_have_needed(world, office, placed):
    lamps = {"kind": "product", "values": [world.products["lamp"].pk]}
    office.rule("лампы", conditions=[lamps])

    with pytest.raises(ChangeNeedsApprovalError) as error:
        change(world, placed, {CABLE: 10}, [(LAMP, 4)])

    assert (error.value.rules, error.value.is_larger) == (("лампы",), False)
    change(world, placed, {CABLE: 10}, [(LAMP, 4)], by=actor(world, "head", "approver"))
    # What is there by the head's word may become less, and other goods too.
    change(world, placed, {LAMP: 2})
    change(world, placed, {BREAKER: 12})
    with pytest.raises(ChangeNeedsApprovalError):
        change(world, placed, {LAMP: 4, BREAKER: 0})
    assert broken() == []


def test_an_order_may_be_lowered_that_a_rule_would_catch_today(world, office, placed):
    office.rule("от тысячи", min_sum=Decimal(1000))

    change(world, placed, {CABLE: 50})
    change(world, placed, {CABLE: 10}, [(LAMP, 2)])

    assert fresh(placed).revision == 2


def test_an_address_that_nothing_went_to_needs_the_word_it_would_have_needed(world, office, placed):
    office.rule("новый адрес", is_new_consignee=True)
    fields = {"consignee_name": "Склад-2", "delivery_address": "Азов, Литейная, 1"}

    with pytest.raises(ChangeNeedsApprovalError):
        change(world, placed, fields=fields)
    change(world, placed, fields={"comment": "позвонить"})
    change(world, placed, fields=fields, by=actor(world, "head", "approver"))

    assert fresh(placed).delivery_address == "Азов, Литейная, 1"


def test_a_colleague_passes_the_rules_when_the_buyer_has_left_the_company(world, office, placed):
    office.rule("от 12 тысяч", min_sum=Decimal(12000))
    with scopes_disabled():
        of_company = Membership.objects.filter(counterparty=office.company)
        of_company.filter(employee=office.employee("clerk")).update(role=Role.BUYER)
        of_company.filter(employee=office.employee("buyer")).delete()

    with pytest.raises(ChangeNeedsApprovalError):
        change(world, placed, {CABLE: 200}, by=actor(world, "clerk"))

    change(world, placed, {CABLE: 110}, by=actor(world, "clerk"))
    change(world, placed, {CABLE: 200}, by=actor(world, "head", "approver"))
    assert broken() == []


def test_no_swap_of_goods_takes_more_of_a_budget_that_nobody_goes_over(world, office):
    with scopes_disabled():
        section = apps.get_model("catalogue", "Category").add_root(name="Лампы")
        world.products["lamp"].categories.add(section)
    office.budget(office.department(), amount=100, category=section, over="refuse")
    placed = place(world, "buyer")

    with pytest.raises(ChangeOverBudgetError):
        change(world, placed, {CABLE: 10}, [(LAMP, 2)])
    change(world, placed, {CABLE: 10})

    assert broken() == []

"""A larger order passes its company's rules anew; budgets follow."""

from decimal import Decimal

import pytest
from django_scopes import scopes_disabled

from b2b_apps.amending.errors import ChangeNeedsApprovalError
from b2b_apps.approvals.models import BudgetPeriod
from tests.amending.orders import actor, broken, change, fresh
from tests.approvals.office import Office
from tests.storefront.orders import place

CABLE = "VVG3X25LS"


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

"""What has left in part: of the rest less may be ordered, or nothing; what has left stays."""

from decimal import Decimal

import pytest

from b2b_apps.amending.errors import ChangeRefusedError
from b2b_apps.amending.models import ChangeRule, OrderRevision
from b2b_apps.amending.services import order_withdraw
from b2b_apps.contracts.models import CreditHold
from b2b_apps.inventory.models import AwaitedHold
from tests.amending.orders import actor, asked, broken, change, fresh, later, lines_of
from tests.fulfilment.test_parts import _all_companies, part, placed, state  # noqa: F401

D = Decimal
BREAKER, CABLE = "MVA20-1-016-C", "VVG3X25LS"


@pytest.fixture
def manager(world):
    return actor(world, "manager", "staff")


@pytest.fixture
def leaving(placed):  # noqa: F811 - a fixture
    """36 breakers and 100 m of cable, of which 10 and 40 have left by one waybill."""
    part(placed, "РТ-1", breaker=10, cable=40)
    return placed


def quantities(order):
    return {article: int(line.quantity) for article, line in lines_of(order).items()}


def books(order):
    hold = CreditHold.objects.get(order=order)
    return hold.taken - hold.shipped, hold.amount


def refusal(world, order, quantities=None, added=(), *, by):
    with pytest.raises(ChangeRefusedError) as refused:
        change(world, order, quantities, added, by=by)
    return [(t.kind, t.action, t.take) for t in refused.value.troubles]


def test_less_of_the_rest_leaves_and_its_credit_is_let_go(world, leaving, manager):
    price = lines_of(leaving)[BREAKER].unit_price_incl_tax

    change(world, leaving, {BREAKER: 24}, by=manager)

    assert quantities(leaving) == {BREAKER: 24, CABLE: 100}
    assert state(leaving) == ("shipping", "partly", [10, 40])
    assert lines_of(leaving)[BREAKER].unit_price_incl_tax == price
    assert broken() == []
    part(leaving, "РТ-2", breaker=14, cable=60)
    assert state(leaving) == ("completed", "shipped", [24, 100])
    assert books(leaving) == (0, 0)
    assert CreditHold.objects.get(order=leaving).shipped == fresh(leaving).total_incl_tax
    assert broken() == []


@pytest.mark.parametrize("quantity", ["9", "0"])
def test_what_has_left_cannot_be_less(world, leaving, manager, quantity):
    assert [kind for kind, _a, _t in refusal(world, leaving, {BREAKER: quantity}, by=manager)] == [
        "left"
    ]
    assert refusal(world, leaving, {BREAKER: quantity}, by=manager)[0][2] == 10
    assert quantities(leaving) == {BREAKER: 36, CABLE: 100}


def test_nothing_is_put_to_it_and_it_goes_nowhere_else(world, leaving, manager):
    assert refusal(world, leaving, {BREAKER: 48}, by=manager) == [("late", "raise", 0)]
    assert [t[0] for t in refusal(world, leaving, added=[(BREAKER, 12)], by=manager)] == ["late"]
    assert not OrderRevision.objects.exists()


def test_one_line_of_the_rest_may_be_called_off(world, leaving, manager):
    change(world, leaving, {CABLE: 40}, by=manager)

    assert quantities(leaving) == {BREAKER: 36, CABLE: 40}
    assert state(leaving)[1] == "partly"
    assert broken() == []


def test_when_no_rest_is_left_the_shipment_has_left(world, leaving, manager):
    outcome = change(world, leaving, {BREAKER: 10, CABLE: 40}, by=manager)

    assert state(leaving) == ("completed", "shipped", [10, 40])
    assert quantities(leaving) == {BREAKER: 10, CABLE: 40}
    assert outcome.revision.diff["closed"] == [1]
    assert books(leaving) == (0, 0)
    assert broken() == []


def test_the_rest_is_cancelled_as_an_order_is(world, leaving, manager):
    before = fresh(leaving)

    order_withdraw(order_id=leaving.pk, actor=manager, revision=before.revision)

    assert state(leaving) == ("completed", "shipped", [10, 40])
    revision = OrderRevision.objects.get()
    assert (revision.kind, revision.total_after) == ("cancel", fresh(leaving).total_incl_tax)
    assert 0 < fresh(leaving).total_incl_tax < before.total_incl_tax
    assert books(leaving) == (0, 0)
    assert broken() == []


def test_a_line_of_which_nothing_has_left_is_taken_out(world, placed, manager):  # noqa: F811
    part(placed, "РТ-1", breaker=10)

    order_withdraw(order_id=placed.pk, actor=manager, revision=fresh(placed).revision)

    assert quantities(placed) == {BREAKER: 10}
    assert state(placed) == ("completed", "shipped", [10])
    assert broken() == []


def test_a_buyer_may_as_far_as_the_rules_say(world, leaving):
    buyer = actor(world)
    assert [t[0] for t in refusal(world, leaving, {BREAKER: 24}, by=buyer)] == ["late"]
    ChangeRule.objects.create(who="buyer", action="lower", until="picking")

    change(world, leaving, {BREAKER: 24}, by=buyer)

    assert quantities(leaving)[BREAKER] == 24
    # To call off all that is left is to cancel, and he may not.
    assert [t[1] for t in refusal(world, leaving, {BREAKER: 10, CABLE: 40}, by=buyer)] == ["cancel"]


def test_what_a_line_waits_for_ends_with_its_rest(world, leaving, manager):
    line = lines_of(leaving)[CABLE]
    AwaitedHold.objects.create(
        stock_record=line.stockrecord, order_line=line, quantity=100, arrived=50, short=0,
        day=later(), first_day=later(),
    )  # fmt: skip

    change(world, leaving, {CABLE: 40}, by=manager)

    assert AwaitedHold.objects.get().ended_at is not None


def test_a_trial_changes_nothing(world, leaving, manager):
    order_withdraw(
        order_id=leaving.pk, actor=manager, revision=fresh(leaving).revision, is_trial=True
    )

    assert state(leaving) == ("shipping", "partly", [10, 40])
    assert asked(leaving).revision == 0

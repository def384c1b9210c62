"""Who may not see figures of stock does not find them out by changing an order."""

import pytest

from b2b_apps.amending.errors import ChangeRefusedError
from b2b_apps.amending.services import order_change
from b2b_apps.inventory.models import StockPolicy
from b2b_apps.purchasing.probing import MOST_REFUSALS
from tests.amending.orders import actor, asked
from tests.storefront.orders import place

BREAKER, LAMP = "MVA20-1-016-C", "0012-LLE-A60"


@pytest.fixture
def placed(world):
    return place(world, "buyer")


def tried(world, order, by=None, **asks):
    """What is in the way of a look at a change."""
    with pytest.raises(ChangeRefusedError) as error:
        order_change(
            order_id=order.pk, actor=by or actor(world), change=asked(order, **asks), is_trial=True
        )
    return [trouble.kind for trouble in error.value.troubles]


@pytest.mark.parametrize(
    ("asks", "kind"),
    [({"quantities": {BREAKER: 12_000_000}}, "short"), ({"added": [(LAMP, 1_000_000)]}, "nowhere")],
)
def test_after_so_many_refusals_the_quantity_is_looked_at_no_more(world, placed, asks, kind):
    StockPolicy.objects.create(role="buyer", precision="presence")

    told = [tried(world, placed, **asks) for _try in range(MOST_REFUSALS + 1)]

    assert told == [[kind]] * MOST_REFUSALS + [["probed"]]
    # The staff see how much there is.
    assert tried(world, placed, actor(world, "manager", "staff"), **asks) == [kind]


def test_who_sees_figures_may_ask_as_often_as_he_likes(world, placed):
    told = [tried(world, placed, quantities={BREAKER: 12_000_000}) for _try in range(7)]

    assert told == [["short"]] * 7

"""The trace of an order: states, changes, credit, 1C, letters, in the order in which they were."""

from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship
from tests.amending.orders import actor, change
from tests.contracts.orders import account_of
from tests.storefront.orders import place

CABLE = "VVG3X25LS"


def test_all_that_happened_to_an_order_is_told(world, client, django_assert_max_num_queries):
    account_of(world, limit=100_000)
    placed = place(world, "buyer")
    change(world, placed, {CABLE: 40}, by=actor(world, "manager", "staff"), reason="по звонку")
    with scopes_disabled():
        (shipment,) = placed.shipments.all()
        shipment_confirm(shipment_id=shipment.pk)
        shipment_ship(shipment_id=shipment.pk)
    client.force_login(world.people["manager"])
    url = reverse("dashboard:order-trace", args=[placed.number])

    with django_assert_max_num_queries(25):
        text = client.get(url).content.decode()

    told = ("VVG3X25LS: 100 → 40", "по звонку", "как оформлен", "(изменение 1)", "удержано", "долг")
    assert [said for said in told if said not in text] == []
    assert world.people["buyer"].email in text
    assert text.index("как оформлен") < text.index("(изменение 1)")

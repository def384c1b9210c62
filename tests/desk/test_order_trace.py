"""The trace of an order: states, changes, credit, 1C, letters, in the order in which they were."""

from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.fulfilment.services import shipment_confirm, shipment_ship
from b2b_apps.inventory.models import StockHold
from tests.amending.orders import actor, change
from tests.contracts.orders import account_of
from tests.storefront.orders import place

CABLE = "VVG3X25LS"


def test_what_came_to_a_line_that_1c_had_stands_on_one_line_as_for_the_buyer(world, client):
    account_of(world, limit=100_000)
    placed = place(world, "buyer")
    with scopes_disabled():
        StockHold.objects.filter(order_line__order=placed).update(mirrored_at=timezone.now())
        lines = placed.lines.filter(article=CABLE)
        change(world, placed, {CABLE: 140}, by=actor(world, "manager", "staff"))
        assert sorted(lines.values_list("quantity", flat=True)) == [40, 100]
        total = sum(line.line_price_incl_tax for line in lines)
    client.force_login(world.people["manager"])

    page = client.get(reverse("dashboard:order", args=[placed.number]))

    (line,) = (line for line in page.context["card"].lines if line.article == CABLE)
    assert (line.quantity, line.owed_incl_tax, line.line_price_incl_tax) == (140, total, total)


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

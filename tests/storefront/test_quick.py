"""Orders in one step: of a row, a card, a template, an order; what lies in the basket stays."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.contrib.messages import get_messages
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set
from b2b_apps.purchasing.services.changes import TakenLine
from b2b_apps.purchasing.services.quick import quick_basket, quick_fill
from b2b_apps.saved.services import Named, list_from_basket
from tests.isolation.forms import Fields
from tests.storefront.orders import place

QUICK, NEW, TO_BASKET = "/checkout/quick/", "/checkout/quick/new/", "/checkout/quick/to-basket/"


@pytest.fixture
def buyer(world, client):
    client.force_login(world.people["buyer"])
    return client


def begun(client, product, quantity="24", **more):
    return client.post(NEW, {"product": product.pk, "quantity": quantity, **more})


def form_of(client, url=QUICK):
    """The fields of the page as a browser would send them, its button pressed."""
    answer = client.get(url)
    assert answer.status_code == 200
    page = answer.content.decode()
    fields = dict(Fields(page, url).forms[url])
    fields["consignee"] = re.search(r'<option\s+value="(\w+)"\s+selected', page)[1]
    for name in ("move", "split", "approval"):
        fields.pop(name, None)
    return fields | {"send": "1"}


def orders():
    with scopes_disabled():
        return list(apps.get_model("order", "Order").objects.order_by("pk"))


def said(answer):
    return " ".join(str(message) for message in get_messages(answer.wsgi_request))


def test_a_product_is_ordered_by_two_clicks_and_the_basket_stays(world, buyer):
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(4))

    begins = begun(buyer, world.products["breaker"])
    answer = buyer.post(QUICK, form_of(buyer))

    assert begins["Location"] == QUICK
    [order] = orders()
    assert answer["Location"] == reverse("checkout:thank-you", args=[order.number])
    with scopes_disabled():
        line = order.lines.get()
        assert (line.product_id, line.quantity) == (world.products["breaker"].pk, 24)
    left = basket_for(world.context()).lines.get()
    assert (left.product_id, left.quantity) == (world.products["lamp"].pk, 4)


def test_a_second_click_gives_the_same_order(world, buyer):
    begun(buyer, world.products["breaker"])
    form = form_of(buyer)

    first, second = buyer.post(QUICK, form), buyer.post(QUICK, form)

    assert len(orders()) == 1
    assert first["Location"] == second["Location"]


def test_the_page_of_an_earlier_product_orders_nothing_of_the_later(world, buyer):
    begun(buyer, world.products["breaker"])
    form = form_of(buyer)
    begun(buyer, world.products["lamp"], "4")

    answer = buyer.post(QUICK, form)

    assert answer.status_code == 409
    assert orders() == []
    with scopes_disabled():
        lines = quick_basket(context=world.context()).lines
        assert [line.product_id for line in lines.all()] == [world.products["lamp"].pk]


def test_where_the_last_order_went_is_where_it_goes(world, buyer):
    place(world, "buyer", delivery_address="Батайск, Промышленная 7", contact_person="Олег",
          contact_phone="+7 900")  # fmt: skip

    begun(buyer, world.products["breaker"])
    form = form_of(buyer)
    buyer.post(QUICK, form)

    assert form["consignee"] == "other"
    last = orders()[-1]
    assert (last.delivery_address, last.contact_person, last.contact_phone) == (
        "Батайск, Промышленная 7", "Олег", "+7 900",
    )  # fmt: skip


def test_an_order_of_another_company_is_no_pattern(world, buyer):
    place(world, "sister", delivery_address="Чужой двор", contact_person="Чужой")
    place(world, "stranger", delivery_address="Чужой двор", contact_person="Чужой")

    begun(buyer, world.products["breaker"])

    assert "Чуж" not in buyer.get(QUICK).content.decode()


def test_a_field_never_filled_means_one_pack_and_none_is_no_order(world, buyer):
    begun(buyer, world.products["breaker"], "")
    packs = [line.quantity for line in quick_basket(context=world.context()).lines.all()]
    answer = begun(buyer, world.products["breaker"], "0")

    assert packs == [12]
    assert answer["Location"] == reverse("catalogue:index")
    assert "Укажите количество" in said(answer)


@pytest.mark.parametrize("quantity", ["-1", "1e9", "NaN", "１２", "1" * 40])
def test_what_is_no_quantity_begins_nothing(world, buyer, quantity):
    answer = begun(buyer, world.products["breaker"], quantity)

    assert answer.status_code == 302
    assert answer["Location"] != QUICK
    assert quick_basket(context=world.context()) is None


def test_htmx_is_led_to_the_page(world, buyer):
    answer = buyer.post(NEW, {"product": world.products["breaker"].pk}, HTTP_HX_REQUEST="true")

    assert answer["HX-Redirect"] == QUICK


def test_what_is_no_number_of_a_product_is_not_found(world, buyer):
    assert buyer.post(NEW, {"product": "x", "quantity": "1"}).status_code == 404


def test_more_than_there_is_is_said_and_goes_into_the_basket_to_be_settled(world, buyer):
    begun(buyer, world.products["breaker"], "120000")

    page = buyer.get(QUICK).content.decode()
    sent = buyer.post(QUICK, form_of(buyer))
    carried = buyer.post(TO_BASKET)

    assert "Так заказать нельзя" in page
    assert sent.status_code == 409
    assert orders() == []
    assert carried["Location"] == reverse("basket:summary")
    assert basket_for(world.context()).lines.get().quantity == 120_000
    assert not quick_basket(context=world.context()).lines.exists()


def test_what_the_basket_refuses_is_named(world, buyer):
    begun(buyer, world.products["breaker"])
    with scopes_disabled():
        Price.objects.filter(product=world.products["breaker"]).delete()

    page = buyer.post(TO_BASKET, follow=True).content.decode()

    assert f"{world.products['breaker'].article}:" in page
    assert quick_basket(context=world.context()).lines.exists()


def test_a_colleagues_basket_is_no_part_of_it(world, client):
    head = world.context("head", "own")
    quick_fill(context=head, lines=[TakenLine(world.products["breaker"].pk, Decimal(24))])
    client.force_login(world.people["buyer"])
    begun(client, world.products["lamp"], "4")

    form = form_of(client) | {"basket": str(quick_basket(context=head).pk)}

    assert client.post(QUICK, form).status_code == 404
    assert orders() == []


def test_who_may_not_order_begins_nothing(world, client):
    client.force_login(world.people["accountant"])

    assert begun(client, world.products["breaker"]).status_code == 403
    assert client.get(QUICK).status_code == 403


def test_nothing_begun_leads_to_the_basket(world, buyer):
    assert buyer.get(QUICK)["Location"] == reverse("basket:summary")


def test_a_template_is_ordered_in_one_step(world, buyer):
    context = world.context()
    for key, quantity in (("lamp", 4), ("breaker", 24)):
        basket_set(context=context, product_id=world.products[key].pk, quantity=Decimal(quantity))
    with scopes_disabled():
        kept = list_from_basket(context=context, named=Named("Щит"))

    taken = buyer.post(reverse("saved:take", args=[kept.pk]), {"quick": "1", "kits": "2"})
    buyer.post(QUICK, form_of(buyer))

    assert taken["Location"] == QUICK
    [order] = orders()
    with scopes_disabled():
        assert sorted(order.lines.values_list("quantity", flat=True)) == [8, 48]
    assert sorted(line.quantity for line in basket_for(context).lines.all()) == [4, 24]


def test_an_order_is_repeated_in_one_step_to_where_it_went(world, buyer):
    old = place(world, "buyer", delivery_address="Батайск, Промышленная 7")
    place(world, "buyer", delivery_address="Азов, Мира 1")

    taken = buyer.post(reverse("saved:repeat", args=[old.number]), {"quick": "1"})
    buyer.post(QUICK, form_of(buyer))

    assert taken["Location"] == QUICK
    last = orders()[-1]
    assert last.delivery_address == "Батайск, Промышленная 7"
    with scopes_disabled():
        assert last.lines.count() == old.lines.count()


def test_the_card_and_the_row_offer_it(world, buyer):
    card = buyer.get(world.products["breaker"].get_absolute_url()).content.decode()
    rows = buyer.get("/catalogue/?all=1").content.decode()

    assert f'formaction="{NEW}"' in card
    assert f'formaction="{NEW}"' in rows

"""Why a price of a list is what it is, as it comes when somebody opens it."""

from django.apps import apps
from django.test import Client
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from tests.storefront.goods import add_parent


def why(client, product):
    return client.get(reverse("storefront:price_why", args=[product.pk]))


def test_the_steps_to_a_price_come_when_they_are_asked(world, buyer):
    cable = world.products["cable"]
    page = buyer.get(reverse("catalogue:index"), {"all": "1"}).content.decode()

    told = why(buyer, cable)

    assert f'hx-get="/prices/{cable.pk}/why/"' in page
    assert f'<a href="{cable.get_absolute_url()}#pricing">' in page
    assert "Дилерская, −28,6 %" not in page
    steps = told.content.decode()
    for label in ("Розница", "Дилерская, −28,6 %", "Цена по договору, −3,2 %", cable.article):
        assert label in steps
    assert told.headers["Cache-Control"] == "private, no-store"


def test_tiles_ask_for_the_same(world, buyer):
    page = buyer.get(reverse("catalogue:index"), {"all": "1", "view": "tiles"}).content.decode()

    assert f'hx-get="/prices/{world.products["cable"].pk}/why/"' in page


def test_of_several_characteristics_it_is_the_price_that_the_row_shows(world, buyer):
    parent = add_parent(world, ["белый", "чёрный"], article="P-1")
    white, black = parent.children.order_by("pk")
    prices = apps.get_model("pricing", "Price").objects
    prices.filter(product=white, price_list=world.lists["dealer"]).update(amount="90")
    prices.filter(product=black, price_list=world.lists["dealer"]).update(amount="80")

    steps = why(buyer, parent).content.decode()

    assert "P-1" in steps
    assert "80,00" in steps.rpartition("total")[2]


def test_another_company_is_told_of_its_own_price(world, buyer):
    lamp = world.products["lamp"]
    world.lists["own"].prices.update_or_create(product=lamp, defaults={"amount": "777.77"})
    stranger = Client()
    stranger.force_login(world.people["stranger"])

    assert "777,77" in why(buyer, lamp).content.decode()
    assert "777,77" not in why(stranger, lamp).content.decode()


def test_what_is_not_seen_or_has_no_price_is_not_told(world, buyer):
    lamp, none = world.products["lamp"], world.products["no_price"]
    assert why(buyer, lamp).status_code == 200
    hidden = AssortmentRule.objects.create(
        name="Скрыто", kind="hide", conditions=[{"kind": "product", "values": [lamp.pk]}]
    )

    assert why(buyer, lamp).status_code == 404
    hidden.delete()
    type(lamp).objects.filter(pk=lamp.pk).update(is_public=False)
    assert why(buyer, lamp).status_code == 404
    assert why(buyer, none).status_code == 404
    assert buyer.get(f"/prices/{10**30}/why/").status_code == 404


def test_who_sees_no_prices_is_refused(world, client):
    client.force_login(world.people["clerk"])

    assert why(client, world.products["cable"]).status_code == 403

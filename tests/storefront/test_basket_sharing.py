"""A basket that colleagues share: who may work in it, and who changed what."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.purchasing.models import BasketEntry
from b2b_apps.purchasing.services import basket_set

HTMX = {"HX-Request": "true"}


def client_of(world, person):
    client = Client()
    client.force_login(world.people[person])
    return client


@pytest.fixture
def buyer(world):
    """He has lamps in his basket, and shares it."""
    found = client_of(world, "buyer")
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(5))
    found.post(reverse("basket:share"), {"share": "1"})
    return found


@pytest.fixture
def shared(world, buyer):
    return basket_of(world, "buyer")


def basket_of(world, person):
    return (
        apps.get_model("basket", "Basket")
        .objects.filter(owner=world.people[person], contract=world.contracts["own"], status="Open")
        .first()
    )


def quantities(basket):
    return {x.product.article: x.quantity for x in basket.lines.all()} if basket else {}


@pytest.fixture
def head(world, shared):
    """His head works under the same contract, and has opened the basket."""
    found = client_of(world, "head")
    found.post(
        reverse("storefront:contract_switch"), {"contract": world.contracts["own"].pk, "next": "/"}
    )
    found.post(reverse("basket:open"), {"basket": shared.pk})
    return found


def test_a_colleague_works_in_it_and_the_journal_says_what_he_did(world, buyer, head, shared):
    lamp = shared.lines.get()
    head.post(reverse("basket:line", args=[lamp.pk]), {"quantity": "8"}, headers=HTMX)
    head.post(reverse("basket:set"), {"product": world.products["cable"].pk, "quantity": "3"})
    buyer.post(reverse("basket:remove"), {"only": lamp.pk})

    assert quantities(shared) == {world.products["cable"].article: 3}
    assert quantities(basket_of(world, "head")) == {}
    assert list(BasketEntry.objects.order_by("pk").values_list("person_id", "was", "now")) == [
        (world.people["head"].pk, 5, 8),
        (world.people["head"].pk, None, 3),
        (world.people["buyer"].pk, 8, None),
    ]
    for client in (buyer, head):
        page = client.get(reverse("basket:journal")).content.decode()
        assert page.count('<span class="art">0012-LLE-A60</span>') == 2


def test_what_was_never_shared_has_no_journal(world):
    client = client_of(world, "buyer")
    basket_set(context=world.context(), product_id=world.products["lamp"].pk, quantity=Decimal(5))

    assert not BasketEntry.objects.exists()
    assert client.get(reverse("basket:journal")).status_code == 404


def test_it_is_shown_to_the_colleague_and_to_nobody_else(world, buyer, shared):
    name = world.people["buyer"].get_full_name()
    colleague, stranger = client_of(world, "head"), client_of(world, "stranger")
    colleague.post(
        reverse("storefront:contract_switch"), {"contract": world.contracts["own"].pk, "next": "/"}
    )

    assert f"{name} открыл(а) свою корзину" in colleague.get("/basket/").content.decode()
    assert f'value="{shared.pk}"' not in stranger.get("/basket/").content.decode()


@pytest.mark.parametrize("person", ["stranger", "sister", "clerk", "accountant"])
def test_nobody_else_opens_it(world, buyer, shared, person):
    if person not in world.people:
        pytest.skip("no such person")
    client = client_of(world, person)

    answer = client.post(reverse("basket:open"), {"basket": shared.pk})
    client.post(reverse("basket:set"), {"product": world.products["cable"].pk, "quantity": "3"})

    # Who buys nothing for the company has no baskets at all; to others this one does not exist.
    assert answer.status_code == (403 if person in {"clerk", "accountant"} else 404)
    assert quantities(shared) == {"0012-LLE-A60": 5}


@pytest.mark.parametrize("pk", ["0", "999999999", "x", "-1"])
def test_a_basket_that_is_none_is_not_found(world, buyer, pk):
    assert client_of(world, "head").post(reverse("basket:open"), {"basket": pk}).status_code == 404


def test_what_is_shared_no_more_is_left_at_once(world, buyer, head, shared):
    lamp = shared.lines.get()
    buyer.post(reverse("basket:share"), {"share": "0"})

    answer = head.post(reverse("basket:line", args=[lamp.pk]), {"quantity": "8"})
    page = head.get(reverse("basket:summary"))

    assert answer.status_code == 404
    assert quantities(shared) == {"0012-LLE-A60": 5}
    assert "Корзина пуста" in page.content.decode()


def test_a_form_of_the_shared_basket_writes_nothing_into_ones_own(world, buyer, head, shared):
    lamp = world.products["lamp"].pk
    under = f"{world.contracts['own'].pk}@{world.people['buyer'].pk}"
    head.post(reverse("basket:open"))

    form = {"product": lamp, "quantity": "9", "under": under}
    answer = head.post(reverse("basket:set"), form, follow=True)

    assert "открыта другая корзина" in answer.content.decode()
    assert quantities(basket_of(world, "head")) == {}
    assert quantities(shared) == {"0012-LLE-A60": 5}


def test_a_colleague_does_not_unshare_it_and_orders_it(world, buyer, head, shared):
    refused = head.post(reverse("basket:share"), {"share": "0"})
    page = head.get(reverse("checkout:index"))

    shared.refresh_from_db()
    assert refused.status_code == 404
    assert shared.is_shared
    assert page.status_code == 200
    assert [x.article for x in page.context["view"].sheet.lines] == ["0012-LLE-A60"]


def test_the_head_of_another_company_is_not_asked(world, buyer, shared):
    with scopes_disabled():
        other = client_of(world, "stranger")

    page = other.get(reverse("basket:summary"))

    assert page.context["shared"].others == []

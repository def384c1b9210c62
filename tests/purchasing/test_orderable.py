"""What the catalogue does not show is bought by no other way either: each entry is tried."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.core.cache import cache
from django.urls import reverse
from django_scopes import scopes_disabled

from b2b_apps.inventory.models import StockHold
from b2b_apps.purchasing.orderable import ORDERABLE, is_orderable
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import basket_set_many
from tests.inventory.stock import by_hand
from tests.storefront.goods import add_parent
from tests.storefront.orders import place

HIDDEN = ("heading", "itself", "is_heading")


@pytest.fixture
def buyer(world, client):
    cache.clear()
    client.force_login(world.people["buyer"])
    return client


@pytest.fixture
def family(world):
    """A heading with two characteristics."""
    parent = add_parent(world, ["белый", "чёрный"], article="P-1")
    return parent, parent.children.order_by("pk").first()


def hide(family, how):
    """Hide, and return the product that is to be bought all the same."""
    parent, child = family
    if how == "is_heading":
        return parent
    type(child).objects.filter(pk={"heading": parent, "itself": child}[how].pk).update(
        is_public=False
    )
    child.parent.refresh_from_db()
    return child


def in_baskets():
    with scopes_disabled():
        rows = apps.get_model("basket", "Line").objects.filter(basket__status="Open")
        return sorted(rows.values_list("product__article", "quantity"))


@pytest.mark.parametrize("how", HIDDEN)
def test_a_row_and_a_query_decide_alike(family, how):
    product = hide(family, how)
    product = type(product).objects.select_related("parent").get(pk=product.pk)

    assert not is_orderable(product)
    assert not type(product).objects.filter(ORDERABLE, pk=product.pk).exists()
    sound = type(product).objects.select_related("parent")
    assert {p.pk for p in sound if is_orderable(p)} == {p.pk for p in sound.filter(ORDERABLE)}


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("htmx", [False, True])
@pytest.mark.parametrize(
    "where", ["basket:set", "checkout:quick_new", "storefront:asked_new", "storefront:asked_page"]
)
def test_a_product_is_said_to_be_lost_as_one_that_never_was(world, buyer, family, how, htmx, where):
    product = hide(family, how)

    answer = said_of(buyer, where, product.pk, htmx=htmx)

    assert "Этого товара нет в каталоге" in answer
    assert answer == said_of(buyer, where, 10**9, htmx=htmx)
    assert in_baskets() == []


def said_of(client, where, pk, *, htmx, unit=""):
    """What a person is told who asks for a product, and where he is led."""
    sent = {"product": pk, "quantity": "1", "unit": unit, "next": "/basket/"}
    headers = {"HX-Request": "true"} if htmx else {}
    if where == "storefront:asked_page":
        answer = client.get(reverse("storefront:asked_new"), sent, headers=headers)
    else:
        answer = client.post(reverse(where), sent, headers=headers)
    assert answer.status_code in {200, 302, 422}
    told = [message.message for message in client.get("/basket/").context["messages"]]
    led = [answer.headers.get(name) for name in ("Location", "HX-Redirect")]
    return f"{told} {led} {answer.content.decode()}"


# A heading is no secret: it stands in the catalogue.
@pytest.mark.parametrize("how", sorted(set(HIDDEN) - {"is_heading"}))
@pytest.mark.parametrize("where", ["basket:set", "checkout:quick_new"])
def test_a_pack_of_it_is_not_known_by_a_guess(world, buyer, family, how, where):
    product = hide(family, how)
    pack = apps.get_model("catalogue", "ProductUnit").objects.create(
        product=product, name="короб", factor=12
    )

    answer = said_of(buyer, where, product.pk, htmx=True, unit=pack.pk)

    assert answer == said_of(buyer, where, product.pk, htmx=True, unit=10**9)
    assert answer == said_of(buyer, where, 10**9, htmx=True, unit=pack.pk)
    assert "Этого товара нет в каталоге" in answer


@pytest.mark.parametrize("how", HIDDEN)
def test_a_table_takes_none(world, buyer, family, how):
    product = hide(family, how)

    buyer.post(reverse("basket:set_many"), {f"p-{product.pk}": "2"})

    assert in_baskets() == []


@pytest.mark.parametrize("how", HIDDEN)
@pytest.mark.parametrize("by", ["article", "barcode"])
def test_a_pasted_list_does_not_know_it(world, buyer, family, how, by):
    product = hide(family, how)
    type(product).objects.filter(pk=product.pk).update(barcode="4600000000017")
    name = product.article if by == "article" else "4600000000017"

    answer = buyer.post(
        reverse("basket:add_by_article"), {"lines": f"{name} 3\n0012-LLE-A60 2"}, follow=True
    )

    assert in_baskets() == [("0012-LLE-A60", 2)]
    assert answer.context["report"].failed == f"{name} 3"


@pytest.mark.parametrize("how", HIDDEN)
def test_prices_for_programs_are_not_told(world, buyer, family, how):
    product = hide(family, how)

    assert buyer.get(reverse("api:price", args=[product.pk])).status_code == 404


@pytest.mark.parametrize("how", HIDDEN)
def test_none_is_reserved_from_the_card(world, buyer, family, how):
    product = hide(family, how)

    buyer.post(
        reverse("storefront:reserve_new"), {"product": product.pk, "quantity": "2", "hours": "24"}
    )

    assert not StockHold.objects.exists()


@pytest.fixture
def lying(world, buyer, family):
    """The characteristic lies in the basket with a lamp, and is hidden then with its heading."""
    _parent, child = family
    lamp = world.products["lamp"]
    basket_set_many(context=world.context(), quantities={child.pk: Decimal(3), lamp.pk: Decimal(2)})
    hide(family, "heading")
    return child


def test_what_lies_in_the_basket_is_marked_and_stops_the_order(world, buyer, lying):
    page = buyer.get(reverse("basket:summary"))

    blocking = [line for line in page.context["view"].lines if line.is_blocking]
    assert [line.article for line in blocking] == [lying.article]
    assert blocking[0].problem.kind == "gone"
    assert page.context["view"].sheet.num_blocking == 1
    answer = buyer.get(reverse("checkout:index"))
    assert answer["Location"] == f"{reverse('basket:summary')}?only=problems"


def test_none_of_the_basket_is_reserved(world, buyer, lying):
    lines = basket_for(world.context()).lines.values_list("pk", flat=True)

    buyer.post(reverse("storefront:reserve_lines"), {"line": list(lines), "hours": "24"})

    (hold,) = StockHold.objects.all()
    assert hold.stock_record.product == world.products["lamp"]


def test_it_is_not_carried_to_another_contract(world, buyer, lying):
    contract = world.contracts["own_wholesale"]
    buyer.post(reverse("storefront:contract_switch"), {"contract": contract.pk})

    buyer.post(reverse("basket:move", args=[world.contracts["own"].pk]))

    assert list(
        basket_for(world.context("buyer", "own_wholesale")).lines.values_list("product_id")
    ) == [(world.products["lamp"].pk,)]
    assert [pk for (pk,) in basket_for(world.context()).lines.values_list("product_id")] == [
        lying.pk
    ]


def test_what_was_taken_out_does_not_come_back(world, buyer, lying):
    line = basket_for(world.context()).lines.get(product=lying)
    buyer.post(reverse("basket:remove"), {"line": line.pk})

    buyer.post(reverse("basket:undo"))

    assert in_baskets() == [("0012-LLE-A60", 2)]


def test_an_order_is_repeated_without_it(world, buyer):
    order = place(world, "buyer")
    type(world.products["cable"]).objects.filter(pk=world.products["cable"].pk).update(
        structure="child", parent=hidden_heading(world), product_class=None
    )

    answer = buyer.post(reverse("saved:repeat", args=[order.number]), follow=True)

    assert in_baskets() == [("MVA20-1-016-C", 24)]
    assert "VVG3X25LS" in answer.content.decode()


def test_a_reserve_of_it_does_not_go_into_the_basket(world, buyer, family):
    _parent, child = family
    by_hand(world, child.stockrecords.get(), 5)
    hide(family, "heading")

    answer = buyer.post(reverse("storefront:reserve_to_basket"), follow=True)

    assert in_baskets() == []
    assert [message.level_tag for message in answer.context["messages"]] == ["error"]


def hidden_heading(world):
    parent = add_parent(world, [], article="P-2")
    type(parent).objects.filter(pk=parent.pk).update(is_public=False)
    return parent

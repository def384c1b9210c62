"""Forms of a contract that another window has switched from: they write nothing, and say so."""

from html.parser import HTMLParser

import pytest
from django.apps import apps
from django.urls import resolve, reverse
from django_scopes import scopes_disabled

from b2b_apps.contracts import choice
from b2b_apps.contracts.models import TradeChoice
from b2b_apps.inventory.models import StockHold
from tests.inventory.stock import by_hand
from tests.storefront.goods import add_parent
from tests.storefront.orders import place

# Forms that write nothing under a contract.
FREE = {
    "contract_switch", "region_switch", "appearance", "logout", "set_language", "retry",
    # A word about an order is read under no contract.
    "order_messages",
}  # fmt: skip
PAGES = (
    "basket:summary", "catalogue:index", "checkout:index", "storefront:orders",
    "storefront:reserves", "search:search",
)  # fmt: skip


class Forms(HTMLParser):
    """The POST forms of a page: action and hidden fields of each."""

    def __init__(self, text):
        super().__init__()
        self.found, self._form = [], None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        if tag == "form":
            self._form = None
            if values.get("method") == "post":
                self._form = {}
                self.found.append((values.get("action"), self._form))
        elif tag == "input" and self._form is not None and values.get("type") == "hidden":
            self._form[values["name"]] = values.get("value", "")

    def handle_endtag(self, tag):
        if tag == "form":
            self._form = None


def set_(client, product, quantity="3", **more):
    return client.post(reverse("basket:set"), {"product": product.pk, "quantity": quantity}, **more)


def switch(world, key="own_wholesale"):
    """Another window switches the contract."""
    choice.contract_choose(user_id=world.people["buyer"].pk, contract_id=world.contracts[key].pk)


def everything():
    """All that a form could write: lines of baskets with their prices, orders, holds."""
    model = apps.get_model
    # What is kept of a line follows from all else: a look at the basket brings it up to date.
    with scopes_disabled():
        return [
            [
                {name: value for name, value in row.items() if not name.startswith("kept_")}
                for row in rows.order_by("pk").values()
            ]
            for rows in (
                model("basket", "Basket").objects.all(),
                model("basket", "Line").objects.all(),
                model("order", "Order").objects.all(),
                StockHold.objects.all(),
                TradeChoice.objects.all(),
            )
        ]


@pytest.fixture
def lived_in(world, buyer):
    """An order, a reserve, lines in two baskets, a step to undo, a report of a list."""
    place(world, "buyer")
    by_hand(world, world.products["lamp"].stockrecords.first(), 5)
    set_(buyer, world.products["cable"])
    switch(world)
    set_(buyer, world.products["lamp"])
    switch(world, "own")
    set_(buyer, world.products["breaker"], "24")
    buyer.post(reverse("basket:add_by_article"), {"lines": "no-such-thing 3\n0012-LLE-A60 2"})
    # What has been said so far is read.
    buyer.get(reverse("storefront:orders"))
    return buyer


def test_every_form_of_a_buyer_names_its_contract(world, lived_in):
    parent = add_parent(world, ["белый", "чёрный"], article="P-1")
    order = apps.get_model("order", "Order").objects
    with scopes_disabled():
        number = order.get().number
    section = world.products["cable"].categories.get()
    urls = [
        *map(reverse, PAGES),
        reverse("search:search") + "?q=лампа",
        section.get_absolute_url(),
        section.get_absolute_url() + "?view=tiles",
        world.products["lamp"].get_absolute_url(),
        parent.get_absolute_url(),
        reverse("storefront:order", args=[number]),
        reverse("saved:repeat", args=[number]),
        reverse("basket:move", args=[world.contracts["own_wholesale"].pk]),
    ]
    seen, without = set(), []
    for url in urls:
        answer = lived_in.get(url)
        assert answer.status_code == 200, url
        for action, fields in Forms(answer.content.decode()).found:
            name = resolve(action).url_name
            if name not in FREE:
                seen.add(name)
                if fields.get("under") != str(world.contracts["own"].pk):
                    without.append((url, action))

    assert without == []
    assert seen == {
        "set", "set_many", "add_by_article", "undo", "move", "promo", "share", "index",
        "repeat", "save", "save_order", "reserve_new", "reserve_to_basket", "reserve_let_go",
    }  # fmt: skip


def writes(world):
    """Each address that writes, with a form that would be obeyed under the right contract."""
    with scopes_disabled():
        own = apps.get_model("basket", "Basket").objects.get(
            owner=world.people["buyer"], contract=world.contracts["own"], status="Open"
        )
        there = apps.get_model("basket", "Line").objects.filter(
            basket__contract=world.contracts["own_wholesale"]
        )
        line, hold = there.first(), StockHold.objects.filter(kind="manual").get()
        number = apps.get_model("order", "Order").objects.get().number
    lamp, moved = world.products["lamp"].pk, world.contracts["own"].pk
    return [
        (reverse("basket:set"), {"product": lamp, "quantity": "9"}),
        (reverse("basket:set_many"), {f"p-{lamp}": "9", f"q-{line.pk}": "9"}),
        (reverse("basket:line", args=[line.pk]), {"quantity": "9"}),
        (reverse("basket:line", args=[line.pk]), {"comment": "x"}),
        (reverse("basket:remove"), {"line": line.pk}),
        (reverse("basket:undo"), {}),
        (reverse("basket:accept"), {}),
        (reverse("basket:promo"), {"code": "X"}),
        (reverse("basket:add_by_article"), {"lines": "0012-LLE-A60 2"}),
        (reverse("basket:move", args=[moved]), {}),
        (reverse("storefront:reserve_new"), {"product": lamp, "quantity": "2", "hours": "24"}),
        (reverse("storefront:reserve_lines"), {"line": line.pk, "hours": "24"}),
        (reverse("storefront:reserve_to_basket"), {}),
        (reverse("storefront:reserve_let_go", args=[hold.pk]), {}),
        (reverse("saved:repeat", args=[number]), {}),
        (reverse("checkout:index"), {"basket": own.pk, "contract": moved, "send": "1"}),
    ]


NUM_WRITES = 16


@pytest.mark.parametrize("place_", range(NUM_WRITES))
def test_a_form_of_another_contract_writes_nothing_and_says_so(world, lived_in, place_):
    found = writes(world)
    assert len(found) == NUM_WRITES
    url, form = found[place_]
    form |= {"under": world.contracts["own"].pk, "next": "/basket/"}
    switch(world)
    before = everything()

    answer = lived_in.post(url, form, follow=True)

    assert everything() == before
    assert answer.redirect_chain
    assert answer.wsgi_request.trade.contract_id == world.contracts["own_wholesale"].pk
    assert [m.level_tag for m in answer.context["messages"]] == ["warning"]


@pytest.mark.parametrize("place_", range(NUM_WRITES - 1))
def test_a_part_asked_for_by_htmx_is_refused_and_the_page_is_loaded_anew(world, lived_in, place_):
    url, form = writes(world)[place_]
    headers = {"HX-Request": "true", "X-Contract": str(world.contracts["own"].pk)}
    switch(world)
    before = everything()

    answer = lived_in.post(url, form, headers=headers)

    assert everything() == before
    assert answer.status_code == 409
    assert answer["HX-Refresh"] == "true"
    page = lived_in.get(reverse("basket:summary"))
    assert "№ 7-П/25" in "".join(str(message) for message in page.context["messages"])


def test_a_form_of_the_present_contract_is_obeyed(world, buyer):
    lamp, own = world.products["lamp"], world.contracts["own"].pk

    buyer.post(
        reverse("basket:set"),
        {"product": lamp.pk, "quantity": "3", "under": own},
        headers={"HX-Request": "true", "X-Contract": str(own)},
    )

    assert everything()[1][0]["quantity"] == 3


def test_a_list_of_goods_is_not_mixed_into_a_page_of_another_contract(world, buyer):
    url = world.products["lamp"].categories.get().get_absolute_url() + "?view=tiles"
    headers = {"HX-Request": "true", "HX-Boosted": "true"}
    old = str(world.contracts["own"].pk)
    switch(world)

    answer = buyer.get(url, headers={**headers, "X-Contract": old})

    assert (answer.status_code, answer["HX-Redirect"]) == (409, url)


def test_a_program_is_told_by_409(world, buyer):
    url = reverse("api:price", args=[world.products["lamp"].pk])
    old = str(world.contracts["own"].pk)
    assert buyer.get(url, headers={"X-Contract": old}).status_code == 200
    switch(world)

    answer = buyer.get(url, headers={"X-Contract": old})

    assert answer.status_code == 409
    assert "№ 7-П/25" in answer.json()["error"]


@pytest.mark.parametrize("odd", ["x", "9" * 40, "-1", "canary"])
def test_an_odd_contract_is_another_one(world, buyer, odd):
    before = everything()

    answer = set_(buyer, world.products["lamp"], headers={"X-Contract": odd})

    assert answer.status_code == 409
    assert everything() == before


def test_the_checkout_keeps_what_was_typed_and_places_nothing(world, lived_in):
    form = dict(Forms(lived_in.get(reverse("checkout:index")).content.decode()).found)
    hidden = form[reverse("checkout:index")]
    own = world.contracts["own"].pk
    switch(world)
    before = everything()

    answer = lived_in.post(
        reverse("checkout:index"),
        {**hidden, "contract": own, "comment": "К воротам", "send": "1"},
        follow=True,
    )

    assert everything() == before
    assert "К воротам" in answer.content.decode()
    assert answer.wsgi_request.trade.contract_id == world.contracts["own_wholesale"].pk

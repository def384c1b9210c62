"""The pages of approvals: from the checkout to the order, and who sees what."""

import re
from decimal import Decimal

import pytest
from django.apps import apps
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scopes_disabled

from b2b_apps.approvals.models import ApprovalRequest
from b2b_apps.approvals.services.submitting import request_submit
from b2b_apps.companies.models import Organization
from b2b_apps.contracts.choice import contract_choose
from b2b_apps.pricing.models import Price
from b2b_apps.purchasing.choices import SplitChoice, choice_token
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.purchasing.services import OrderDetails, basket_set, basket_set_many
from b2b_apps.purchasing.services.sharing import basket_open, basket_share
from tests.approvals.office import Office
from tests.budgets.test_basket import goods
from tests.storefront.test_checkout import shown

CHECKOUT = "/checkout/"
BY_ACCOUNTANT = [{"mode": "any", "approvers": [{"kind": "role", "role": "accountant"}]}]


@pytest.fixture
def office(world):
    return Office(world)


def signed_in(world, person):
    client = Client()
    client.force_login(world.people[person])
    return client


def put(world, quantity=10, person="buyer"):
    basket_set(
        context=world.context(person),
        product_id=world.products["lamp"].pk,
        quantity=Decimal(quantity),
    )


def num_orders():
    with scopes_disabled():
        return apps.get_model("order", "Order").objects.count()


def fields(page):
    """The hidden fields of the form that approves."""
    return dict(re.findall(r'name="(version|offer)" value="([^"]*)"', page))


def the_request():
    with scopes_disabled():
        return ApprovalRequest.objects.get()


def test_the_checkout_says_who_approves_and_why_and_sends(world, office, client):
    office.rule(min_sum=100)
    put(world)
    client.force_login(world.people["buyer"])
    page = client.get(CHECKOUT).content.decode()
    assert "Отправить на согласование" in page
    assert "Отправить заказ" not in page
    assert "Согласует: Виктор Лапин." in page
    assert "Свыше ста рублей: 621,40, от 100,00" in page.replace("\xa0", " ")

    answer = client.post(CHECKOUT, shown(client) | {"approval": "1"}, follow=True)

    request = the_request()
    assert answer.redirect_chain[-1][0] == f"/approvals/{request.number}/"
    assert "Отозвать заявку" in answer.content.decode()
    assert num_orders() == 0
    assert basket_for(world.context()) is None


def test_a_second_click_shows_the_request_that_the_first_has_made(world, office, client):
    office.rule(min_sum=100)
    put(world)
    client.force_login(world.people["buyer"])
    form = shown(client) | {"approval": "1"}

    first, second = client.post(CHECKOUT, form), client.post(CHECKOUT, form)

    request = the_request()
    assert first["Location"] == second["Location"] == f"/approvals/{request.number}/"
    assert signed_in(world, "stranger").post(CHECKOUT, form).status_code == 404


def test_a_colleagues_shared_basket_is_sent_for_approval_by_who_works_in_it(world, office):
    office.rule(min_sum=100, chain=BY_ACCOUNTANT)
    put(world)
    basket_share(context=world.context(), is_shared=True)
    basket = basket_for(world.context())
    contract_choose(user_id=world.people["head"].pk, contract_id=world.contracts["own"].pk)
    basket_open(context=world.context("head", "own"), basket_id=basket.pk)
    client = signed_in(world, "head")

    answer = client.post(CHECKOUT, shown(client) | {"approval": "1"})

    request = the_request()
    assert answer["Location"] == f"/approvals/{request.number}/"
    assert (request.user_id, request.basket_id) == (world.people["head"].pk, basket.pk)
    assert basket_for(world.context()) is None


def test_an_order_sent_past_a_rule_is_stopped_and_told(world, office, client):
    put(world)
    client.force_login(world.people["buyer"])
    form = shown(client)
    office.rule(min_sum=100)

    answer = client.post(CHECKOUT, form)

    assert answer.status_code == 409
    assert "Теперь нужно согласование" in answer.content.decode()
    assert num_orders() == 0


def test_what_needs_no_approval_any_more_is_told_and_not_sent(world, office, client):
    rule = office.rule(min_sum=100)
    put(world)
    client.force_login(world.people["buyer"])
    form = shown(client) | {"approval": "1"}
    with scopes_disabled():
        rule.delete()

    answer = client.post(CHECKOUT, form)

    assert answer.status_code == 409
    assert "Отправить заказ" in answer.content.decode()
    assert num_orders() == 0


def test_an_approver_finds_it_in_the_list_and_orders_it(world, office):
    office.rule(min_sum=100)
    request = office.send(10, comment="Ворота слева")
    client = signed_in(world, "head")
    front = client.get("/catalogue/").content.decode()
    assert re.search(r"На согласование <span>1</span>", front)
    assert request.number in client.get("/approvals/").content.decode()
    page = client.get(f"/approvals/{request.number}/").content.decode()
    assert "Ворота слева" in page

    answer = client.post(f"/approvals/{request.number}/approve/", fields(page), follow=True)

    number = the_request().order_number
    assert number
    assert number in answer.content.decode()
    assert client.get(f"/orders/{number}/").status_code == 200
    again = client.post(f"/approvals/{request.number}/approve/", fields(page), follow=True)
    assert "Заявку тем временем изменили или решили." in again.content.decode()
    assert num_orders() == 1


def test_an_approver_sees_every_address_and_what_goes_there(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    with scopes_disabled():
        line = request.lines.get()
        choice = choice_token(
            SplitChoice(consignees={line.line_id: 7}), basket_id=request.basket_id
        )
        request.details |= {
            "split": choice,
            "receivers": {"7": ["Склад в Батайске", "г. Батайск, ул. Промышленная, 7"]},
            "addresses": [
                "г. Ростов-на-Дону, ул. Доватора, 158",
                "г. Батайск, ул. Промышленная, 7",
            ],
        }
        request.save()

    page = signed_in(world, "head").get(f"/approvals/{request.number}/").content.decode()

    assert "<dd>г. Ростов-на-Дону, ул. Доватора, 158</dd>" in page
    assert "<dd>г. Батайск, ул. Промышленная, 7</dd>" in page
    assert "Склад в Батайске, г. Батайск, ул. Промышленная, 7</span>" in page


def test_the_request_names_every_order_that_it_has_become(world, office):
    office.rule(min_sum=100)
    lamps_of_two_sellers(world)
    request = office.send(100)
    client = signed_in(world, "head")
    page = client.get(f"/approvals/{request.number}/").content.decode()

    client.post(f"/approvals/{request.number}/approve/", fields(page))

    with scopes_disabled():
        numbers = apps.get_model("order", "Order").objects.values_list("number", flat=True)
        numbers = sorted(numbers)
    assert len(numbers) == 2
    page = client.get(f"/approvals/{request.number}/").content.decode()
    assert re.findall(r'class="btn" href="/orders/([^/]+)/"', page) == numbers


def lamps_of_two_sellers(world):
    """Sixty in Rostov and forty in Moscow, which is another organization's."""
    with scopes_disabled():
        other = Organization.objects.create(name="ООО «Вторая»", inn="7700000001")
        for code, quantity in [("rostov", 60), ("moscow", 40)]:
            records = world.products["lamp"].stockrecords
            records.filter(partner=world.warehouses[code]).update(num_in_stock=quantity)
        warehouses = type(world.warehouses["moscow"]).objects
        warehouses.filter(code="moscow").update(organization=other)


@pytest.mark.parametrize("act", ["approve", "refuse", "return", "change", "withdraw", "to-basket"])
def test_nothing_is_done_by_a_get(world, office, act):
    office.rule(min_sum=100)
    request = office.send(10)

    answer = signed_in(world, "head").get(f"/approvals/{request.number}/{act}/")

    assert answer.status_code == 405
    assert the_request().status == "waiting"


def test_a_refusal_wants_a_reason(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    client = signed_in(world, "head")
    address = f"/approvals/{request.number}/refuse/"

    assert client.post(address, {"version": 1, "text": "  "}).status_code == 422
    assert the_request().status == "waiting"
    client.post(address, {"version": 1, "text": "Есть на складе"})

    assert the_request().status == "refused"
    page = signed_in(world, "buyer").get(f"/approvals/{request.number}/").content.decode()
    assert "Есть на складе" in page
    assert "В корзину" in page
    course = page[page.index('class="route"') : page.index("</ol>", page.index('class="route"'))]
    assert "отклонена, " in course
    assert "больше не нужно" not in course


def test_who_sent_it_back_is_said_so_until_it_is_sent_again(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    head, buyer = signed_in(world, "head"), signed_in(world, "buyer")
    address = f"/approvals/{request.number}/"

    head.post(f"{address}return/", {"version": 1, "text": "Много"})
    returned = head.get(address).content.decode()
    buyer = signed_in(world, "buyer")
    buyer.post(f"{address}change/", {"version": the_request().version, "again": "1"})
    again = buyer.get(address).content.decode()

    assert "возвращена на доработку, " in returned
    assert "возвращена на доработку, " not in again


def test_a_colleague_sees_it_and_decides_nothing(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    client = signed_in(world, "accountant")
    page = client.get(f"/approvals/{request.number}/").content.decode()
    assert "Согласовать</button>" not in page

    answer = client.post(
        f"/approvals/{request.number}/approve/",
        {"version": 1, "offer": office.offer(request)},
        follow=True,
    )

    assert "Сейчас не ваша очередь" in answer.content.decode()
    assert num_orders() == 0


def test_who_may_not_see_prices_is_shown_none(world, office):
    office.rule(min_sum=100)
    office.budget(office.department(), 777_123)
    request = office.send(10)

    client = signed_in(world, "clerk")

    for address in ("/approvals/?view=all", f"/approvals/{request.number}/"):
        page = client.get(address).content.decode().replace("\xa0", " ")
        assert request.number in page
        for figure in ("621,40", "62,14", "777 123", "100,00"):
            assert figure not in page


@pytest.mark.parametrize("person", ["stranger", "sister"])
def test_a_person_of_another_company_finds_nothing(world, office, person):
    office.rule(min_sum=100)
    request = office.send(10)
    client = signed_in(world, person)

    assert request.number not in client.get("/approvals/?view=all").content.decode()
    assert client.get(f"/approvals/{request.number}/").status_code == 404
    for act in ("approve", "refuse", "return", "change", "withdraw", "to-basket"):
        assert client.post(f"/approvals/{request.number}/{act}/").status_code == 404
    assert the_request().status == "waiting"


def test_a_changed_price_is_shown_and_approved_only_when_seen(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    client = signed_in(world, "head")
    page = client.get(f"/approvals/{request.number}/").content.decode()
    Price.objects.filter(price_list=world.lists["dealer"], product=world.products["lamp"]).update(
        amount=70
    )

    answer = client.post(f"/approvals/{request.number}/approve/", fields(page))

    assert answer.status_code == 409
    text = answer.content.decode()
    assert "цена была 62,14, стала 70,00" in text
    assert num_orders() == 0
    client.post(f"/approvals/{request.number}/approve/", fields(text))
    assert num_orders() == 1


def test_the_buyer_corrects_and_sends_again(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    head, buyer = signed_in(world, "head"), signed_in(world, "buyer")
    head.post(f"/approvals/{request.number}/return/", {"version": 1, "text": "Много"})
    page = buyer.get(f"/approvals/{request.number}/").content.decode()
    line = re.search(r'name="q-(\d+)"', page)[1]

    buyer.post(
        f"/approvals/{request.number}/change/",
        fields(page) | {"version": "2", f"q-{line}": "5", "again": "1"},
    )

    request = the_request()
    assert (request.status, request.total) == ("waiting", Decimal("310.70"))


@pytest.mark.parametrize("typed", ["-1", "NaN", "1e9", "１２", "9" * 40])
def test_a_wrong_quantity_changes_nothing(world, office, typed):
    office.rule(min_sum=100)
    request = office.send(10)
    with scopes_disabled():
        line = request.lines.get().line_id

    answer = signed_in(world, "head").post(
        f"/approvals/{request.number}/change/", {"version": 1, f"q-{line}": typed}
    )

    assert answer.status_code == 422
    assert (the_request().version, the_request().total) == (1, request.total)


def test_a_withdrawn_request_goes_back_into_the_basket(world, office):
    office.rule(min_sum=100)
    request = office.send(10)
    client = signed_in(world, "buyer")
    client.post(f"/approvals/{request.number}/withdraw/")

    client.post(f"/approvals/{request.number}/to-basket/")

    assert [line.quantity for line in basket_for(world.context()).lines.all()] == [10]


def test_a_long_request_takes_as_many_queries_as_a_short_one(world, office):
    office.rule(min_sum=1, conditions=[{"kind": "brand", "values": ["iek", ""]}])
    office.budget(office.department(), 10**7)
    client = signed_in(world, "head")
    counts = []
    with scopes_disabled():
        products = goods(world, 1000)
    for number in (10, 1000):
        context = world.context()
        basket_set_many(context=context, quantities={p.pk: Decimal(1) for p in products[:number]})
        _context, basket_id, offer = office.offered(context)
        request = request_submit(
            context=context, basket_id=basket_id, details=OrderDetails(), offer=offer
        )
        with CaptureQueriesContext(connection) as queries:
            assert client.get(f"/approvals/{request.number}/").status_code == 200
        counts.append(len(queries))

    assert counts[0] == counts[1]
    assert counts[0] <= 45

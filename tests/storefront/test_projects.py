"""Projects of a contract: bought for only when chosen, everywhere at the same prices."""

from decimal import Decimal

import pytest
from django.apps import apps
from django.urls import reverse
from django.utils import timezone
from django_scopes import scopes_disabled

from b2b_apps.contracts.context import context_under, trade_options_for
from b2b_apps.contracts.models import TradeChoice
from b2b_apps.pricing.models import Price, PriceList, Project
from b2b_apps.pricing.selectors import prices_for
from b2b_apps.purchasing.offers import offer_from, offer_token
from b2b_apps.purchasing.selectors import basket_for, basket_sheet
from tests.storefront.test_basket_pages import checkout_form
from tests.storefront.test_stale import Forms, everything, set_

pytestmark = pytest.mark.django_db
D = Decimal
USUAL, AGREED = D("62.1400"), D("50.0000")


def add_project(world, name="ЖК «Лазурный»", *, contract="own", amount=50, until=30, **fields):
    """An approved project with a price for the lamp."""
    today = timezone.localdate()
    price_list = PriceList.objects.create(kind="project", name=name)
    Price.objects.create(price_list=price_list, product=world.products["lamp"], amount=amount)
    with scopes_disabled():
        found = world.contracts[contract]
        return Project.objects.create(
            name=name,
            counterparty=found.counterparty,
            contract=found,
            status="approved",
            first_signature=world.people["manager"],
            second_signature=world.people["editor"],
            price_list=price_list,
            valid_to=today + timezone.timedelta(days=until),
            decided_at=timezone.now(),
            **fields,
        )


def choose(client, project=None, **more):
    form = {"project": project.pk if project else "", "next": "/basket/"}
    return client.post(reverse("storefront:project_switch"), form, **more)


def context_of(world, person="buyer"):
    return trade_options_for(user_id=world.people[person].pk, as_chosen=True).context


def lines_of(world):
    with scopes_disabled():
        context = context_of(world)
        sheet = basket_sheet(context=context, basket=basket_for(context))
    return sheet, {line.article: line for line in sheet.lines}


def test_a_price_of_one_question_is_called_agreed(world, buyer):
    add_project(world, "Лампа", kind="request")

    page = buyer.get(world.products["lamp"].get_absolute_url())

    assert page.context["card"].chain[-1].label.startswith("Согласованная цена")


def test_nobody_buys_for_a_project_unasked(world, buyer):
    add_project(world)
    lamp = world.products["lamp"]

    page = buyer.get(lamp.get_absolute_url())

    assert page.wsgi_request.trade.project_id is None
    assert page.context["card"].unit_price == USUAL
    assert "ЖК «Лазурный»" in page.content.decode()


def test_catalogue_basket_offer_and_order_agree(world, buyer):
    project, lamp = add_project(world), world.products["lamp"]
    set_(buyer, lamp)

    choose(buyer, project)

    card = buyer.get(lamp.get_absolute_url()).context["card"]
    section = buyer.get(lamp.categories.get().get_absolute_url())
    sheet, lines = lines_of(world)
    line = lines["0012-LLE-A60"]
    offered = offer_from(offer_token(sheet), basket_id=sheet.id).lines[line.id].unit_price
    api = buyer.get(reverse("api:price", args=[lamp.pk])).json()
    assert "50,00" in section.content.decode()
    assert card.unit_price == line.unit_price == offered == D(api["price"]) == AGREED
    # It was the buyer who changed the price: there is nothing to accept.
    assert line.problems == ()
    sent = buyer.post(reverse("checkout:index"), checkout_form(buyer), follow=True)
    with scopes_disabled():
        order = apps.get_model("order", "Order").objects.get()
        assert order.project == project
        assert order.lines.get().unit_price_incl_tax == AGREED
    assert "ЖК «Лазурный»" in sent.content.decode()


def test_without_the_project_usual_prices_are_back(world, buyer):
    project = add_project(world)
    set_(buyer, world.products["lamp"])
    choose(buyer, project)

    choose(buyer)

    line = lines_of(world)[1]["0012-LLE-A60"]
    assert (line.unit_price, line.problems) == (USUAL, ())
    assert context_of(world).project_id is None


def test_a_price_that_moved_unaccepted_stays_a_difference(world, buyer):
    project = add_project(world)
    set_(buyer, world.products["lamp"])
    with scopes_disabled():
        apps.get_model("basket", "Line").objects.update(price_incl_tax=D("60.0000"))

    choose(buyer, project)

    [problem] = lines_of(world)[1]["0012-LLE-A60"].problems
    assert (problem.kind, problem.was, problem.now) == ("price", D("60.0000"), AGREED)


def test_projects_do_not_mix_their_prices(world, buyer):
    first, second = add_project(world), add_project(world, "Склад № 3", amount=45)
    lamp = world.products["lamp"]
    found = []
    for project in (first, second, None):
        choose(buyer, project)
        found.append(prices_for(context=context_of(world), product_ids=[lamp.pk])[lamp.pk].amount)

    assert found == [AGREED, D("45.0000"), USUAL]


def test_an_answered_question_leads_with_and_without_a_project(world, buyer):
    project = add_project(world)
    add_project(world, "Вопрос", amount=40, kind="request")
    lamp = world.products["lamp"]
    assert prices_for(context=context_of(world), product_ids=[lamp.pk])[lamp.pk].amount == 40

    choose(buyer, project)

    assert [p.name for p in trade_options_for(user_id=world.people["buyer"].pk).projects] == [
        "ЖК «Лазурный»"
    ]
    assert prices_for(context=context_of(world), product_ids=[lamp.pk])[lamp.pk].amount == 40


@pytest.mark.parametrize("which", ["stranger", "other contract", "over", "request", "odd"])
def test_what_is_no_project_of_the_contract_is_not_found(world, buyer, which):
    project = {
        "stranger": lambda: add_project(world, contract="stranger"),
        "other contract": lambda: add_project(world, contract="own_wholesale"),
        "over": lambda: add_project(world, until=-1),
        "request": lambda: add_project(world, kind="request"),
        "odd": lambda: Project(pk=10**12),
    }[which]()

    assert choose(buyer, project).status_code == 404
    assert context_of(world).project_id is None


def test_another_contract_has_no_project(world, buyer):
    choose(buyer, add_project(world))

    buyer.post(
        reverse("storefront:contract_switch"),
        {"contract": world.contracts["own_wholesale"].pk, "look": "1"},
    )

    assert context_of(world).project_id is None
    assert TradeChoice.objects.get().project_id is None


def test_the_end_of_a_project_is_told_once_and_nothing_is_written_before(world, buyer):
    project = add_project(world)
    lamp = world.products["lamp"]
    set_(buyer, lamp)
    choose(buyer, project)
    with scopes_disabled():
        Project.objects.update(valid_to=timezone.localdate() - timezone.timedelta(days=1))
    before = everything()[1]

    refused = set_(buyer, lamp, "9")
    page = buyer.get(reverse("basket:summary"))
    after = buyer.get(reverse("basket:summary"))

    assert refused.status_code == 302
    assert everything()[1] == before
    assert [str(m) for m in page.context["messages"]].count(
        "Цены проекта «ЖК «Лазурный»» закончились: сейчас вы покупаете без проекта."
    ) == 1
    assert not list(after.context["messages"])
    [problem] = lines_of(world)[1]["0012-LLE-A60"].problems
    assert (problem.kind, problem.was, problem.now) == ("price", AGREED, USUAL)


def test_a_form_of_another_project_writes_nothing_and_says_so(world, buyer):
    project = add_project(world)
    lamp, own = world.products["lamp"], world.contracts["own"].pk
    set_(buyer, lamp)
    choose(buyer, project)
    buyer.get(reverse("basket:summary"))
    before = everything()

    answers = [
        buyer.post(
            reverse("basket:set"), {"product": lamp.pk, "quantity": "9", "under": own}, follow=True
        ),
        buyer.post(
            reverse("checkout:index"),
            {"basket": before[0][0]["id"], "contract": own, "under": own, "send": "1"},
            follow=True,
        ),
    ]

    assert everything() == before
    for answer in answers:
        said = [str(message) for message in answer.context["messages"]]
        assert (
            "Проект переключили в другом окне: сейчас вы покупаете для «ЖК «Лазурный»»" in said[0]
        )
    htmx = set_(buyer, lamp, "9", headers={"HX-Request": "true", "X-Contract": str(own)})
    assert (htmx.status_code, htmx["HX-Refresh"]) == (409, "true")
    under = f"{own}.{project.pk}"
    assert set_(buyer, lamp, "9", headers={"X-Contract": under}).status_code == 302
    assert everything()[1][0]["quantity"] == 9


def test_every_form_names_the_project(world, buyer):
    project = add_project(world)
    set_(buyer, world.products["lamp"])
    choose(buyer, project)
    under = f"{world.contracts['own'].pk}.{project.pk}"

    found = []
    for url in (reverse("basket:summary"), world.products["lamp"].get_absolute_url()):
        page = buyer.get(url).content.decode()
        found += [fields["under"] for _action, fields in Forms(page).found if "under" in fields]
        assert f'"X-Contract": "{under}"' in page

    assert set(found) == {under}


def test_a_project_puts_its_goods_into_its_own_basket(world, buyer):
    project = add_project(world)
    with scopes_disabled():
        project.lines.create(product=world.products["lamp"], quantity=5, offered=50)

    page = buyer.post(reverse("storefront:asked_to_basket", args=[project.pk]), follow=True)

    assert page.wsgi_request.trade.project_id == project.pk
    assert lines_of(world)[1]["0012-LLE-A60"].unit_price == AGREED


def test_1c_is_not_asked_about_prices_of_a_project(world, buyer):
    refined = PriceList.objects.create(kind="refined", name="1С")
    today = timezone.localdate()
    Price.objects.create(
        price_list=refined, product=world.products["lamp"], amount=61, valid_from=today
    )
    with scopes_disabled():
        own = world.contracts["own"]
        own.refined_price_list = refined
        own.save()
    project, lamp = add_project(world), world.products["lamp"]
    prices = prices_for(context=context_of(world), product_ids=[lamp.pk])
    assert prices[lamp.pk].unit_price_at(D(1)) == 61

    choose(buyer, project)

    prices = prices_for(context=context_of(world), product_ids=[lamp.pk])
    assert prices[lamp.pk].unit_price_at(D(1)) == AGREED


def test_staff_see_the_prices_of_a_project_if_they_name_it(world):
    project, lamp = add_project(world), world.products["lamp"]
    own = world.contracts["own"].pk
    with scopes_disabled():
        found = [
            prices_for(context=context_under(contract_id=own, project_id=pk), product_ids=[lamp.pk])
            for pk in (None, project.pk, 10**12)
        ]

    assert [prices[lamp.pk].amount for prices in found] == [USUAL, AGREED, USUAL]


def test_the_choice_costs_no_query(world, buyer, django_assert_num_queries):
    project = add_project(world)
    choose(buyer, project)

    with django_assert_num_queries(3):
        options = trade_options_for(user_id=world.people["buyer"].pk, as_chosen=True)

    assert options.project == (project.pk, "ЖК «Лазурный»")

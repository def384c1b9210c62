"""Reading without a contract: orders and documents stay open, and why nothing can be bought."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.apps import apps
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone, translation
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Employee, Membership
from b2b_apps.companies.roles import PERMISSIONS, SEE_PRICES, Role
from b2b_apps.contracts.models import Contract
from b2b_apps.documents.models import Document
from b2b_apps.purchasing.selectors import basket_for
from b2b_apps.storefront.closed import reason_of
from tests.factories import PASSWORD
from tests.storefront.orders import place

YESTERDAY = timezone.localdate() - timedelta(days=1)
SOON = timezone.localdate() + timedelta(days=9)
ENDED = f"{YESTERDAY:%d.%m.%Y}"
HTMX = {"headers": {"HX-Request": "true"}}


@pytest.fixture(autouse=True)
def private_files(settings, tmp_path):
    settings.STORAGES["private"]["OPTIONS"]["location"] = str(tmp_path)


def end(world, *keys):
    """Let contracts end yesterday; all of the holding's, if none is named."""
    keys = keys or ("own", "own_wholesale", "own_on_top", "sister")
    with scopes_disabled():
        Contract.objects.filter(pk__in=[world.contracts[key].pk for key in keys]).update(
            valid_to=YESTERDAY
        )


def document_of(order):
    """The invoice of an order, with a file."""
    with scopes_disabled():
        document = Document.objects.get(order=order)
        document.file.save("invoice.pdf", ContentFile(b"%PDF-1.7 made"), save=False)
        document.state = Document.State.READY
        document.save()
    return document


def page(client, url, **query):
    answer = client.get(url, query, follow=True)
    return answer.status_code, " ".join(answer.content.decode().split())


# --- All contracts have ended -------------------------------------------------------------------


@pytest.mark.parametrize("person", ["buyer", "head", "accountant"])
def test_orders_and_documents_stay_open_when_all_contracts_have_ended(world, client, person):
    order = place(world, "buyer")
    document = document_of(order)
    end(world)
    client.force_login(world.people[person])

    for url in ("/orders/", f"/orders/{order.number}/", f"/checkout/thank-you/{order.number}/"):
        status, text = page(client, url)
        assert (status, order.number in text, "10 191" in text) == (200, True, True), url
    file = client.get(reverse("documents:file", args=[document.uid]))
    assert b"".join(file.streaming_content) == b"%PDF-1.7 made"


def test_the_clerk_of_an_expired_company_reads_without_sums_and_documents(world, client):
    order = place(world, "buyer")
    document = document_of(order)
    end(world)
    client.force_login(world.people["clerk"])

    status, text = page(client, f"/orders/{order.number}/")

    assert status == 200
    assert "10 191" not in text
    assert client.get(reverse("documents:file", args=[document.uid])).status_code == 404


@pytest.mark.parametrize("url", ["/catalogue/", "/basket/", "/checkout/", "/search/?q=x"])
def test_who_cannot_buy_is_told_which_contract_ended_when_and_whom_to_call(world, client, url):
    end(world)
    client.force_login(world.people["buyer"])

    status, text = page(client, url)

    assert status == 403
    assert f"Договор № 142/24 закончился {ENDED}." in text
    assert f"Договор № 7-П/25 закончился {ENDED}." in text
    assert "Ольга Гринько" in text
    assert "+7 863 000-00-00, доб. 214" in text
    assert 'href="tel:+78630000000"' in text
    assert 'href="/orders/"' in text


def test_each_page_that_can_be_read_says_why_nothing_can_be_bought(world, client):
    place(world, "buyer")
    end(world)
    client.force_login(world.people["buyer"])

    _status, text = page(client, "/orders/")

    assert f"покупать сейчас нельзя, договор № 142/24 закончился {ENDED}." in text
    assert "Новый заказ" not in text
    assert "/again/" not in text


def test_writing_without_a_contract_changes_nothing(world, client):
    order = place(world, "buyer")
    end(world)
    client.force_login(world.people["buyer"])

    for url, data in [
        (reverse("basket:set"), {"product": world.products["lamp"].pk, "quantity": 3}),
        (reverse("saved:repeat", args=[order.number]), {}),
        (reverse("checkout:index"), {"basket": 1}),
        (reverse("storefront:contract_switch"), {"contract": world.contracts["own"].pk}),
    ]:
        assert client.post(url, data).status_code in {403, 404}, url
    assert apps.get_model("basket", "Basket").objects.filter(status="Open").count() == 0


def test_without_a_manager_the_organization_is_named(world, client):
    end(world)
    with scopes_disabled():
        type(world.companies["own"]).objects.update(manager=None)
    client.force_login(world.people["buyer"])

    assert "ООО «Пакгауз Юг»" in page(client, "/basket/")[1]


@pytest.mark.parametrize(
    ("person", "words"),
    [
        ("manager", "У сотрудников нет договора, чтобы покупать"),
        ("buyer", "не действуете ни от одной компании"),
    ],
)
def test_who_acts_for_nobody_is_told_so(world, client, person, words):
    Membership.objects.filter(employee__user=world.people["buyer"]).delete()
    client.force_login(world.people[person])

    for url in ("/orders/", "/basket/"):
        status, text = page(client, url)
        assert status == 403
        assert words in text


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"valid_to": YESTERDAY}, f"договор № 142/24 закончился {ENDED}"),
        ({"is_active": False}, "договор № 142/24 не действует"),
        ({"valid_from": SOON}, f"договор № 142/24 начнёт действовать {SOON:%d.%m.%Y}"),
    ],
)
def test_the_reason_is_a_plain_sentence(world, changes, words):
    contract = world.contracts["own"]
    for name, value in changes.items():
        setattr(contract, name, value)

    with translation.override("ru"):
        assert reason_of(contract) == words


# --- One company of several ---------------------------------------------------------------------


def test_the_orders_of_the_expired_company_stay_in_the_list_of_who_buys_for_another(world, client):
    order = place(world, "buyer")
    document = document_of(order)
    end(world, "own", "own_wholesale", "own_on_top")
    client.force_login(world.people["head"])

    _status, text = page(client, "/orders/")

    assert order.number in text
    assert f"купить нельзя: договор № 142/24 закончился {ENDED}" in text
    assert "ООО «Монтаж-Сервис»" in text
    assert client.get(reverse("documents:file", args=[document.uid])).status_code == 200


def test_the_head_of_a_holding_sees_the_orders_of_all_his_companies_in_one_list(world, client):
    own, sister = place(world, "buyer"), place(world, "sister")
    client.force_login(world.people["head"])

    text = page(client, "/orders/")[1]
    only_sister = page(client, "/orders/", company=world.companies["sister"].pk)[1]

    assert own.number in text
    assert sister.number in text
    assert '<th scope="col" class="w-company">Компания</th>' in text
    for company in ("own", "sister"):
        name = world.companies[company].name
        assert f'<option value="{world.companies[company].pk}">{name}</option>' in text
        assert f'<span class="cut" title="{name}">{name}</span>' in text
    assert own.number not in only_sister
    assert sister.number in only_sister
    assert page(client, f"/orders/{sister.number}/")[0] == 200
    file = client.get(reverse("documents:file", args=[document_of(sister).uid]))
    assert file.status_code == 200


@pytest.mark.parametrize("company", ["stranger", "x", "-1", "9" * 30])
def test_a_foreign_company_in_the_filter_is_as_if_it_were_not_there(world, client, company):
    own, foreign = place(world, "buyer"), place(world, "stranger")
    client.force_login(world.people["head"])
    known = world.companies.get(company)

    text = page(client, "/orders/", company=known.pk if known else company)[1]

    assert own.number in text
    assert foreign.number not in text


def test_who_acts_for_one_company_has_no_column_of_companies(world, client):
    place(world, "buyer")
    client.force_login(world.people["buyer"])

    text = page(client, "/orders/")[1]

    assert "w-company" not in text
    assert 'name="company"' not in text


@pytest.fixture
def mixed(world, client):
    """The buyer of one company, the warehouse clerk of its sister."""
    Membership.objects.create(
        employee=Employee.objects.get(user=world.people["buyer"]),
        counterparty=world.companies["sister"],
        role=Role.WAREHOUSE,
    )
    client.force_login(world.people["buyer"])
    return client


def test_prices_show_only_where_the_role_there_allows(world, mixed):
    own, sister = place(world, "buyer"), place(world, "sister")
    document = document_of(sister)

    text = page(mixed, "/orders/")[1]
    of_sister = page(mixed, f"/orders/{sister.number}/")[1]

    assert own.number in text
    assert sister.number in text
    assert sister.total_incl_tax == Decimal("12504.02")
    for where in (text, of_sister):
        assert "12 504" not in where
    assert "10 191" in text
    # The figures above the list hold the own company's sum alone.
    assert "на 10 191,86 ₽" in text
    for name in ("documents:file", "documents:status"):
        assert mixed.get(reverse(name, args=[document.uid])).status_code == 404


def test_a_role_that_may_not_see_orders_hides_those_of_its_company(world, mixed, monkeypatch):
    monkeypatch.setitem(PERMISSIONS, Role.WAREHOUSE, frozenset({SEE_PRICES}))
    own, sister = place(world, "buyer"), place(world, "sister")

    text = page(mixed, "/orders/")[1]

    assert own.number in text
    assert sister.number not in text
    assert "w-company" not in text
    assert page(mixed, f"/orders/{sister.number}/")[0] == 404


def test_sums_of_several_currencies_are_not_added_up(world, client):
    place(world, "buyer")
    euro = place(world, "sister")
    with scopes_disabled():
        type(euro).objects.filter(pk=euro.pk).update(
            currency="EUR", total_incl_tax=Decimal("500.00")
        )
    client.force_login(world.people["head"])

    text = page(client, "/orders/")[1]

    assert "на 10 191,86 ₽" in text
    assert "на 500,00 €" in text
    assert "10 691" not in text


def test_an_order_is_repeated_into_the_basket_of_its_own_company(world, client):
    sister = place(world, "sister")
    client.force_login(world.people["head"])

    answer = client.post(reverse("saved:repeat", args=[sister.number]), follow=True)

    assert "Теперь вы покупаете для ООО «Монтаж-Сервис»" in answer.content.decode()
    assert basket_for(world.context("head", "sister")).lines.count() == 2
    assert basket_for(world.context("head", "own")) is None


def test_an_order_of_a_company_without_a_contract_is_not_repeated(world, client):
    sister = place(world, "sister")
    end(world, "sister")
    client.force_login(world.people["head"])

    answer = client.post(reverse("saved:repeat", args=[sister.number]), follow=True)

    assert "нет действующего договора" in answer.content.decode()
    assert apps.get_model("basket", "Basket").objects.filter(status="Open").count() == 0


# --- The contract of the session has ended ------------------------------------------------------


def choose(client, world, key):
    client.post(reverse("storefront:contract_switch"), {"contract": world.contracts[key].pk})


def test_another_contract_of_the_same_company_takes_the_place_of_an_ended_one(world, client):
    client.force_login(world.people["head"])
    with scopes_disabled():
        second = Contract.objects.get(pk=world.contracts["sister"].pk)
        second.pk, second.number = None, "89/26"
        second.save()
    choose(client, world, "sister")
    end(world, "sister")

    first, again = page(client, "/orders/")[1], page(client, "/orders/")[1]

    said = f"закончился {ENDED}. Теперь вы покупаете по договору № 89/26."
    assert said in first
    assert "Дог. № 89/26" in first
    assert said not in again
    assert "Дог. № 89/26" in again


def test_a_company_without_any_contract_gives_place_to_another_aloud(world, client):
    client.force_login(world.people["head"])
    choose(client, world, "sister")
    end(world, "sister")

    first, again = page(client, "/orders/")[1], page(client, "/orders/")[1]

    assert f"закончился {ENDED}, другого у покупателя ООО «Монтаж-Сервис»" in first
    assert "Теперь вы покупаете для ООО «Электромонтаж-Юг»" in first
    assert "Теперь вы покупаете" not in again


def test_a_role_taken_away_is_told_of(world, client):
    client.force_login(world.people["head"])
    choose(client, world, "sister")
    Membership.objects.filter(counterparty=world.companies["sister"]).delete()

    text = page(client, "/orders/")[1]

    assert "Выбранный вами договор вам больше не доступен." in text


def test_a_default_company_without_a_contract_is_not_passed_over_in_silence(world, client):
    end(world, "own", "own_wholesale", "own_on_top")
    client.force_login(world.people["head"])

    first, again = page(client, "/catalogue/")[1], page(client, "/catalogue/")[1]

    assert "У покупателя ООО «Электромонтаж-Юг»" in first
    assert "Теперь вы покупаете для ООО «Монтаж-Сервис»" in first
    assert "Теперь вы покупаете" not in again


@pytest.mark.parametrize("with_scripts", [True, False])
def test_nothing_is_written_under_a_contract_that_the_person_was_not_told_of(
    world, client, with_scripts
):
    client.force_login(world.people["buyer"])
    choose(client, world, "own")
    end(world, "own")
    lamp = {"product": world.products["lamp"].pk, "quantity": 3, "next": "/catalogue/"}

    answer = client.post(reverse("basket:set"), lamp, **(HTMX if with_scripts else {}))

    assert basket_for(world.context()) is None
    if with_scripts:
        assert (answer.status_code, answer["HX-Refresh"]) == (409, "true")
    else:
        assert answer["Location"] == "/catalogue/"
    assert "Договор № 142/24 закончился" in page(client, "/catalogue/")[1]
    client.post(reverse("basket:set"), lamp)
    assert basket_for(world.context()).lines.count() == 1


def test_the_sign_in_notes_the_contract_it_begins_with(world, client):
    client.post(
        reverse("customer:login"), {"username": "buyer@buyers.example", "password": PASSWORD}
    )
    end(world, "own")

    text = page(client, "/orders/")[1]

    assert f"Договор № 142/24 закончился {ENDED}. Теперь вы покупаете по договору" in text

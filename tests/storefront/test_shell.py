"""Sign-in, the switches of the header, the profile."""

import re

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty
from b2b_apps.storefront.kept_shell import MARKS
from b2b_apps.storefront.shell import ShownPerson, ShownTrade
from tests.factories import PASSWORD


def sign_in(client, email, password, **more):
    return client.post(reverse("customer:login"), {"username": email, "password": password, **more})


def test_a_person_signs_in_by_e_mail_and_goes_where_he_was_going(world, client):
    response = sign_in(client, "buyer@buyers.example", PASSWORD, next="/orders/")

    assert response.status_code == 302
    assert response["Location"] == "/orders/"


def test_sign_in_never_leads_to_another_site(world, client):
    response = sign_in(client, "buyer@buyers.example", PASSWORD, next="https://evil.example/")

    assert response["Location"] == "/"


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(world, client):
    wrong = sign_in(client, "buyer@buyers.example", "no")
    unknown = sign_in(client, "nobody@buyers.example", "no")

    assert wrong.status_code == unknown.status_code == 200
    errors = [r.context["login_form"].non_field_errors() for r in (wrong, unknown)]
    assert errors[0] == errors[1] == ["Неверная почта или пароль."]


def test_a_guesser_is_stopped_after_ten_tries_the_right_password_included(world, client):
    for _try in range(10):
        sign_in(client, "buyer@buyers.example", "guess")

    response = sign_in(client, "buyer@buyers.example", PASSWORD)

    assert "Слишком много попыток" in response.content.decode()
    assert sign_in(client, "head@buyers.example", PASSWORD).status_code == 302


def test_the_header_names_the_company_and_the_contract(world, buyer):
    page = buyer.get(reverse("customer:profile-view")).content.decode()

    assert "ООО «Электромонтаж-Юг»" in page
    assert "Дог. № 142/24 · Дилерская · отсрочка 30 дн." in page
    assert "Ростов-на-Дону" in page


def test_switching_the_contract_lasts(world, buyer):
    wholesale = world.contracts["own_wholesale"]

    response = buyer.post(
        reverse("storefront:contract_switch"),
        {"contract": wholesale.pk, "next": reverse("customer:profile-view")},
    )

    page = buyer.get(response["Location"]).content.decode()
    assert "Дог. № 7-П/25 · Опт · предоплата" in page


@pytest.mark.parametrize("contract", ["stranger", "sister", "own_expired"])
def test_a_foreign_or_expired_contract_is_not_found(world, buyer, contract):
    response = buyer.post(
        reverse("storefront:contract_switch"), {"contract": world.contracts[contract].pk}
    )

    assert response.status_code == 404
    assert "contract_id" not in buyer.session


@pytest.mark.parametrize("wanted", ["", "x", "-1", "9" * 40, "1 or 1=1"])
def test_nonsense_for_a_contract_or_a_region_is_not_found(world, buyer, wanted):
    for name, field in (("contract_switch", "contract"), ("region_switch", "region")):
        assert buyer.post(reverse(f"storefront:{name}"), {field: wanted}).status_code == 404


def test_the_head_of_two_companies_switches_between_them(world, client):
    client.force_login(world.people["head"])

    client.post(reverse("storefront:contract_switch"), {"contract": world.contracts["sister"].pk})

    page = client.get(reverse("customer:profile-view")).content.decode()
    assert "ООО «Монтаж-Сервис»" in page


def test_the_sign_in_page_lists_no_accounts_outside_the_demo(world, client):
    assert "demo-1c" not in client.get(reverse("customer:login")).content.decode()


def test_a_get_does_not_sign_out(world, buyer):
    assert buyer.get(reverse("customer:logout")).status_code == 405
    assert "_auth_user_id" in buyer.session


def test_english_is_a_choice_and_not_a_guess_of_the_browsers_language(world, buyer):
    profile = reverse("customer:profile-view")

    page = buyer.get(profile, headers={"accept-language": "en"}).content.decode()
    assert "Компании и роли" in page

    buyer.post(reverse("set_language"), {"language": "en", "next": profile})
    assert "Companies and roles" in buyer.get(profile).content.decode()


def test_a_kept_header_has_the_token_and_the_address_of_each_request(world, buyer):
    colleague = Client()
    colleague.force_login(world.people["buyer"])
    tokens = set()

    for client, path in ((buyer, "/orders/?x=1&y=%22"), (colleague, "/search/?q=%3Ci%3E")):
        html = client.get(path).content.decode()

        (token,) = set(re.findall(r'csrfmiddlewaretoken" value="(\w+)"', html))
        tokens.add(token)
        assert f'name="next" value="{escape(path)}"' in html
        assert not any(mark in html for mark in MARKS.values())
    assert 'value="&lt;i&gt;"' in html
    assert len(tokens) == 2


def test_a_kept_header_shows_what_is_so_now(world, buyer):
    address = reverse("storefront:orders")
    assert "ООО «Электромонтаж-Юг»" in buyer.get(address).content.decode()

    with scopes_disabled():
        named = Counterparty.objects.filter(name__startswith="ООО «Электромонтаж-Юг»")
        named.update(name="ООО «Другое <имя>»")

    page = buyer.get(address).content.decode()
    assert "ООО «Электромонтаж-Юг»" not in page
    assert "ООО «Другое &lt;имя&gt;»" in page


def test_all_that_a_kept_part_shows_is_in_its_key():
    folder = settings.BASE_DIR / "templates/b2b/storefront/shell"
    for kind, shown in (("trade", ShownTrade), ("person", ShownPerson)):
        names = ("header", "contract_switch", "bottombar", "footer", "parts")
        text = "".join((folder / f"{name}.jinja").read_text() for name in names)
        used = set(re.findall(rf"\b{kind}\.(\w+)", text))

        assert used <= set(shown._fields)
        assert not re.search(r"\b(user|request|listing)\.", text)

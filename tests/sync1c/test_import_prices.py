"""Prices: in the currency of their list, per base unit and per pack."""

from decimal import Decimal

import pytest

from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, guid, offer, package, price


def in_currency(text: str, amount: str = "100") -> str:
    return price(amount).replace("<Валюта>RUB</Валюта>", f"<Валюта>{text}</Валюта>")


def unit(name: str, factor: str) -> str:
    return f"<Единица>{name}</Единица><Коэффициент>{factor}</Коэффициент>"


def rows() -> list[tuple[str, str]]:
    """(pack, amount) of all prices, plainly written."""
    found = Price.objects.order_by("pack_factor", "minimum_quantity")
    return [(f"{row.pack_factor.normalize():f}", str(row.amount)) for row in found]


def test_a_price_in_another_currency_than_its_list_is_told_and_not_taken(client_1c_a):
    body = file_of(package(offer(1, in_currency("USD")), offer(2, price("7"))))

    answer = client_1c_a.send("offers.xml", body)

    assert answer.startswith("success\n")
    assert [row.amount for row in Price.objects.all()] == [7]
    problem = ExchangeProblem.objects.get()
    assert (problem.code, problem.level, problem.external_id) == (
        "price_currency",
        "error",
        guid(1),
    )
    assert "100 USD" in problem.text
    assert "«Вид 901» ведётся в RUB" in problem.text


@pytest.mark.parametrize("text", ["руб", "руб.", "643", "RUB", "rub", ""])
def test_a_currency_is_understood_however_1c_words_it(client_1c_a, text):
    client_1c_a.send("offers.xml", file_of(package(offer(1, in_currency(text)))))

    assert Price.objects.get().amount == 100
    assert not ExchangeProblem.objects.exists()


@pytest.mark.parametrize(("text", "code"), [("USD", "USD"), ("978", "EUR"), ("евро", "EUR")])
def test_a_type_declared_in_a_currency_makes_a_list_in_it(client_1c_a, text, code):
    body = package(offer(1, price("100"))).replace(
        "<Валюта>RUB</Валюта>", f"<Валюта>{text}</Валюта>"
    )

    client_1c_a.send("offers.xml", file_of(body))

    assert PriceList.objects.get().currency == code
    assert Price.objects.get().amount == 100


def test_a_refused_price_is_taken_once_its_list_is_in_its_currency(client_1c_a):
    offers = package(offer(1, in_currency("USD")))
    client_1c_a.send("offers.xml", file_of(offers))

    client_1c_a.send("offers.xml", file_of(offers.replace("RUB", "USD")))

    assert Price.objects.get().price_list.currency == "USD"


def test_prices_of_packs_stand_beside_the_price_of_the_base_unit(client_1c_a):
    prices = (
        price("10"),
        price("54", more=unit("упак", "6")),
        price("480", more=unit("кор", "60")),
    )

    client_1c_a.send("offers.xml", file_of(package(offer(1, *prices))))

    assert rows() == [("0", "10.0000"), ("6", "9.0000"), ("60", "8.0000")]


def test_a_single_price_of_another_unit_is_a_base_price(client_1c_a):
    client_1c_a.send("offers.xml", file_of(package(offer(1, price("54", more=unit("упак", "6"))))))

    assert rows() == [("0", "9.0000")]


def test_without_a_price_of_the_base_unit_the_smallest_pack_gives_it(client_1c_a):
    prices = (price("480", more=unit("кор", "60")), price("54", more=unit("упак", "6")))

    client_1c_a.send("offers.xml", file_of(package(offer(1, *prices))))

    assert rows() == [("0", "9.0000"), ("60", "8.0000")]


def test_packs_of_one_type_are_no_packs_of_another(client_1c_a):
    prices = (price("10"), price("54", 902, more=unit("упак", "6")))

    client_1c_a.send("offers.xml", file_of(package(offer(1, *prices), types=(901, 902))))

    assert rows() == [("0", "10.0000"), ("0", "9.0000")]


def test_a_pack_price_that_is_sent_no_more_goes_away(client_1c_a):
    pack = price("54", more=unit("упак", "6"))
    client_1c_a.send("offers.xml", file_of(package(offer(1, price("10"), pack))))

    client_1c_a.send("offers.xml", file_of(package(offer(1, price("10")))))

    assert rows() == [("0", "10.0000")]


def test_tiers_of_a_pack_have_their_own_minimum(client_1c_a):
    tier = unit("упак", "6") + "<МинКоличество>120</МинКоличество>"
    prices = (price("10"), price("54", more=unit("упак", "6")), price("48", more=tier))

    client_1c_a.send("offers.xml", file_of(package(offer(1, *prices))))

    found = Price.objects.filter(pack_factor=6).order_by("minimum_quantity")
    assert [(row.minimum_quantity, row.amount) for row in found] == [
        (0, Decimal(9)),
        (120, Decimal(8)),
    ]


@pytest.mark.parametrize("more", [unit("кор", "99999999999999"), unit("кор", "0,0004")])
def test_an_absurd_pack_is_told_and_the_other_prices_stay(client_1c_a, more):
    client_1c_a.send("offers.xml", file_of(package(offer(1, price("10"), price("9", more=more)))))

    assert rows() == [("0", "10.0000")]
    assert ExchangeProblem.objects.get().code == "bad_price"


def test_a_minimum_below_zero_costs_that_price_alone(client_1c_a):
    bad = price("9", more="<МинКоличество>-5</МинКоличество>")

    client_1c_a.send("offers.xml", file_of(package(offer(1, price("10"), bad))))

    assert rows() == [("0", "10.0000")]
    assert "МинКоличество" in ExchangeProblem.objects.get().text

"""«Почему такая цена» in words: lists, rates and rules, those too that did not work."""

from django.urls import reverse

from b2b_apps.pricing.models import PriceList
from tests.pricing.making import add_list, add_rate, add_rule


def page_of(desk, staff, **query):
    contract = desk.world.contracts["own"].pk
    answer = staff.get(
        reverse("dashboard:price-why"), {"contract": contract, "product": "0012-LLE-A60", **query}
    )
    return " ".join(answer.content.decode().split())


def test_every_list_and_rule_is_told_with_its_reason(desk, staff):
    lamp = desk.world.products["lamp"]
    add_list(lamp, 55, name="Закупка", is_cost=True)
    PriceList.objects.filter(pk=desk.world.lists["dealer"].pk).update(currency="EUR")
    add_rate("EUR", 2, days_ago=12)
    add_rule(-3, name="Лампы дешевле", conditions=[("product", lamp.pk)])
    add_rule(-90, name="Распродажа", floor_percent=6)
    add_rule(-3, name="Только москвичам", conditions=[("region", 987654321)])
    add_rule(-3, name="По коду", promo_code="ОСЕНЬ26")

    page = page_of(desk, staff)

    for told in [
        "Дилерская", "вид цены; курс ЦБ EUR 2 от", "старше десяти дней", "Лампы дешевле",
        "упёрлось в порог от закупки", "не выполнено условие: регион",
        "действует с промокодом ОСЕНЬ26", "Закупочная цена: 55,00", "58,30",
    ]:  # fmt: skip
        assert told in page


def test_what_is_not_for_sale_is_said_to_be_so(desk, staff):
    add_rule(name="Снято", action="unavailable")

    page = page_of(desk, staff)

    assert "Цены нет: клиент видит «не продаётся»" in page

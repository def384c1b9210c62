"""The demo's rules of prices: written once, by the first of the staff."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command

from b2b_apps.pricing.models import PriceList, PriceRule, PriceThreshold

FILE = Path(__file__).parents[2] / "fixtures" / "prices.json"


@pytest.fixture
def house(world):
    """Staff, sections and price types that the file names."""
    get_user_model().objects.create(username="boss", email="boss@staff.example", is_staff=True)
    for name in ("Радиаторы", "Санфаянс"):
        apps.get_model("catalogue", "Category").add_root(name=name)
    for name in ("Мелкий опт", "Опт", "Крупный опт", "Закупочная"):
        PriceList.objects.get_or_create(name=name, kind=PriceList.Kind.PRICE_TYPE)


def test_rules_are_imported_and_again_change_nothing(house):
    for _time in range(2):
        call_command("price_rules_import", str(FILE))

    states = dict(PriceRule.objects.values_list("name", "state"))
    assert sorted(states.values()) == ["draft", "live", "live"]
    assert PriceThreshold.objects.count() == 2
    assert PriceList.objects.get(name="Закупочная").is_cost
    promo = PriceRule.objects.get(promo_code="ТЕПЛО")
    section = apps.get_model("catalogue", "Category").objects.get(name="Радиаторы")
    assert promo.conditions[0]["values"] == [section.pk]


def test_a_section_that_is_not_there_stops_the_import_whole(house):
    apps.get_model("catalogue", "Category").objects.get(name="Санфаянс").delete()

    with pytest.raises(CommandError, match="Санфаянс"):
        call_command("price_rules_import", str(FILE))

    assert not PriceRule.objects.exists()

"""The demo's assortment rules and labels: written once, by the first of the staff."""

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth import get_user_model
from django.core.management import CommandError, call_command
from django_scopes import scopes_disabled

from b2b_apps.assortment.models import AssortmentRule, Label
from b2b_apps.companies.models import Counterparty

FILE = Path(__file__).parents[2] / "fixtures" / "assortment.json"


@pytest.fixture
def house(world):
    """Staff, sections, clients and articles that the file names."""
    get_user_model().objects.create(username="boss", email="boss@staff.example", is_staff=True)
    for name in ("Сантехника", "Отопление", "Крепёж"):
        apps.get_model("catalogue", "Category").add_root(name=name)
    products = apps.get_model("catalogue", "Product").objects
    products.filter(pk=world.products["breaker"].pk).update(article="MVA20-1-016-C")
    products.filter(pk=world.products["cable"].pk).update(article="VVG3X25LS")
    with scopes_disabled():
        for number, name in enumerate(("ИП Мелконян Арсен Гагикович", "ООО «СтройРемТрест-9»")):
            Counterparty.objects.create(name=name, inn=f"770000000{number}")


def test_rules_and_labels_are_imported_and_again_change_nothing(house):
    for _time in range(2):
        call_command("assortment_import", str(FILE))

    rules = list(AssortmentRule.objects.order_by("pk").values_list("kind", "is_active"))
    assert rules == [("only", True), ("only", True), ("hide", False)]
    assert list(Label.objects.values_list("code", flat=True)) == ["new", "hit", "sale"]
    assert len(Label.objects.get(code="hit").conditions[0]["values"]) == 2


def test_a_client_that_is_not_there_stops_the_import_whole(house):
    with scopes_disabled():
        Counterparty.objects.filter(name__startswith="ИП Мелконян").delete()

    with pytest.raises(CommandError, match="Мелконян"):
        call_command("assortment_import", str(FILE))

    assert not AssortmentRule.objects.exists()

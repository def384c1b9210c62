"""What odd addresses tell of goods that are not the buyer's: nothing."""

import pytest
from django.urls import reverse

from b2b_apps.assortment.models import AssortmentRule
from search import current
from search.engines.base import EngineAwayError
from tests.storefront.goods import add_attribute, add_product


def hide(*conditions):
    stored = [{"kind": kind, "values": list(values)} for kind, *values in conditions]
    AssortmentRule.objects.create(name="Тайное", kind="hide", conditions=stored)


@pytest.fixture(params=["index", "database"])
def answering(request, search_index, monkeypatch):
    """Builds the index, or takes it away: pages have to say the same."""

    def build():
        search_index()
        if request.param == "database":

            def away():
                raise EngineAwayError

            monkeypatch.setattr(current, "live_index", away)

    return build


def test_an_attribute_of_hidden_goods_has_no_name(world, buyer, answering):
    for number in range(3):
        add_product(world, number)
    secret = add_attribute(world, "Тайный цоколь", {"lamp": "E27"})
    answering()
    address = {"all": "1", f"a_{secret.pk}": "E27"}
    assert "Тайный цоколь" in buyer.get(reverse("catalogue:index"), address).content.decode()
    hide(("product", world.products["lamp"].pk))

    page = buyer.get(reverse("catalogue:index"), address).content.decode()

    assert "Тайный цоколь" not in page

"""Many codes at once."""

import pytest
from django.apps import apps

from b2b_apps.assortment.models import AssortmentRule
from search.engines.base import EngineAwayError
from search.engines.embedded import EmbeddedEngine
from search.lookup import codes_found
from tests.search.index.making import add_parent, add_product, document_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def goods(world):
    goods = {key: world.products[key] for key in ("breaker", "cable", "lamp")}
    apps.get_model("catalogue", "Product").objects.filter(pk=goods["lamp"].pk).update(
        barcode="4607123450867", code_1c="00-00000123"
    )
    goods["lamp"].refresh_from_db()
    return goods


def engine_with(tmp_path, products):
    engine = EmbeddedEngine(tmp_path)
    engine.create("g")
    engine.write("g", [document_of(product) for product in products])
    engine.commit("g")
    engine.go_live("g")
    return engine


class AwayEngine:
    def ids(self, query, *, limit):
        raise EngineAwayError


def test_codes_are_found_however_they_were_typed(goods, tmp_path):
    engine = engine_with(tmp_path, goods.values())

    found = codes_found(
        ["mva20 1 016 c", "МВА20-1-016-С", "ввг3х25лс", " 4607 1234 50867", "0000000123",
         "nowhere", "", "()"],
        engine=engine,
    )  # fmt: skip

    assert found == {
        "mva20 1 016 c": [goods["breaker"].pk],
        "МВА20-1-016-С": [goods["breaker"].pk],
        "ввг3х25лс": [goods["cable"].pk],
        " 4607 1234 50867": [goods["lamp"].pk],
        "0000000123": [goods["lamp"].pk],
        "nowhere": [],
        "": [],
        "()": [],
    }


def test_the_exact_code_leaves_out_what_only_might_be_meant(world, goods, tmp_path):
    latin_b = add_product(world, article="KB-10", vat_rate=goods["lamp"].vat_rate)
    latin_v = add_product(world, article="KV-10", vat_rate=goods["lamp"].vat_rate)
    engine = engine_with(tmp_path, [latin_b, latin_v])

    found = codes_found(["KB-10", "KV-10", "КВ-10"], engine=engine)

    assert found == {
        "KB-10": [latin_b.pk],
        "KV-10": [latin_v.pk],
        "КВ-10": [latin_b.pk, latin_v.pk],
    }


def test_a_sku_is_found_by_its_own_code_and_a_parent_is_not_ordered(world, tmp_path):
    parent, (red, blue) = add_parent(world, "SKU-RED", "SKU-BLUE", article="SKU")
    engine = engine_with(tmp_path, [parent])

    found = codes_found(["skublue", "sku-red", "sku"], engine=engine)

    assert found == {"skublue": [blue.pk], "sku-red": [red.pk], "sku": []}


def test_without_an_engine_codes_are_found_as_they_are_written(goods):
    found = codes_found(["VVG3X25LS", "vvg3x25ls", "4607123450867"], engine=AwayEngine())

    assert found["VVG3X25LS"] == found["vvg3x25ls"] == [goods["cable"].pk]
    assert found["4607123450867"] == [goods["lamp"].pk]
    assert codes_found(["vvg3x25ls"], engine=AwayEngine()) == {"vvg3x25ls": []}


def test_a_thousand_codes_take_one_query(goods, tmp_path, django_assert_num_queries):
    engine = engine_with(tmp_path, goods.values())

    with django_assert_num_queries(1):
        found = codes_found([f"VVG{n}X25LS" for n in range(1000)], engine=engine)

    assert len(found) == 1000
    assert found["VVG3X25LS"] == [goods["cable"].pk]


def hide(product):
    conditions = [{"kind": "product", "values": [product.pk]}]
    AssortmentRule.objects.create(name="Тайное", kind="hide", conditions=conditions)


def test_a_product_that_is_not_seen_is_not_found(world, goods, tmp_path):
    engine = engine_with(tmp_path, goods.values())
    hide(goods["cable"])

    found = codes_found(["VVG3X25LS", "0012-LLE-A60"], context=world.context(), engine=engine)

    assert found == {"VVG3X25LS": [], "0012-LLE-A60": [goods["lamp"].pk]}
    assert codes_found(["VVG3X25LS"], engine=engine) == {"VVG3X25LS": [goods["cable"].pk]}


def test_a_product_that_is_not_seen_stands_in_nobodys_way(world, goods, tmp_path):
    """Else a code that is not found though it might be a seen product's tells of the hidden one."""
    vat_rate = goods["lamp"].vat_rate
    hidden = add_product(world, article="KB-10", vat_rate=vat_rate)
    seen = add_product(world, article="KV-10", vat_rate=vat_rate)
    engine = engine_with(tmp_path, [hidden, seen])
    assert codes_found(["KB-10"], context=world.context(), engine=engine) == {"KB-10": [hidden.pk]}
    hide(hidden)

    found = codes_found(["KB-10"], context=world.context(), engine=engine)

    assert found == {"KB-10": [seen.pk]}


def test_a_sku_of_a_heading_that_is_switched_off_is_not_found(world, tmp_path):
    parent, (red, _blue) = add_parent(world, "SKU-RED", "SKU-BLUE", article="SKU")
    engine = engine_with(tmp_path, [parent])
    assert codes_found(["sku-red"], engine=engine) == {"sku-red": [red.pk]}

    apps.get_model("catalogue", "Product").objects.filter(pk=parent.pk).update(is_public=False)

    assert codes_found(["sku-red"], engine=engine) == {"sku-red": []}

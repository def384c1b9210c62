"""Every real file goes in through HTTP, and its rows are those that stand in it."""

from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection as database

from b2b_apps.core.models import ExternalId
from b2b_apps.pricing.models import Price
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.real_files import FILES, found, ids, tree_of

pytestmark = pytest.mark.skipif(not FILES, reason="the collection of real files is not here")
KINDS = {
    "group": [("Группы", "Группа")],
    "product": [("Каталог", "Товары", "Товар")],
    "offer": [("Предложения", "Предложение")],
    "price_type": [("ТипыЦен", "ТипЦены")],
    "warehouse": [("ПакетПредложений", "Склады", "Склад"), ("Классификатор", "Склады", "Склад")],
    "counterparty": [("КоммерческаяИнформация", "Контрагенты", "Контрагент")],
}
TABLES = [
    "catalogue_product",
    "catalogue_category",
    "catalogue_productcategory",
    "catalogue_productattribute",
    "catalogue_productattributevalue",
    "catalogue_attributeoption",
    "catalogue_productunit",
    "catalogue_productimage",
    "partner_partner",
    "partner_stockrecord",
    "pricing_price",
    "pricing_pricelist",
    "companies_counterparty",
    "core_externalid",
]


def digest() -> dict[str, str]:
    """Content of every table that an import writes, with the transactions that last wrote it."""
    found = {}
    with database.cursor() as cursor:
        for table in TABLES:
            cursor.execute(
                f"SELECT md5(coalesce(string_agg(t::text || t.xmin::text, '|' ORDER BY t.id), ''))"
                f" FROM {table} t"
            )
            (found[table],) = cursor.fetchone()
    return found


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_a_real_file_gives_the_rows_that_stand_in_it(client_1c_a, path):
    if "xsd" in path.name.lower():
        pytest.skip("a schema, not a file of an exchange")
    root = tree_of(path)

    answer = client_1c_a.send(f"import{FILES.index(path)}_1.xml", path.read_bytes())

    assert answer.startswith("success"), answer
    counts = client_1c_a.session().files.get().counts
    for kind, places in KINDS.items():
        expected = sum((ids(root, *place) for place in places), start=ids(root, "нет"))
        read = counts.get(kind, {"read": 0, "failed": 0})
        assert read["read"] - read["failed"] == expected.total(), kind
    assert apps.get_model("catalogue", "Category").find_problems() == ([], [], [], [], [])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem[:60])
def test_a_real_file_imported_again_writes_nothing(client_1c_a, path):
    if "xsd" in path.name.lower():
        pytest.skip("a schema, not a file of an exchange")
    client_1c_a.send("import0_1.xml", path.read_bytes())
    before = digest()

    answer = client_1c_a.send("import0_1.xml", path.read_bytes())

    assert answer.startswith("success"), answer
    assert digest() == before
    session = client_1c_a.session()
    assert (session.created, session.changed) == (0, 0)


def alive(goods: Path) -> set[str]:
    """GUIDs of the goods of a file that are not marked as deleted."""
    return {
        "".join(row.xpath("*[local-name()='Ид']/text()")).partition("#")[0]
        for row in found(tree_of(goods), "Каталог", "Товары", "Товар")
        if row.get("Статус") != "Удален"
    }


def test_goods_and_offers_of_one_base_meet(client_1c_a):
    goods = next(p for p in FILES if p.name.endswith("data_import0_1.xml"))
    offers = next(p for p in FILES if p.name.endswith("data_offers0_1.xml"))

    client_1c_a.send("import0_1.xml", goods.read_bytes())
    client_1c_a.send("offers0_1.xml", offers.read_bytes())

    names = alive(goods)
    known = ExternalId.objects.filter(kind="product", external_id__in=names)
    public = apps.get_model("catalogue", "Product").objects.filter(is_public=True)
    assert public.filter(pk__in=known.values("object_id")).count() == len(names)
    assert Price.objects.count() == sum(
        1
        for element in tree_of(offers).iter("{*}ЦенаЗаЕдиницу")
        if float(element.text.replace(",", ".")) > 0
    )
    assert not ExchangeProblem.objects.filter(level="error").exists()


def test_offers_before_goods_come_to_the_same(client_1c_a):
    goods = next(p for p in FILES if p.name.endswith("data_import0_1.xml"))
    offers = next(p for p in FILES if p.name.endswith("data_offers0_1.xml"))

    client_1c_a.send("offers0_1.xml", offers.read_bytes())
    hidden = apps.get_model("catalogue", "Product").objects.filter(parent=None, is_public=False)
    num_hidden = hidden.count()
    client_1c_a.send("import0_1.xml", goods.read_bytes())

    names = alive(goods)
    offered = {
        name.partition("#")[0] for name in ids(tree_of(offers), "Предложения", "Предложение")
    }
    assert num_hidden == len(offered)
    assert hidden.count() == len(offered - names)

"""The reader and real files: every object of them, counted apart."""

from collections import Counter

import pytest
from lxml import etree

from b2b_apps.sync1c.commerceml.records import (
    CounterpartyRecord,
    DocumentRecord,
    GroupRecord,
    OfferRecord,
    PriceTypeRecord,
    ProductRecord,
    PropertyRecord,
    UnitRecord,
    WarehouseRecord,
)
from tests.sync1c.reading import records_of
from tests.sync1c.real_files import FILES, tree_of

# What to count in a tree, apart from the reader: the last step is the object.
PLACES = {
    GroupRecord: "//*[local-name()='Группы']/*[local-name()='Группа']",
    PropertyRecord: "//*[local-name()='Свойства']/*[local-name()='Свойство']",
    PriceTypeRecord: "//*[local-name()='ТипыЦен']/*[local-name()='ТипЦены']",
    WarehouseRecord: "//*[local-name()='Классификатор' or local-name()='ПакетПредложений']"
    "/*[local-name()='Склады']/*[local-name()='Склад']",
    UnitRecord: "//*[local-name()='ЕдиницыИзмерения']/*[local-name()='ЕдиницаИзмерения']",
    ProductRecord: "//*[local-name()='Каталог']/*[local-name()='Товары']/*[local-name()='Товар']",
    OfferRecord: "//*[local-name()='Предложения']/*[local-name()='Предложение']",
    CounterpartyRecord: "/*/*[local-name()='Контрагенты']/*[local-name()='Контрагент']",
    DocumentRecord: "//*[local-name()='Документ']",
}


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_every_real_file_is_read_whole(path):
    root = tree_of(path)
    expected = {kind.__name__: len(root.xpath(place)) for kind, place in PLACES.items()}

    found = records_of(path)

    counted = Counter(type(record).__name__ for record in found)
    assert {name: counted[name] for name in expected} == expected
    assert counted["BadRecord"] == 0


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
@pytest.mark.parametrize("path", FILES, ids=lambda p: p.name)
def test_prices_balances_pictures_and_lines_of_real_files_are_all_there(path):
    root = tree_of(path)

    def number(place: str) -> int:
        return len(root.xpath(place))

    found = records_of(path)

    of_offers = [r for r in found if isinstance(r, OfferRecord)]
    of_goods = [r for r in found if isinstance(r, ProductRecord)]
    documents = [r for r in found if isinstance(r, DocumentRecord)]
    assert sum(len(r.prices or ()) for r in of_offers) == number(
        "//*[local-name()='Предложение']/*[local-name()='Цены']/*[local-name()='Цена']"
    )
    assert sum(len(r.balances or ()) for r in of_offers) == number(
        "//*[local-name()='Предложение']/*[local-name()='Склад' or local-name()='Склады']"
        "[@ИдСклада] | //*[local-name()='Остатки']/*[local-name()='Остаток']"
    )
    assert sum(len(r.pictures) for r in of_goods) == number(
        "//*[local-name()='Каталог']//*[local-name()='Картинка'][normalize-space()]"
    )
    assert sum(len(r.lines) for r in documents) == number(
        "//*[local-name()='Документ']/*[local-name()='Товары']/*[local-name()='Товар']"
    )


@pytest.mark.skipif(not FILES, reason="real files are not beside the project")
def test_groups_of_real_files_hang_on_the_groups_around_them():
    for path in FILES:
        expected = {}
        for element in tree_of(path).xpath(PLACES[GroupRecord]):
            around = element.getparent().getparent()
            name = etree.QName(around).localname
            parent = around.xpath("string(*[local-name()='Ид'])") if name == "Группа" else ""
            expected[element.xpath("string(*[local-name()='Ид'])")] = parent

        found = records_of(path, GroupRecord)

        assert {group.external_id: group.parent_id for group in found} == expected
        told = set()
        for group in found:
            assert not group.parent_id or group.parent_id in told
            told.add(group.external_id)

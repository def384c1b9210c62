"""The main job on real files: a catalogue of 1C in, a right order out, its steps back.

The catalogues are those of a 1C base; only the buyer's company and contract are written here,
because none of the collections has them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import pytest
from django.apps import apps
from lxml import etree

from b2b_apps.companies.models import Counterparty
from b2b_apps.core.models import ExternalId
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.finance.models import Payment
from b2b_apps.fulfilment.models import Shipment
from tests.sync1c.buying import Buyer, buyer_of
from tests.sync1c.files import file_of, guid
from tests.sync1c.orders import waiting
from tests.sync1c.real_files import FILES, found, tree_of

pytestmark = pytest.mark.skipif(not FILES, reason="the collection of real files is not here")
COMPANY, CONTRACT, SUPPLIER = guid(10), guid(13), guid(1)


@dataclass(frozen=True)
class Deal:
    """A catalogue of a real base, and what is bought of it; numbers as they stand in the files."""

    files: Sequence[str]
    good: str
    price_type: str
    price: str
    warehouse: str
    stock: str
    unit: tuple[str, str]
    vat: str
    version: str = ""
    quantity: int = 2

    @property
    def amount(self) -> str:
        return f"{Decimal(self.price) * self.quantity:.2f}"


DEALS = {
    "characteristics": Deal(
        files=["carono+php-commerceml__tests_xml_import.xml",
               "carono+php-commerceml__tests_xml_offers.xml"],
        good="bd72d910-55bc-11d9-848a-00112f43529a#90c55447-d3a8-11e4-9423-e0cb4ed5eed4",
        price_type="bb14a3a4-6b17-11e0-9819-e0cb4ed5eed4", price="1719",
        warehouse="b6112590-41ba-11dd-ac9d-0015e9b8c48d", stock="20",
        unit=("715", "пар"), vat="Без НДС",
    ),
    "plain": Deal(
        files=["dobromyslov+commerceml-parser__data_import0_1.xml",
               "dobromyslov+commerceml-parser__data_offers0_1.xml"],
        good="bd8c4e15-18f9-11e7-80c2-0cc47ab29cd1",
        price_type="279b6812-740b-11e8-80c8-0cc47ab29cd1", price="100",
        warehouse="dd306af1-19c9-11e7-80c2-0cc47ab29cd1", stock="376",
        unit=("796", "шт"), vat="20", quantity=3,
    ),
    "package": Deal(
        files=["wagood+commerceml__example_commerce-ml3_import___57c55968-51d1-46f0-b5d7-927f420b8fd4.xml",
               "wagood+commerceml__example_commerce-ml3_import___5335d080-66b0-4355-887c-d54bba6f1f08.xml",
               "wagood+commerceml__example_commerce-ml3_offers___13955e2c-c7d0-4189-8db7-9bc863cde645.xml",
               "wagood+commerceml__example_commerce-ml3_prices___478f43af-4dba-47c9-b3fa-d9737c14a30f.xml",
               "wagood+commerceml__example_commerce-ml3_rests___9ebdccc5-f70a-43db-8c03-0103301aad32.xml"],
        good="b9006815-7dde-11e8-80cb-70106fc831cf#ca3fa92c-8662-11e8-80cb-70106fc831cf",
        price_type="df3ab54d-8718-11e7-afd4-1c872c77ed7c", price="11660",
        warehouse="", stock="2", unit=("796", "шт"), vat="20", version="3.1", quantity=1,
    ),
}  # fmt: skip


def company_of(deal: Deal) -> bytes:
    """The supplier, and a buyer with a contract at a price type of the real catalogue."""
    supplier = (
        f"<Классификатор><Ид>k</Ид><Наименование>k</Наименование><Организации><Организация>"
        f"<Ид>{SUPPLIER}</Ид><Наименование>ООО «Стройснаб»</Наименование><ИНН>7707083893</ИНН>"
        "<КПП>770701001</КПП><РасчетныйСчет><НомерСчета>40702810138250123017</НомерСчета><Банк>"
        "<Наименование>АО «Донбанк»</Наименование><БИК>044525225</БИК><СчетКорреспондентский>"
        "30101810400000000225</СчетКорреспондентский></Банк></РасчетныйСчет></Организация>"
        "</Организации></Классификатор>"
    )
    buyer = (
        f"<Контрагенты><Контрагент><Ид>{COMPANY}</Ид><Наименование>Электромонтаж-Юг</Наименование>"
        "<ОфициальноеНаименование>ООО «Электромонтаж-Юг»</ОфициальноеНаименование>"
        "<ИНН>6164999992</ИНН><КПП>616401001</КПП><Грузополучатели><Грузополучатель>"
        f"<Ид>{guid(12)}</Ид><Наименование>Склад ЭМ</Наименование><Адрес>Доватора, 158</Адрес>"
        f"</Грузополучатель></Грузополучатели><Договоры><Договор><Ид>{CONTRACT}</Ид>"
        "<Номер>142/24</Номер><Дата>2024-01-12</Дата>"
        f"<Организация><Ид>{SUPPLIER}</Ид></Организация>"
        f"<ИдТипаЦены>{deal.price_type}</ИдТипаЦены><Валюта>руб</Валюта><НДС>ВСумме</НДС>"
        "<Оплата>Предоплата</Оплата></Договор></Договоры></Контрагент></Контрагенты>"
    )
    return file_of(supplier + buyer)


def body_of(name: str) -> bytes:
    return next(path for path in FILES if path.name == name).read_bytes()


def send_catalogue(client: Any, deal: Deal) -> None:
    """The standard client opens a session per file; the package one sends all in one."""
    parts = {f"file{place}.xml": body_of(name) for place, name in enumerate(deal.files)}
    parts["contragents.xml"] = company_of(deal)
    if not deal.version:
        for name, body in parts.items():
            assert client.send(name, body).startswith("success")
        return
    assert f"version={deal.version}" in client.begin(version=deal.version)
    for name, body in parts.items():
        # In two pieces, as a file above the limit comes.
        for piece in (body[:700], body[700:]):
            assert client.call("catalog", "file", piece, filename=name) == "success"
    for name in parts:
        assert client.call("catalog", "import", filename=name).startswith("success")
    assert client.call("catalog", "complete") == "success"


def row_of(kind: str, name: str) -> Any:
    """What a GUID of 1C stands for here."""
    model = {"product": ("catalogue", "Product"), "warehouse": ("partner", "Partner")}[kind]
    pk = ExternalId.objects.get(kind=kind, external_id=name).object_id
    return apps.get_model(*model).objects.get(pk=pk)


def asked_orders(client: Any, deal: Deal) -> etree._Element:
    if deal.version:
        client.begin("sale", version=deal.version)
    else:
        # The standard client asks right after it signed in.
        client.cookie = ""
        lines = client.call("sale", "checkauth").split("\n")
        client.cookie = f"{lines[1]}={lines[2]}"
    return etree.fromstring(client.raw("sale", "query").content)


def value(element: etree._Element, *path: str) -> str:
    (row,) = found(element, *path)
    return row.text


def requisites(document: etree._Element) -> dict[str, str]:
    rows = document.findall("ЗначенияРеквизитов/ЗначениеРеквизита")
    return {row.findtext("Наименование"): row.findtext("Значение") for row in rows}


def told_by_1c(order: Any, deal: Deal) -> bytes:
    """What 1C says of the order later: the document of a real base with our number and sum."""
    (path,) = (p for p in FILES if p.name.endswith("fixtures_documents-example.xml"))
    root = tree_of(path)
    document, other = found(root, "Документ")
    root.remove(other)
    for name, text in (("Ид", f"1c-{order.number}"), ("Номер", order.number),
                       ("Сумма", deal.amount)):  # fmt: skip
        document.find(f"{{*}}{name}").text = text
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)


@pytest.fixture
def deal(request) -> Deal:
    return DEALS[request.param]


@pytest.mark.parametrize("deal", DEALS, indirect=True)
def test_a_real_catalogue_is_bought_from_and_1c_gets_the_order(client_1c_a, deal):
    send_catalogue(client_1c_a, deal)
    buyer = buyer_of(Counterparty.objects.get())
    product = row_of("product", deal.good)

    order = _bought(buyer, product, deal)

    root = asked_orders(client_1c_a, deal)
    _is_right(root, order, deal)
    assert waiting() == [order.pk]
    assert client_1c_a.call("sale", "success") == "success"
    assert waiting() == []
    assert not found(asked_orders(client_1c_a, deal), "Документ")

    assert client_1c_a.send("orders-1.xml", told_by_1c(order, deal), "sale").startswith("success")
    _came_back(buyer, order, deal)


def _bought(buyer: Buyer, product: Any, deal: Deal) -> Any:
    """See price and stock, order, and get the invoice."""
    owner = product.parent or product
    card = buyer.words(owner.get_absolute_url())
    price = f"{int(deal.price):,}".replace(",", " ")
    assert owner.title in card
    assert f"{price},00" in card
    assert deal.stock in card
    assert owner.title in buyer.words("/search/", q=owner.article)
    category = owner.categories.get()
    if category.is_public:
        assert owner.title in buyer.words(category.get_absolute_url(), size="96")
    buyer.take(product, deal.quantity)
    assert product.title in buyer.words("/basket/")
    order = buyer.order()
    assert order.total_incl_tax == Decimal(deal.amount)
    outbox_deliver()
    page = buyer.words(f"/checkout/thank-you/{order.number}/")
    assert order.number in page
    document = apps.get_model("documents", "Document").objects.get(order=order)
    invoice = buyer.client.get(f"/documents/{document.uid}/")
    assert b"".join(invoice).startswith(b"%PDF")
    return order


def _is_right(root: etree._Element, order: Any, deal: Deal) -> None:
    (document,) = found(root, "Документ")
    assert bool(found(root, "Контейнер")) == bool(deal.version)
    assert value(document, "Документ", "Номер") == order.number
    assert value(document, "Контрагенты", "Контрагент", "Ид") == COMPANY
    told = requisites(document)
    assert (told["ИдДоговора"], told["ИдТипаЦены"]) == (CONTRACT, deal.price_type)
    # Stock without a warehouse is ordered from none.
    assert told.get("ИдСклада", "") == deal.warehouse
    assert ("Склад" in told) == bool(deal.warehouse)
    line = document.find("Товары/Товар")
    unit = line.find("БазоваяЕдиница")
    rate = line.findtext("СтавкиНалогов/СтавкаНалога/Ставка")
    assert line.findtext("Ид") == deal.good
    assert line.findtext("ЦенаЗаЕдиницу") == f"{Decimal(deal.price):.2f}"
    assert line.findtext("Количество") == str(deal.quantity)
    assert line.findtext("Сумма") == document.findtext("Сумма") == deal.amount
    assert (unit.get("Код"), unit.text) == deal.unit
    assert (rate, line.findtext("Налоги/Налог/УчтеноВСумме")) == (deal.vat, "true")
    vat = Decimal(deal.vat) if deal.vat.isdecimal() else Decimal(0)
    inside = (Decimal(deal.amount) * vat / (100 + vat)).quantize(Decimal("0.01"))
    assert line.findtext("Налоги/Налог/Сумма") == f"{inside:.2f}"
    assert document.findtext("Налоги/Налог/Ставка") == deal.vat


def _came_back(buyer: Buyer, order: Any, deal: Deal) -> None:
    order.refresh_from_db()
    assert order.status == "completed"
    shipment = Shipment.objects.get(order=order)
    assert (shipment.order_number_1c, shipment.waybill_number_1c) == ("ТДЦУ-000001", "ТДЦУ-000003")
    payment = Payment.objects.get()
    assert (payment.number_1c, payment.amount) == ("ТДЦУ-000001", Decimal(deal.amount))
    page = buyer.words(f"/orders/{order.number}/")
    assert "ТДЦУ-000003" in page
    assert "Отгружена" in page

"""A tiny infobase of the simulated 1C, and orders that a site sends to it."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from b2b_apps.sync1c.commerceml.outgoing import (
    OutgoingLine,
    OutgoingOrder,
    OutgoingParty,
    OutgoingWarehouse,
)

BOLT, PAINT = "nom-bolt", "nom-paint#char-red"
NOW = datetime(2026, 3, 2, 10, 15, tzinfo=UTC)

GOODS = """<КоммерческаяИнформация ВерсияСхемы="2.07">
<Каталог СодержитТолькоИзменения="false"><Товары>
<Товар><Ид>nom-bolt</Ид><Наименование>Болт</Наименование>
 <Картинка>import_files/bolt.png</Картинка><Картинка>import_files/lost.png</Картинка></Товар>
<Товар><Ид>nom-paint</Ид><Наименование>Краска</Наименование>
 <Картинка>import_files/bolt.png</Картинка></Товар>
</Товары></Каталог></КоммерческаяИнформация>"""
OFFERS = """<КоммерческаяИнформация ВерсияСхемы="2.07"><ПакетПредложений>
<Склады><Склад><Ид>store-1</Ид><Наименование>Север</Наименование></Склад>
<Склад><Ид>store-2</Ид><Наименование>Юг</Наименование></Склад></Склады>
<Предложения>
<Предложение><Ид>nom-bolt</Ид><Наименование>Болт</Наименование><Количество>130</Количество>
 <Склад ИдСклада="store-1" КоличествоНаСкладе="100"/>
 <Склад ИдСклада="store-2" КоличествоНаСкладе="30"/></Предложение>
<Предложение><Ид>nom-paint#char-red</Ид><Наименование>Краска (красная)</Наименование>
 <Количество>5</Количество><Склад ИдСклада="store-1" КоличествоНаСкладе="5"/></Предложение>
</Предложения></ПакетПредложений></КоммерческаяИнформация>"""
PARTIES = """<КоммерческаяИнформация ВерсияСхемы="2.07"><Контрагенты>
<Контрагент><Ид>party-1</Ид><Наименование>Ромашка</Наименование><ИНН>7700000000</ИНН>
<Договоры><Договор><Ид>contract-1</Ид><Номер>142/24</Номер></Договор></Договоры></Контрагент>
</Контрагенты></КоммерческаяИнформация>"""


def infobase_folder(root: Path) -> Path:
    """Write the base's files and return its folder."""
    folder = root / "1c"
    (folder / "catalogue").mkdir(parents=True)
    (folder / "import_files").mkdir()
    (folder / "import_files" / "bolt.png").write_bytes(b"\x89PNG bolt")
    files = {"10_import0_1.xml": GOODS, "20_offers0_1.xml": OFFERS, "30_parties.xml": PARTIES}
    for name, text in files.items():
        (folder / "catalogue" / name).write_text(text)
    return folder


def line_of(
    product_id: str = BOLT, quantity: str = "12", price: str = "10", **more
) -> OutgoingLine:
    """A line whose sum is price times quantity."""
    amount = Decimal(quantity) * Decimal(price)
    values = {"name": "Товар", "vat_label": "22", "vat_amount": Decimal("1"), **more}
    return OutgoingLine(
        product_id=product_id, price=Decimal(price), quantity=Decimal(quantity),
        amount=values.pop("amount", amount), unit_code="796", unit_name="шт", **values,
    )  # fmt: skip


def order_of(number: str = "26-000001", *lines: OutgoingLine, **more) -> OutgoingOrder:
    """An order that 1C takes, unless ``more`` spoils it."""
    lines = lines or (line_of(),)
    party = OutgoingParty(
        id=more.pop("party_id", "party-1"), name="Ромашка", official_name="ООО «Ромашка»",
        inn=more.pop("inn", "7700000000"),
    )  # fmt: skip
    contract, store = more.pop("contract", "contract-1"), more.pop("store", "store-1")
    cancelled = more.pop("cancelled", "false")
    values = {
        "id": f"id-{number}", "number": number, "placed_at": NOW, "currency": "RUB",
        "amount": sum((line.amount for line in lines), Decimal(0)), "vat_included": True,
        "party": party, "lines": lines,
        "warehouse": OutgoingWarehouse(store, "Север", "Москва", "+7 495 000-00-00"),
        "requisites": (("ИдДоговора", contract), ("ИдСклада", store), ("Отменен", cancelled)),
    }  # fmt: skip
    return OutgoingOrder(**{**values, **more})

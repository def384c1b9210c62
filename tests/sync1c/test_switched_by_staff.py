"""What staff switched off stays off whatever 1C sends, until staff undo it."""

import pytest
from django.apps import apps

from b2b_apps.companies.models import Counterparty, Organization
from b2b_apps.contracts.models import Contract
from b2b_apps.core.models import ExternalId
from b2b_apps.pricing.models import PriceList
from tests.sync1c.files import file_of, good, goods, guid, offer, package, price, stock


def product_of(name: str = guid(1)):
    pk = ExternalId.objects.get(kind="product", external_id=name).object_id
    return apps.get_model("catalogue", "Product").objects.get(pk=pk)


def hide(row) -> None:
    """As the form of the staff does."""
    column = "is_public" if hasattr(row, "is_public") else "is_active"
    type(row).objects.filter(pk=row.pk).update(is_off_by_staff=True, **{column: False})


def show(row) -> None:
    row.refresh_from_db()
    column = "is_public" if hasattr(row, "is_public") else "is_active"
    is_on = not row.is_off_by_1c
    type(row).objects.filter(pk=row.pk).update(is_off_by_staff=False, **{column: is_on})


def state(row) -> tuple[bool, bool, bool]:
    """On, off by staff, off by 1C."""
    row.refresh_from_db()
    is_on = row.is_public if hasattr(row, "is_public") else row.is_active
    return is_on, row.is_off_by_staff, row.is_off_by_1c


def deleted(name: str) -> str:
    return f'<Товар Статус="Удален"><Ид>{guid(1)}</Ид><Наименование>{name}</Наименование></Товар>'


def test_a_hidden_product_stays_hidden_when_1c_changes_it(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    hide(product := product_of())

    client_1c_a.send("import.xml", file_of(goods(good(1, "Автомат новый"))))

    assert state(product) == (False, True, False)
    assert product.title == "Автомат новый"
    show(product)
    assert state(product) == (True, False, False)


def test_a_product_that_1c_deleted_meanwhile_does_not_come_back_with_the_staffs_undo(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    hide(product := product_of())

    client_1c_a.send("import.xml", file_of(goods(deleted("Автомат"))))
    show(product)

    assert state(product) == (False, False, True)
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    assert state(product) == (True, False, False)


def test_a_hidden_characteristic_stays_hidden_when_its_offer_changes(client_1c_a):
    name = f"{guid(1)}#{guid(2)}"
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    client_1c_a.send("offers.xml", file_of(package(offer(name, price("5"), name="Автомат (1)"))))
    hide(child := product_of(name))

    client_1c_a.send("offers.xml", file_of(package(offer(name, price("5"), name="Автомат (2)"))))

    assert state(child) == (False, True, False)
    assert state(product_of()) == (True, False, False)


def test_a_product_known_only_by_its_characteristics_stays_hidden(client_1c_a):
    name = f"{guid(1)}#{guid(2)}"
    client_1c_a.send("import.xml", file_of(goods(good(name, "Автомат (1)"))))
    assert state(product_of()) == (True, False, False)
    hide(parent := product_of())

    client_1c_a.send("import.xml", file_of(goods(good(name, "Автомат (2)"))))

    assert state(parent) == (False, True, False)


def test_a_placeholder_is_off_by_1c_until_its_good_comes(client_1c_a):
    client_1c_a.send("offers.xml", file_of(package(offer(1, price("5")))))
    assert state(product_of()) == (False, False, True)
    hide(product := product_of())

    client_1c_a.send("import.xml", file_of(goods(good(1))))

    assert state(product) == (False, True, False)


def test_a_full_exchange_that_leaves_a_hidden_product_out_marks_it_too(client_1c_a):
    rows = [good(number) for number in range(1, 11)]
    client_1c_a.send("import.xml", file_of(goods(*rows)))
    hide(product := product_of())

    client_1c_a.begin()
    client_1c_a.call("catalog", "file", file_of(goods(*rows[1:])), filename="import.xml")
    client_1c_a.call("catalog", "import", filename="import.xml")
    assert client_1c_a.call("catalog", "deactivate").startswith("success")

    assert state(product) == (False, True, True)


def warehouse_file(name: str, mark: str = "") -> bytes:
    more = f"<ПометкаУдаления>{mark}</ПометкаУдаления>" if mark else ""
    return file_of(
        "<Классификатор><Ид>k</Ид><Наименование>k</Наименование><Склады><Склад>"
        f"<Ид>{guid(801)}</Ид><Наименование>{name}</Наименование>{more}</Склад></Склады>"
        "</Классификатор>"
    )


def test_a_warehouse_switched_off_stays_off(client_1c_a):
    client_1c_a.send("storages.xml", warehouse_file("Юг"))
    warehouse = apps.get_model("partner", "Partner").objects.get()
    hide(warehouse)

    client_1c_a.send("storages.xml", warehouse_file("Север", "false"))

    assert state(warehouse) == (False, True, False)
    assert warehouse.name == "Север"
    client_1c_a.send("storages.xml", warehouse_file("Север", "true"))
    show(warehouse)
    assert state(warehouse) == (False, False, True)


def test_an_unknown_warehouse_switched_off_stays_off_when_it_comes(client_1c_a):
    body = package(offer(1, price("5"), inside=stock(w801="3")))
    client_1c_a.send("offers.xml", file_of(body))
    warehouse = apps.get_model("partner", "Partner").objects.get()
    assert state(warehouse) == (False, False, True)
    hide(warehouse)

    client_1c_a.send("storages.xml", warehouse_file("Юг"))

    assert state(warehouse) == (False, True, False)


def company(name: str, mark: str = "false") -> bytes:
    return file_of(
        f"<Контрагенты><Контрагент><Ид>{guid(10)}</Ид><Наименование>{name}</Наименование>"
        f"<ПометкаУдаления>{mark}</ПометкаУдаления></Контрагент></Контрагенты>"
    )


@pytest.mark.parametrize(("mark", "after"), [("false", (True, False, False)),
                                            ("true", (False, False, True))])  # fmt: skip
def test_a_counterparty_switched_off_stays_off_until_staff_undo_it(client_1c_a, mark, after):
    client_1c_a.send("contragents.xml", company("Ромашка"))
    client = Counterparty.objects.get()
    hide(client)

    client_1c_a.send("contragents.xml", company("Ромашка и К", mark))

    assert state(client) == (False, True, mark == "true")
    assert client.name == "Ромашка и К"
    show(client)
    assert state(client) == after


def agreement(name: str, mark: str = "false", kind_mark: str = "false") -> tuple[bytes, bytes]:
    """Files of a price type and of a company with a contract under it."""
    prices = file_of(
        f"<Классификатор><Ид>k</Ид><Наименование>k</Наименование><ТипыЦен><ТипЦены>"
        f"<Ид>{guid(700)}</Ид><Наименование>{name}</Наименование><Валюта>RUB</Валюта>"
        f"<ПометкаУдаления>{kind_mark}</ПометкаУдаления></ТипЦены></ТипыЦен></Классификатор>"
    )
    companies = file_of(
        f"<Контрагенты><Контрагент><Ид>{guid(10)}</Ид><Наименование>{name}</Наименование>"
        f"<Договоры><Договор><Ид>{guid(600)}</Ид><Номер>{name}</Номер>"
        f"<ИдТипаЦены>{guid(700)}</ИдТипаЦены><ПометкаУдаления>{mark}</ПометкаУдаления>"
        f"</Договор></Договоры></Контрагент></Контрагенты>"
    )
    return prices, companies


@pytest.mark.parametrize(("mark", "after"), [("false", (True, False, False)),
                                            ("true", (False, False, True))])  # fmt: skip
def test_a_contract_and_a_price_list_switched_off_stay_off(client_1c_a, mark, after):
    Organization.objects.create(name="Юг")
    for name, body in zip(("prices.xml", "contragents.xml"), agreement("А-1"), strict=True):
        client_1c_a.send(name, body)
    contract, price_list = Contract.objects.get(), PriceList.objects.get()
    hide(contract)
    hide(price_list)

    changed = agreement("А-2", mark, mark)
    for name, body in zip(("prices.xml", "contragents.xml"), changed, strict=True):
        client_1c_a.send(name, body)

    for row in (contract, price_list):
        assert state(row) == (False, True, mark == "true")
    assert (contract.number, price_list.name) == ("А-2", "А-2")
    for row in (contract, price_list):
        show(row)
        assert state(row) == after

"""Directories: what a file does not speak of stays, and two files may speak of one thing."""

import pytest
from django.apps import apps

from b2b_apps.companies.models import Organization
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.models import PriceList
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, good, goods, guid, offer, package, price
from tests.sync1c.test_import_counterparties import REFERENCES
from tests.sync1c.test_import_real_files import digest


def warehouse():
    return apps.get_model("partner", "Partner").objects.get()


# What a package of offers of the standard client says: ids, names, currencies.
BARE = file_of(
    package(offer(1, price("5", 3)), types=(3, 4), warehouses=(5,))
    .replace("Вид 3", "Дилерская")
    .replace("Вид 4", "Договор 142/24")
    .replace("Склад 5", "Ростов, склад")
)
FULL = file_of(
    REFERENCES.replace("<Розничный>", "").replace(
        "<Ид>" + guid(3) + "</Ид><Наименование>Дилерская</Наименование>",
        "<Ид>" + guid(3) + "</Ид><Наименование>Дилерская</Наименование><Розничный>да</Розничный>",
    ).replace("<УчтеноВСумме>true", "<УчтеноВСумме>false")
)  # fmt: skip


def state():
    place, dealer = warehouse(), PriceList.objects.get(name="Дилерская")
    own = PriceList.objects.get(name="Договор 142/24")
    return (
        (place.label, place.region, place.organization, place.is_pickup_point, place.position),
        (dealer.is_retail, dealer.includes_vat, dealer.kind, own.kind),
    )


def test_a_package_of_offers_leaves_alone_what_the_directory_said(client_1c_a):
    client_1c_a.send("references.xml", FULL)
    region, organization = Region.objects.get(), Organization.objects.get()
    expected = (
        ("Ростов", region, organization, True, 2),
        (True, False, "price_type", "contract"),
    )
    assert state() == expected

    client_1c_a.send("offers.xml", BARE)

    assert state() == expected


def test_two_files_that_speak_of_one_thing_in_turns_write_nothing(client_1c_a):
    for name, body in (("references.xml", FULL), ("offers.xml", BARE)):
        client_1c_a.send(name, body)
    before = digest()

    for name, body in (("references.xml", FULL), ("offers.xml", BARE)) * 2:
        client_1c_a.send(name, body)

    assert digest() == before


def test_what_staff_set_stays_until_1c_says_something_new(client_1c_a):
    client_1c_a.send("references.xml", FULL)
    place = warehouse()
    place.short_name = "Юг"
    place.save()

    client_1c_a.send("references.xml", FULL)
    client_1c_a.send("offers.xml", BARE)
    kept = warehouse().short_name
    renamed = FULL.decode().replace("КраткоеНаименование>Ростов", "КраткоеНаименование>РнД")
    client_1c_a.send("references.xml", renamed.encode())

    assert kept == "Юг"
    assert warehouse().short_name == "РнД"


def test_a_warehouse_that_came_before_its_region_is_linked_when_it_is_sent_again(client_1c_a):
    whole = FULL.decode()
    start, end = whole.index("<Регионы>"), whole.index("</Регионы>") + len("</Регионы>")
    client_1c_a.send("warehouses.xml", (whole[:start] + whole[end:]).encode())
    assert warehouse().region is None
    client_1c_a.send("regions.xml", file_of(
        f"<Классификатор><Ид>k</Ид><Наименование>k</Наименование>{whole[start:end]}"
        "</Классификатор>"
    ))  # fmt: skip

    client_1c_a.send("warehouses.xml", (whole[:start] + whole[end:]).encode())

    assert warehouse().region == Region.objects.get()


def test_an_unknown_warehouse_becomes_active_when_it_comes(client_1c_a):
    balance = f'<Склад ИдСклада="{guid(5)}" КоличествоНаСкладе="7"/>'
    client_1c_a.send("offers.xml", file_of(package(offer(1, inside=balance))))
    assert not warehouse().is_active

    client_1c_a.send("references.xml", FULL)

    assert warehouse().is_active
    assert warehouse().label == "Ростов"


@pytest.mark.parametrize(("mark", "is_active"), [("true", False), ("false", True)])
def test_a_mark_of_deletion_is_heeded_and_its_absence_is_not(client_1c_a, mark, is_active):
    body = FULL.decode().replace(
        "<КраткоеНаименование>",
        f"<ПометкаУдаления>{mark}</ПометкаУдаления><КраткоеНаименование>",
    )
    client_1c_a.send("references.xml", body.encode())
    assert warehouse().is_active is is_active

    client_1c_a.send("offers.xml", BARE)

    assert warehouse().is_active is is_active


def test_a_list_whose_currency_changes_waits_for_new_prices(client_1c_a):
    offers = package(offer(1, price("5", 3)), types=(3,))
    client_1c_a.send("offers.xml", file_of(offers))

    client_1c_a.send("offers.xml", file_of(package(types=(3,)).replace("RUB", "USD")))

    dealer = PriceList.objects.get()
    assert (dealer.currency, dealer.prices.count()) == ("USD", 0)
    problem = ExchangeProblem.objects.get()
    assert (problem.code, problem.level) == ("currency_changed", "warning")
    client_1c_a.send("offers.xml", file_of(offers.replace("RUB", "USD")))
    assert dealer.prices.get().amount == 5


def prop(inside: str = "") -> bytes:
    return file_of(
        "<Классификатор><Ид>k</Ид><Наименование>k</Наименование><Свойства>"
        f"<Свойство><Ид>{guid(601)}</Ид><Наименование>Цвет</Наименование>{inside}</Свойство>"
        "</Свойства></Классификатор>"
    )


TYPED = prop(
    "<ТипЗначений>Справочник</ТипЗначений><ВариантыЗначений><Справочник>"
    f"<ИдЗначения>{guid(501)}</ИдЗначения><Значение>Белый</Значение></Справочник>"
    "</ВариантыЗначений>"
)


def test_a_portion_without_the_type_of_a_property_leaves_it_what_it_is(client_1c_a):
    client_1c_a.send("import.xml", TYPED)
    client_1c_a.send("import.xml", prop())
    before = digest()

    for body in (TYPED, prop(), TYPED):
        client_1c_a.send("import.xml", body)

    assert digest() == before
    client_1c_a.send(
        "import.xml",
        file_of(
            goods(
                good(
                    1,
                    inside=f"<ЗначенияСвойств><ЗначенияСвойства><Ид>{guid(601)}</Ид>"
                    f"<Значение>{guid(501)}</Значение></ЗначенияСвойства></ЗначенияСвойств>",
                )
            )
        ),
    )
    value = apps.get_model("catalogue", "ProductAttributeValue").objects.get()
    assert (value.attribute.type, str(value.value)) == ("option", "Белый")


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("РОССИЯ ,Москва г ,Москва г ,34 ,1 ,", "РОССИЯ, Москва г, Москва г, 34, 1"),
        ("344019,,Ростов-на-Дону г,,Шолохова ул,7,,", "344019, Ростов-на-Дону г, Шолохова ул, 7"),
        ("Доватора, 158", "Доватора, 158"),
    ],
)
def test_an_address_is_read_without_its_empty_parts(client_1c_a, told, kept):
    body = package(offer(1, price("5")), warehouses=(801,)).replace(
        "<Наименование>Склад 801</Наименование>",
        f"<Наименование>Юг</Наименование><Адрес><Представление>{told}</Представление></Адрес>",
    )

    client_1c_a.send("offers.xml", file_of(body))

    assert apps.get_model("partner", "Partner").objects.get().address_text == kept

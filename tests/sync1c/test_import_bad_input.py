"""What is wrong in a file is told in plain words, and the rest goes in."""

from decimal import Decimal

import pytest
from django.apps import apps

from b2b_apps.pricing.models import Price, PriceList
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, good, goods, guid, offer, package, price, stock


def products():
    return apps.get_model("catalogue", "Product").objects


def records():
    return apps.get_model("partner", "StockRecord").objects


def test_a_doctype_is_refused_and_nothing_is_taken(client_1c_a):
    body = file_of(goods(good(1))).replace(
        b"<\xd0\x9a\xd0\xbe\xd0\xbc", b'<!DOCTYPE x [<!ENTITY a "b">]><\xd0\x9a\xd0\xbe\xd0\xbc', 1
    )

    answer = client_1c_a.send("import.xml", body)

    assert answer.startswith("failure\n")
    assert "DOCTYPE" in answer
    assert products().count() == 0


def test_a_file_that_breaks_off_keeps_what_came_before(client_1c_a):
    rows = [good(number) for number in range(1, 1301)]
    whole = file_of(goods(*rows, "<not valid xml!!!", good(2000)))

    answer = client_1c_a.send("import.xml", whole)

    assert answer.startswith("failure\n")
    assert "строк" in answer
    assert ExchangeProblem.objects.get().code == "broken_xml"
    assert products().count() == 1300


def test_not_valid_xml_alone_is_a_failure_with_a_text(client_1c_a):
    answer = client_1c_a.send("import.xml", b"<not valid xml!!!")

    assert answer.startswith("failure\n")
    assert len(answer) > 20


def test_a_wrong_encoding_is_told(client_1c_a):
    body = file_of(goods(good(1, "Щит")), encoding="cp1251", declared="utf-8")

    answer = client_1c_a.send("import.xml", body)

    assert answer.startswith("failure\n")
    assert "одировк" in answer


def test_windows_1251_is_read(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1, "Щит")), encoding="windows-1251"))

    assert products().get().title == "Щит"


def test_an_unknown_price_type_leaves_other_prices(client_1c_a):
    body = file_of(package(offer(1, price("10", 999), price("12.50"))))

    answer = client_1c_a.send("offers.xml", body)

    assert answer.startswith("success\n")
    assert [p.amount for p in Price.objects.all()] == [Decimal("12.5000")]
    problem = ExchangeProblem.objects.get()
    assert (problem.code, problem.level, problem.line) == ("unknown_price_type", "error", 4)
    assert guid(999) in problem.text


def test_the_price_is_taken_once_its_type_has_come(client_1c_a):
    body = file_of(package(offer(1, price("10", 999))))
    client_1c_a.send("offers.xml", body)
    types = file_of(
        "<Классификатор><Ид>k</Ид><Наименование>k</Наименование><ТипыЦен><ТипЦены>"
        f"<Ид>{guid(999)}</Ид><Наименование>Опт</Наименование></ТипЦены></ТипыЦен></Классификатор>"
    )
    client_1c_a.send("types.xml", types)

    client_1c_a.send("offers.xml", body)

    assert Price.objects.get().price_list == PriceList.objects.get(name="Опт")


@pytest.mark.parametrize(
    ("amount", "expected"),
    [
        ("1 234,50", ["1234.5000"]),
        ("1719", ["1719.0000"]),
        ("0,0375", ["0.0375"]),
        ("-5", []),
        ("0", []),
        ("бесплатно", []),
        ("1e3", []),
    ],
)
def test_prices_with_commas_are_read_and_nonsense_is_left_out(client_1c_a, amount, expected):
    body = file_of(package(offer(1, price(amount)), offer(2, price("7"))))

    answer = client_1c_a.send("offers.xml", body)

    assert answer.startswith("success\n")
    found = Price.objects.exclude(amount=7).values_list("amount", flat=True)
    assert [str(value) for value in found] == expected
    assert Price.objects.filter(amount=7).count() == 1
    expects_problem = not expected and amount != "0"
    assert ExchangeProblem.objects.exists() == expects_problem


def test_negative_stock_is_zero_with_a_warning(client_1c_a):
    body = file_of(
        package(
            offer(1, price("5"), inside=f"<Количество>-3</Количество>{stock(w801='-3')}"),
            warehouses=(801,),
        )
    )

    client_1c_a.send("offers.xml", body)

    assert records().get().num_in_stock == 0
    problem = ExchangeProblem.objects.get()
    assert (problem.code, problem.level) == ("negative_stock", "warning")


def test_stock_without_a_warehouse_lies_in_the_default_one(client_1c_a):
    body = file_of(package(offer(1, price("5"), inside="<Количество>2,5</Количество>")))

    client_1c_a.send("offers.xml", body)

    assert records().get().partner.name == "Основной"
    assert records().get().num_in_stock == Decimal("2.5")


def test_goods_without_offers_and_offers_without_goods_are_harmless(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1))))
    client_1c_a.send("offers.xml", file_of(package(offer(2, price("5")))))

    assert products().get(is_public=True).title == "Автомат"
    assert products().filter(is_public=False).count() == 1
    assert not ExchangeProblem.objects.exists()
    client_1c_a.send("import.xml", file_of(goods(good(2, "Щит"))))
    assert Price.objects.get().product.title == "Щит"
    assert Price.objects.get().product.is_public


def test_a_bad_object_is_one_row_of_the_report_and_the_others_go_in(client_1c_a):
    body = file_of(goods(good(1), good("", "Без имени в 1С"), good(3, "Щит")))

    answer = client_1c_a.send("import.xml", body)

    assert answer.startswith("success\n")
    assert products().count() == 2
    problem = ExchangeProblem.objects.get()
    assert problem.line == 5
    assert "Без имени в 1С" in problem.excerpt
    counts = client_1c_a.session().files.get().counts["product"]
    assert (counts["read"], counts["created"], counts["failed"]) == (3, 2, 1)


def test_an_object_that_the_database_refuses_does_not_take_its_batch_along(
    client_1c_a, monkeypatch
):
    from b2b_apps.sync1c.importing import goods as module

    real = module._fill

    def fill(run, row, record):
        real(run, row, record)
        if record.name == "Плохой":
            row.order_multiple = Decimal(-1)

    monkeypatch.setattr(module, "_fill", fill)

    answer = client_1c_a.send(
        "import.xml", file_of(goods(good(1), good(2, "Плохой"), good(3, "Щит")))
    )

    assert answer.startswith("success\n")
    assert sorted(p.title for p in products().all()) == ["Автомат", "Щит"]
    assert ExchangeProblem.objects.get().code == "object_failed"
    session = client_1c_a.session()
    assert (session.created, session.failed, session.state) == (2, 1, "errors")


# As 1C 7.7 writes: attributes where version 2 has elements.
VERSION_1 = """<?xml version="1.0" encoding="windows-1251"?>
<КоммерческаяИнформация ДатаФормирования="2026-11-24">
<Каталог Идентификатор="c" Наименование="Каталог" Владелец="o"><Товар Идентификатор="1"
ИдентификаторВКаталоге="A-1" Наименование="Автомат" Единица="шт"/></Каталог>
<ПакетПредложений Идентификатор="p" Каталог="c"><Предложение Цена="5" Товар="1"/>
</ПакетПредложений></КоммерческаяИнформация>"""


SAYS_SO = VERSION_1.replace('ДатаФормирования="2026-11-24"', 'ВерсияСхемы="1.05"')


@pytest.mark.parametrize("text", [VERSION_1, SAYS_SO])
@pytest.mark.parametrize("kind", ["catalog", "sale"])
def test_commerceml_1_is_refused_with_its_reason_and_nothing_is_taken(client_1c_a, text, kind):
    client_1c_a.begin(kind)
    client_1c_a.call(kind, "file", text.encode("cp1251"), filename="offers.xml")

    answer = client_1c_a.call(kind, "import", filename="offers.xml")

    assert answer.startswith("failure\n")
    assert "CommerceML версии 1" in answer
    assert "CommerceML 2" in answer
    assert products().count() == 0
    assert ExchangeProblem.objects.get().code == "version_1"


def test_foreign_xml_is_refused(client_1c_a):
    answer = client_1c_a.send("import.xml", b"<?xml version='1.0'?><html><body/></html>")

    assert answer.startswith("failure\n")
    assert "«html»" in answer


def test_an_empty_catalogue_hides_nothing(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1), good(2))))

    client_1c_a.send("import.xml", file_of(goods()))

    assert products().filter(is_public=True).count() == 2

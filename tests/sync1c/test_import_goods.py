"""Goods, groups, properties, characteristics and pictures as rows."""

import io
from datetime import date
from decimal import Decimal

import pytest
from django.apps import apps
from PIL import Image

from b2b_apps.pricing.models import Price, PriceChange
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, good, goods, guid, offer, package, price, stock


def model(name):
    return apps.get_model("catalogue", name).objects


def groups(tree: str) -> str:
    return (
        "<Классификатор><Ид>k</Ид><Наименование>k</Наименование>"
        f"<Группы>{tree}</Группы></Классификатор>"
    )


def group(number: int, name: str, inside: str = "") -> str:
    nested = f"<Группы>{inside}</Группы>" if inside else ""
    return f"<Группа><Ид>{guid(number)}</Ид><Наименование>{name}</Наименование>{nested}</Группа>"


FULL = (
    "<Артикул>MVA20-1-016-C</Артикул><Штрихкод>4606056000000</Штрихкод>"
    '<БазоваяЕдиница Код="796" НаименованиеПолное="Штука">шт</БазоваяЕдиница>'
    f"<Группы><Ид>{guid(701)}</Ид></Группы><Описание>Для дома</Описание>"
    "<Изготовитель><Наименование>IEK</Наименование></Изготовитель>"
    "<СтавкиНалогов><СтавкаНалога><Наименование>НДС</Наименование><Ставка>22</Ставка>"
    "</СтавкаНалога></СтавкиНалогов><ЗначенияРеквизитов>"
    "<ЗначениеРеквизита><Наименование>Кратность</Наименование><Значение>12</Значение>"
    "</ЗначениеРеквизита><ЗначениеРеквизита><Наименование>МинимальнаяПартия</Наименование>"
    "<Значение>24</Значение></ЗначениеРеквизита><ЗначениеРеквизита><Наименование>Вес"
    "</Наименование><Значение>0,12</Значение></ЗначениеРеквизита><ЗначениеРеквизита>"
    "<Наименование>Код</Наименование><Значение>ЦБ-001</Значение></ЗначениеРеквизита>"
    "</ЗначенияРеквизитов>"
)


def test_a_good_becomes_a_product_with_all_that_was_sent(client_1c_a):
    body = file_of(groups(group(701, "Автоматы")) + goods(good(1, "Автомат ВА47-29", FULL)))

    client_1c_a.send("import.xml", body)

    product = model("Product").get()
    assert (product.title, product.article, product.barcode, product.brand, product.code_1c) == (
        "Автомат ВА47-29",
        "MVA20-1-016-C",
        "4606056000000",
        "IEK",
        "ЦБ-001",
    )
    assert (product.order_multiple, product.minimum_quantity) == (12, 24)
    assert product.weight_kg == Decimal("0.12")
    assert (product.base_unit.code, product.vat_rate.percent) == ("796", 22)
    assert [c.name for c in product.categories.all()] == ["Автоматы"]
    assert product.product_class.name == "Товар"
    assert product.slug == "avtomat-va47-29"


def test_groups_are_a_sound_tree_however_they_come(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1, "Щит", FULL))))
    assert not model("Category").get().is_public

    client_1c_a.send(
        "import.xml",
        file_of(groups(group(700, "Электрика", group(701, "Автоматы") + group(702, "Щиты")))),
    )
    client_1c_a.send("import.xml", file_of(groups(group(702, "Щиты", group(701, "Автоматика")))))

    tree = {
        c.name: (c.depth, c.get_parent() and c.get_parent().name) for c in model("Category").all()
    }
    assert tree == {
        "Электрика": (1, None),
        "Щиты": (1, None),
        "Автоматика": (2, "Щиты"),
    }
    assert apps.get_model("catalogue", "Category").find_problems() == ([], [], [], [], [])
    assert model("Product").get().categories.get().is_public


def test_properties_become_attributes_and_their_values_options(client_1c_a):
    body = file_of(
        "<Классификатор><Ид>k</Ид><Наименование>k</Наименование><Свойства>"
        f"<Свойство><Ид>{guid(601)}</Ид><Наименование>Цвет</Наименование>"
        "<ТипЗначений>Справочник</ТипЗначений><ВариантыЗначений><Справочник>"
        f"<ИдЗначения>{guid(501)}</ИдЗначения><Значение>Белый</Значение></Справочник>"
        "</ВариантыЗначений></Свойство>"
        f"<Свойство><Ид>{guid(602)}</Ид><Наименование>Ток</Наименование>"
        "<ТипЗначений>Число</ТипЗначений></Свойство>"
        f"<Свойство><Ид>{guid(603)}</Ид><Наименование>Цвет</Наименование></Свойство>"
        "</Свойства></Классификатор>"
        + goods(
            good(
                1,
                inside="<ЗначенияСвойств>"
                f"<ЗначенияСвойства><Ид>{guid(601)}</Ид><Значение>{guid(501)}</Значение>"
                "</ЗначенияСвойства>"
                f"<ЗначенияСвойства><Ид>{guid(602)}</Ид><Значение>1 016,5</Значение>"
                "</ЗначенияСвойства>"
                f"<ЗначенияСвойства><Ид>{guid(603)}</Ид><Значение>А</Значение>"
                "<Значение>Б</Значение></ЗначенияСвойства></ЗначенияСвойств>",
            )
        )
    )

    client_1c_a.send("import.xml", body)

    values = {
        (v.attribute.name, v.attribute.type): str(v.value)
        for v in model("Product").get().attribute_values.all()
    }
    assert values == {
        ("Цвет", "option"): "Белый",
        ("Ток", "float"): "1016.5",
        ("Цвет", "text"): "А, Б",
    }


def characteristic(value: str) -> str:
    return (
        "<ХарактеристикиТовара><ХарактеристикаТовара><Наименование>Размер</Наименование>"
        f"<Значение>{value}</Значение></ХарактеристикаТовара></ХарактеристикиТовара>"
    )


def test_offers_with_characteristics_are_children_of_their_product(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1, "Перчатки"))))
    rows = [
        offer(
            f"{guid(1)}#{guid(40 + n)}",
            price(str(100 + n)),
            name=f"Перчатки ({size})",
            inside=characteristic(size) + f"<Количество>{n}</Количество>",
        )
        for n, size in enumerate(["S", "M", "L"])
    ]

    client_1c_a.send("offers.xml", file_of(package(*rows)))

    parent = model("Product").get(structure="parent")
    children = parent.children.order_by("pk")
    assert parent.title == "Перчатки"
    assert parent.is_public
    assert [c.characteristic for c in children] == ["S", "M", "L"]
    assert [c.product_class for c in children] == [None] * 3
    assert [str(c.attribute_values.get().value) for c in children] == ["S", "M", "L"]
    assert [c.prices.get().amount for c in children] == [100, 101, 102]


def test_an_offer_before_its_good_keeps_its_stock_and_prices(client_1c_a):
    rows = offer(
        f"{guid(1)}#{guid(41)}", price("5"), inside=characteristic("S"), name="Перчатки (S)"
    )
    client_1c_a.send("offers.xml", file_of(package(rows)))
    parent = model("Product").get(structure="parent")
    assert not parent.is_public

    client_1c_a.send("import.xml", file_of(goods(good(1, "Перчатки"))))

    parent.refresh_from_db()
    assert (parent.title, parent.is_public) == ("Перчатки", True)
    assert Price.objects.get().product.parent_id == parent.pk


def test_a_deleted_good_is_hidden_and_comes_back(client_1c_a):
    client_1c_a.send("import.xml", file_of(goods(good(1))))

    client_1c_a.send(
        "import.xml", file_of(goods(good(1).replace("<Товар>", '<Товар Статус="Удален">')))
    )
    assert not model("Product").get().is_public
    client_1c_a.send("import.xml", file_of(goods(good(1))))

    assert model("Product").get().is_public


def test_prices_and_stock_are_compared_apart(client_1c_a):
    def send(amount: str, quantity: str):
        client_1c_a.send(
            "offers.xml",
            file_of(
                package(offer(1, price(amount), inside=stock(w801=quantity)), warehouses=(801,))
            ),
        )
        return client_1c_a.session().files.get().counts

    send("5", "10")
    counts = send("5", "11")

    assert (counts["prices"]["unchanged"], counts["stock"]["changed"]) == (1, 1)
    counts = send("6", "11")
    assert (counts["prices"]["changed"], counts["stock"]["unchanged"]) == (1, 1)
    assert Price.objects.get().amount == 6


def test_a_price_that_is_sent_no_more_goes_away(client_1c_a):
    client_1c_a.send(
        "offers.xml", file_of(package(offer(1, price("5"), price("6", 902)), types=(901, 902)))
    )

    client_1c_a.send("offers.xml", file_of(package(offer(1, price("5")), types=(901, 902))))

    assert [p.amount for p in Price.objects.all()] == [5]


def test_the_exchange_keeps_the_history_of_prices_and_spares_those_that_begin_on_a_day(client_1c_a):
    client_1c_a.send("offers.xml", file_of(package(offer(1, price("5")), types=(901,))))
    product, price_list = Price.objects.values_list("product_id", "price_list_id").get()
    Price.objects.create(
        product_id=product, price_list_id=price_list, amount=9, valid_from=date(2026, 12, 1)
    )

    client_1c_a.send("offers.xml", file_of(package(offer(1, price("6")), types=(901,))))
    client_1c_a.send("offers.xml", file_of(package(offer(1), types=(901,))))

    told = PriceChange.objects.order_by("pk").values_list("old_amount", "new_amount", "source")
    assert list(told) == [(None, 5, "exchange"), (5, 6, "exchange"), (6, None, "exchange")]
    assert [p.amount for p in Price.objects.all()] == [9]


def test_a_price_per_pack_is_kept_per_base_unit(client_1c_a):
    more = "<Единица>упак</Единица><Коэффициент>8</Коэффициент>"

    client_1c_a.send("offers.xml", file_of(package(offer(1, price("1", more=more)))))

    assert Price.objects.get().amount == Decimal("0.1250")


def picture(kind: str = "JPEG", size: tuple[int, int] = (20, 10)) -> bytes:
    buffer = io.BytesIO()
    Image.new("RGB", size, "red").save(buffer, kind)
    return buffer.getvalue()


def send_with_pictures(client, names: list[str], files: dict[str, bytes]) -> None:
    client.begin()
    inside = "".join(f"<Картинка>{name}</Картинка>" for name in names)
    client.call("catalog", "file", file_of(goods(good(1, inside=inside))), filename="import.xml")
    for name, body in files.items():
        assert client.call("catalog", "file", body, filename=name) == "success"
    assert client.call("catalog", "import", filename="import.xml").startswith("success")


def test_pictures_are_written_anew_under_names_of_ours(client_1c_a, settings):
    body = picture() + b"<script>"

    send_with_pictures(
        client_1c_a,
        ["import_files/01/a.jpg", "import_files/02/a.jpg"],
        {"import_files/01/a.jpg": body, "import_files/02/a.jpg": picture("PNG")},
    )

    images = model("ProductImage").order_by("display_order")
    assert [image.original.name.rpartition(".")[2] for image in images] == ["jpg", "png"]
    stored = (settings.MEDIA_ROOT / images[0].original.name).read_bytes()
    assert b"<script>" not in stored
    assert images[0].original.name.startswith("goods/")


def test_a_picture_that_is_not_sent_again_stays_and_one_not_listed_goes(client_1c_a, settings):
    names = ["import_files/01/a.jpg", "import_files/01/b.jpg"]
    send_with_pictures(
        client_1c_a, names, {n: picture(size=(9, k + 1)) for k, n in enumerate(names)}
    )

    send_with_pictures(client_1c_a, names[1:], {})

    image = model("ProductImage").get()
    assert (image.caption, image.display_order) == ("import_files/01/b.jpg", 0)
    stored = [path for path in (settings.MEDIA_ROOT / "goods").rglob("*") if path.is_file()]
    assert stored == [settings.MEDIA_ROOT / image.original.name]


@pytest.mark.parametrize("body", [b"", b"GIF89a", b"<?php phpinfo();", b"%PDF-1.7", b"\x89PNG\r\n"])
def test_what_is_no_picture_is_left_out_with_a_warning(client_1c_a, body):
    from b2b_apps.sync1c.models import ExchangeProblem

    send_with_pictures(client_1c_a, ["import_files/01/a.jpg"], {"import_files/01/a.jpg": body})

    assert model("ProductImage").count() == 0
    assert model("Product").count() == 1
    assert ExchangeProblem.objects.get().code == "bad_picture"


@pytest.mark.parametrize(
    ("element", "expected"),
    [
        ('<БазоваяЕдиница Код="796 " НаименованиеПолное="Штука"/>', "шт"),
        ('<БазоваяЕдиница Код="715" НаименованиеПолное="Пара (2 шт.)"/>', "пар"),
        ("<БазоваяЕдиница>6 </БазоваяЕдиница>", "м"),
        ('<БазоваяЕдиница Код="796" НаименованиеПолное="Штука">штук</БазоваяЕдиница>', "штук"),
        ('<БазоваяЕдиница Код="999" НаименованиеПолное="Поддон"/>', "Поддон"),
    ],
)
def test_a_unit_is_called_as_1c_calls_it_or_by_its_code(client_1c_a, element, expected):
    client_1c_a.send("import.xml", file_of(goods(good(1, inside=element))))

    assert apps.get_model("catalogue", "Product").objects.get().base_unit.short_name == expected


@pytest.mark.parametrize(("name", "expected"), [("Штука", "шт"), ("796", "шт"), ("штуки", "штуки")])
def test_a_unit_gets_its_short_name_unless_staff_gave_one(client_1c_a, name, expected):
    unit = apps.get_model("catalogue", "Unit")
    unit.objects.create(code="796", short_name=name, full_name="Штука")
    element = '<БазоваяЕдиница Код="796" НаименованиеПолное="Штука"/>'

    client_1c_a.send("import.xml", file_of(goods(good(1, inside=element))))

    assert unit.objects.get().short_name == expected


def test_goods_without_a_vat_rate_are_told_once_with_their_number(client_1c_a):
    bare = "<Артикул>БН-{}</Артикул>"
    rows = [good(n, f"Товар {n}", bare.format(n), rate="") for n in range(1, 34)]

    client_1c_a.send("import.xml", file_of(goods(*rows, good(50, "С НДС"))))

    problem = ExchangeProblem.objects.get(code="no_vat_rate")
    assert problem.level == "warning"
    assert "Товаров без ставки НДС: 33." in problem.text
    assert "БН-1," in problem.text
    assert problem.text.endswith("и ещё 3.")


def test_goods_without_vat_by_1c_s_word_and_deleted_ones_are_not_told(client_1c_a):
    gone = f'<Товар Статус="Удален"><Ид>{guid(2)}</Ид><Наименование>Снят</Наименование></Товар>'

    client_1c_a.send("import.xml", file_of(goods(good(1, rate="Без НДС"), gone)))

    assert not ExchangeProblem.objects.filter(code="no_vat_rate").exists()

"""Files of prices: what a row means, what is offered, loaded, refused; the way back."""

import io
import zipfile
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.files.base import ContentFile
from django.utils import timezone

from b2b_apps.core.models import ExternalId, OutboxMessage
from b2b_apps.core.sheets import SheetRefusedError, sheet_rows
from b2b_apps.pricing.models import Price, PriceChange, PriceImport, PriceList
from b2b_apps.pricing.price_edit import PriceKey, price_put
from b2b_apps.pricing.price_files.cells import BadCellError, number_of
from b2b_apps.pricing.price_files.services import (
    price_file_accept,
    price_file_confirm,
    price_file_load,
    price_file_read,
    price_file_take,
    price_file_undo,
    price_files_purge,
)
from b2b_apps.pricing.price_sheet import csv_file, sheet_heads, sheet_rows_of, xlsx_file
from tests.pricing.sheets import csv_bytes, xlsx

HEADS = ("Артикул", "Наименование", "Цена")


@pytest.fixture(autouse=True)
def _private(settings, tmp_path):
    settings.STORAGES = settings.STORAGES | {
        "private": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": str(tmp_path), "base_url": None},
        }
    }


@pytest.fixture
def ours(world):
    row = PriceList.objects.create(name="Сайт")
    Price.objects.create(price_list=row, product=world.products["lamp"], amount=100)
    Price.objects.create(price_list=row, product=world.products["cable"], amount=50)
    return row


def taken(world, price_list, data, name="prices.xlsx", valid_from=None):
    imported = price_file_take(
        price_list=price_list, file=ContentFile(data, name=name), valid_from=valid_from,
        user_id=world.people["manager"].pk,
    )  # fmt: skip
    price_file_read(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def loaded(imported):
    price_file_confirm(import_id=imported.pk)
    price_file_load(import_id=imported.pk)
    imported.refresh_from_db()
    return imported


def told(imported):
    return {row.number: (row.kind, row.reason) for row in imported.rows.all()}


def amounts(price_list):
    return dict(price_list.prices.values_list("product__article", "amount"))


def test_new_changed_unchanged_unknown_and_bad_rows_are_all_told(world, ours):
    data = xlsx(
        ("Прайс от 25.11.2026",),
        (),
        HEADS,
        ("0012-LLE-A60", "Лампа", 130),
        ("VVG3X25LS", "Кабель", "50,00"),
        ("MVA20-1-016-C", "Автомат", "1 234,50 ₽"),
        ("НЕТ-ТАКОГО", "Щит", 5),
        ("SCHIT-1", "Щит", "по запросу"),
        (None, "Светильники", None),
    )

    imported = taken(world, ours, data)

    assert imported.state == "ready"
    assert told(imported) == {
        4: ("changed", ""),
        5: ("same", ""),
        6: ("new", ""),
        7: ("unknown", "unknown"),
        8: ("bad", "bad_price"),
        9: ("bad", "no_article"),
    }
    row = imported.rows.get(number=4)
    assert (row.old_amount, row.amount, row.shift) == (100, 130, 30)
    assert imported.counts == {
        "changed": 1, "same": 1, "new": 1, "unknown": 1, "bad": 2, "far": 1, "rounded": 0,
    }  # fmt: skip
    assert amounts(ours) == {"0012-LLE-A60": 100, "VVG3X25LS": 50}

    loaded(imported)

    assert amounts(ours) == {
        "0012-LLE-A60": 130,
        "VVG3X25LS": 50,
        "MVA20-1-016-C": Decimal("1234.5"),
    }
    changes = PriceChange.objects.filter(price_list=ours)
    assert set(changes.values_list("source", "user")) == {("file", world.people["manager"].pk)}
    assert (imported.counts["loaded_new"], imported.counts["loaded_changed"]) == (1, 1)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1 234,50", "1234.50"),
        ("1\u00a0234.5", "1234.5"),
        ("1.234,50", "1234.50"),
        ("1,234.50", "1234.50"),
        ("12 руб.", "12"),
        ("1.234.567", "1234567"),
        ("\u22125", "-5"),
        ({"n": "12.340000000000002"}, "12.340000000000002"),
        ("", None),
    ],
)
def test_numbers_are_read_as_people_type_them(cell, number):
    assert number_of(cell, "bad") == (None if number is None else Decimal(number))


@pytest.mark.parametrize(
    ("cell", "code"),
    [("=B2*2", "formula"), ("12 %", "bad"), ("1.23.4", "bad"), ("NaN", "bad"), ("1e9", "bad"),
     ({"d": "2026-12-01"}, "bad"), ("1,2,3", "bad"), ({"n": "1e400"}, "bad"),
     ({"n": "nan"}, "bad"), ({"n": "inf"}, "bad")],
)  # fmt: skip
def test_what_is_no_number_is_none(cell, code):
    with pytest.raises(BadCellError) as bad:
        number_of(cell, "bad")

    assert bad.value.code == code


@pytest.mark.parametrize(
    ("price", "reason"),
    [(-5, "negative"), ("−5", "negative"), (0, "zero"), (None, "no_price"), ("1e9", "bad_price"),
     (10_000_000_000, "too_large"), ("=B1", "zero")],
)  # fmt: skip
def test_a_price_that_can_not_be_meant_is_a_bad_row(world, ours, price, reason):
    imported = taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "Кабель", price)))

    assert told(imported) == {2: ("bad", reason)}


def test_a_formula_gives_the_value_that_was_reckoned_and_more_decimals_are_rounded(world, ours):
    file = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    page.write_string(1, 0, "VVG3X25LS")
    page.write_formula(1, 2, "=10/3", None, 3.33333333333)
    book.close()

    imported = taken(world, ours, file.getvalue())

    row = imported.rows.get()
    assert (row.kind, row.amount) == ("changed", Decimal("3.3333"))
    assert imported.counts["rounded"] == 1


def test_an_article_given_twice_is_an_error_with_both_numbers(world, ours):
    data = xlsx(HEADS, ("VVG3X25LS", "", 60), ("0012-LLE-A60", "", 1), ("VVG3X25LS", "", 61))

    imported = taken(world, ours, data)

    assert told(imported) == {2: ("bad", "repeated"), 3: ("changed", ""), 4: ("bad", "repeated")}
    assert imported.rows.get(number=2).details["rows"] == [2, 4]
    loaded(imported)
    assert amounts(ours)["VVG3X25LS"] == 50


def test_letters_that_look_alike_are_offered_and_not_guessed(world, ours):
    # A Cyrillic х, O for zero, an article of two products.
    twin = world.products["no_price"]
    type(twin).objects.filter(pk=twin.pk).update(article="MVA20-1-016-C")
    data = xlsx(HEADS, ("VVG3х25LS", "", 60), ("OО12-LLE-А6O", "", 70), ("MVA20-1-016-C", "", 1))

    imported = taken(world, ours, data)

    cable, lamp = world.products["cable"].pk, world.products["lamp"].pk
    assert told(imported) == {
        2: ("unknown", "looks_like"), 3: ("unknown", "looks_like"), 4: ("unknown", "several"),
    }  # fmt: skip
    rows = {row.number: row for row in imported.rows.all()}
    assert (rows[2].details["offers"], rows[3].details["offers"]) == ([cable], [lamp])
    assert sorted(rows[4].details["offers"]) == sorted([world.products["breaker"].pk, twin.pk])

    chosen = {rows[2].pk: cable, rows[3].pk: cable, 10**9: lamp}
    assert price_file_accept(import_id=imported.pk, chosen=chosen) == 1
    loaded(imported)

    assert amounts(ours) == {"VVG3X25LS": 60, "0012-LLE-A60": 100}


def test_text_articles_keep_their_zeros_and_a_number_is_not_taken_for_one(world, ours):
    lamp = world.products["lamp"]
    type(lamp).objects.filter(pk=lamp.pk).update(article="000123")
    text = xlsx(HEADS, ("000123", "", 60))
    number = csv_bytes("Артикул;Цена\n123;60\n")
    file = io.BytesIO()
    import xlsxwriter

    book = xlsxwriter.Workbook(file, {"in_memory": True})
    page = book.add_worksheet()
    page.write_row(0, 0, HEADS)
    page.write_number(1, 0, 123)
    page.write_number(1, 2, 60)
    book.close()

    assert told(taken(world, ours, text)) == {2: ("changed", "")}
    assert told(taken(world, ours, number, "p.csv")) == {2: ("unknown", "looks_like")}
    assert told(taken(world, ours, file.getvalue())) == {2: ("unknown", "looks_like")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251"])
@pytest.mark.parametrize("mark", [";", "\t", ","])
def test_csv_of_any_usual_kind_is_read(world, ours, encoding, mark):
    text = f'Артикул{mark}Цена, руб\r\nVVG3X25LS{mark}"60,5"\r\n'

    imported = taken(world, ours, csv_bytes(text, encoding), "p.csv")

    assert imported.rows.get().amount == Decimal("60.5")


def test_the_sheet_that_has_the_heads_is_read_and_the_others_are_named(world, ours):
    heads_and_row = (HEADS, ("VVG3X25LS", "", 60))
    data = xlsx(
        ("Условия",), sheet="Титул", more=[("Цены", heads_and_row), ("Архив", heads_and_row)]
    )

    imported = taken(world, ours, data)

    assert (imported.details["sheet"], imported.details["others"]) == ("Цены", ["Архив"])
    assert told(imported) == {2: ("changed", "")}


def bomb():
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (60 * 1024 * 1024))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("a.xlsx", bomb, "zip_bomb"),
        ("a.xlsx", lambda: b"PK\x03\x04rubbish", "not_a_sheet"),
        ("a.xls", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "not_a_sheet"),
        ("a.csv", lambda: b"\0\1\2\3", "not_a_sheet"),
        ("a.csv", lambda: "Артикул;Цена\n".encode() + b"a;1\n" * 3000 + b"b\0;2\n", "not_a_sheet"),
        ("a.csv", lambda: b"", "empty_file"),
        ("a.xlsx", lambda: xlsx(("Имя", "Сумма"), ("a", 1)), "no_heads"),
        ("a.xlsx", lambda: xlsx(HEADS), "no_rows"),
        (
            "a.xlsx",
            lambda: xlsx(("Артикул", "Цена розн", "Цена опт"), ("a", 1, 2)),
            "several_prices",
        ),
    ],
)
def test_a_file_that_can_not_be_read_says_why_and_changes_nothing(world, ours, name, data, reason):
    imported = price_file_take(
        price_list=ours,
        file=ContentFile(data(), name=name),
        valid_from=None,
        user_id=world.people["manager"].pk,
    )
    price_file_read(import_id=imported.pk)
    imported.refresh_from_db()

    assert (imported.state, imported.reason) == ("failed", reason)
    assert not price_file_confirm(import_id=imported.pk)
    assert amounts(ours) == {"0012-LLE-A60": 100, "VVG3X25LS": 50}


def test_a_child_that_takes_too_long_or_too_many_rows_is_ended(tmp_path):
    path = tmp_path / "many.csv"
    path.write_text("Артикул;Цена\n" + "a;1\n" * 300_000, encoding="utf-8")

    with pytest.raises(SheetRefusedError) as many:
        list(sheet_rows(path, most_rows=1000))
    with pytest.raises(SheetRefusedError) as late:
        list(sheet_rows(path, most_rows=10**6, seconds=0))

    assert (many.value.code, late.value.code) == ("too_many_rows", "too_large_inside")


def test_a_list_that_moved_since_the_look_is_shown_anew_and_not_loaded(world, ours):
    imported = taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 60)))
    key = PriceKey(ours.pk, world.products["cable"].pk)
    user = world.people["editor"].pk
    price_put(key=key, amount=Decimal(55), valid_to=None, user_id=user, seen=Decimal(50))

    loaded(imported)

    assert (imported.state, imported.has_drifted) == ("ready", True)
    assert amounts(ours)["VVG3X25LS"] == 55
    assert imported.rows.get().old_amount == 55
    loaded(imported)
    assert (imported.state, amounts(ours)["VVG3X25LS"]) == ("loaded", 60)


def test_confirmed_twice_it_is_loaded_once(world, ours):
    imported = taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 60)))

    assert price_file_confirm(import_id=imported.pk)
    assert not price_file_confirm(import_id=imported.pk)
    price_file_load(import_id=imported.pk)
    price_file_load(import_id=imported.pk)

    assert PriceChange.objects.filter(price_list=ours).count() == 1
    assert OutboxMessage.objects.filter(topic="price_file_load").count() == 1


def test_the_last_load_is_undone_but_for_what_changed_since(world, ours):
    first = loaded(taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 51))))
    data = xlsx(HEADS, ("VVG3X25LS", "", 60), ("0012-LLE-A60", "", 90), ("MVA20-1-016-C", "", 7))
    second = loaded(taken(world, ours, data))
    user = world.people["editor"].pk
    key = PriceKey(ours.pk, world.products["lamp"].pk)
    price_put(key=key, amount=Decimal(91), valid_to=None, user_id=user, seen=Decimal(90))

    assert not price_file_undo(import_id=first.pk, user_id=user)
    assert price_file_undo(import_id=second.pk, user_id=user)
    assert not price_file_undo(import_id=second.pk, user_id=user)

    assert amounts(ours) == {"VVG3X25LS": 51, "0012-LLE-A60": 91}
    second.refresh_from_db()
    assert [second.counts[k] for k in ("put_back", "taken_away", "left")] == [1, 1, 1]
    assert price_file_undo(import_id=first.pk, user_id=user)
    assert amounts(ours)["VVG3X25LS"] == 50


def test_steps_packs_and_terms_go_out_and_come_back_the_same(world, ours):
    lamp = world.products["lamp"]
    day = timezone.localdate() + timedelta(days=5)
    for values in ({"minimum_quantity": 100, "amount": "95.5"}, {"pack_factor": 12, "amount": 90},
                   {"valid_from": day, "valid_to": day, "amount": "0.0375"}):  # fmt: skip
        Price.objects.create(price_list=ours, product=lamp, **values)
    rows = list(sheet_rows_of(ours))

    sheet = xlsx_file(title=ours.name, heads=sheet_heads(), rows=rows).read()
    text = csv_file(heads=sheet_heads(), rows=rows).read()

    for data, name in ((sheet, "a.xlsx"), (text, "a.csv")):
        imported = taken(world, ours, data, name)
        assert set(told(imported).values()) == {("same", "")}
        assert imported.details["has_ends"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_a_text_that_would_be_a_formula_is_kept_from_it_and_read_back(world, ours, start):
    lamp, evil = world.products["lamp"], f"{start}cmd|' /C calc'!A0"
    type(lamp).objects.filter(pk=lamp.pk).update(article=evil, title=evil)
    rows = list(sheet_rows_of(ours))

    sheet = xlsx_file(title="=1+1", heads=sheet_heads(), rows=rows).read()
    text = csv_file(heads=sheet_heads(), rows=rows).read()

    with zipfile.ZipFile(io.BytesIO(sheet)) as archive:
        assert b"<f>" not in archive.read("xl/worksheets/sheet1.xml")
    assert f"'{evil}" in text.decode("utf-8-sig")
    for data, name in ((sheet, "a.xlsx"), (text, "a.csv")):
        assert set(told(taken(world, ours, data, name)).values()) == {("same", "")}


def test_into_a_list_of_1c_only_prices_from_a_day_are_loaded(world):
    dealer, day = world.lists["dealer"], date(2026, 12, 1)
    ExternalId.objects.create(source="ut", kind="price_type", external_id="x", object_id=dealer.pk)
    data = xlsx(HEADS, ("VVG3X25LS", "", 60))

    assert told(taken(world, dealer, data)) == {2: ("bad", "of_1c")}
    loaded(taken(world, dealer, data, valid_from=day))

    cable = dealer.prices.filter(product=world.products["cable"]).order_by("pk")
    assert list(cable.values_list("valid_from", "amount")) == [
        (None, Decimal("72.4050")), (day, Decimal(60)),
    ]  # fmt: skip


def test_a_file_without_a_column_of_ends_leaves_them(world, ours):
    ends = date(2027, 1, 1)
    ours.prices.update(valid_to=ends)
    both = ("Артикул", "Цена", "Действует по")

    without = loaded(taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 60))))
    assert without.counts["loaded_changed"] == 1
    assert set(ours.prices.values_list("valid_to", flat=True)) == {ends}
    loaded(taken(world, ours, xlsx(both, ("VVG3X25LS", 60, None))))

    assert ours.prices.get(product=world.products["cable"]).valid_to is None


def test_reading_again_begins_anew(world, ours):
    imported = taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 60)))
    PriceImport.objects.filter(pk=imported.pk).update(state="reading")

    price_file_read(import_id=imported.pk)

    assert imported.rows.count() == 1


def test_rows_of_a_month_ago_go_and_the_history_stays(world, ours):
    imported = loaded(taken(world, ours, xlsx(HEADS, ("VVG3X25LS", "", 60))))

    assert price_files_purge(before=timezone.now() + timedelta(days=1)) == 1

    assert not imported.rows.exists()
    assert PriceChange.objects.filter(price_list=ours).count() == 1

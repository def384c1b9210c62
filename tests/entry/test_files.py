"""A file becomes rows of the list; what can't be read says what to do."""

import zipfile
from io import BytesIO

import pytest
import xlsxwriter
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from b2b_apps.core.models import OutboxMessage
from b2b_apps.core.outbox import outbox_deliver
from b2b_apps.entry.asked import asked_from_text
from b2b_apps.entry.files.columns import Columns, columns_by_heads, columns_guessed
from b2b_apps.entry.files.services import CHECK_TOPIC, file_check
from b2b_apps.entry.models import EntryColumns, EntryList, EntryRow

State = EntryRow.State
INDEX = reverse("entry:index")
HEADS = ["Поз.", "Артикул", "Наименование материала", "Ед.", "Кол-во", "Прим."]
ROWS = [
    [1, "MVA20-1-016-C", "Автомат 1П 16А", "шт.", 240, "щит 1"],
    [2, "VVG3X25LS", "Кабель 3х2,5", "шт", 30.5, ""],
    ["", "", "Щит второй", "", "", ""],
    [3, "NOPE-777", "Светильник", "шт.", "24", "этаж 2"],
]


def xlsx(rows, sheet="Заявка"):
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet(sheet)
    for at, row in enumerate(rows):
        page.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def csv(rows, encoding="utf-8", separator=";"):
    return "\r\n".join(separator.join(map(str, row)) for row in rows).encode(encoding)


def upload(client, data, name="zayavka.xlsx"):
    """Load a file and let the worker do what it has to."""
    answer = client.post(reverse("entry:upload"), {"file": SimpleUploadedFile(name, data)})
    outbox_deliver()
    outbox_deliver()
    return answer


def kept():
    return EntryList.objects.get()


def name_columns(client, **fields):
    """Send the form of columns as the page shows it."""
    page = client.get(INDEX)
    file = page.context["file"]
    form = {f"c-{column.at}": column.kind for column in file.columns}
    form |= {"first": str(file.first_row), "keep": "on"}
    client.post(reverse("entry:columns"), form | fields)
    outbox_deliver()


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.xlsx", xlsx([["Заявка № 7"], [], HEADS, *ROWS])),
        ("a.csv", csv([HEADS, *ROWS])),
        ("a.csv", csv([HEADS, *ROWS], "cp1251")),
        ("a.txt", csv([HEADS, *ROWS], "cp1251", "\t")),
    ],
)
def test_a_file_is_read_its_columns_are_named_and_its_rows_are_checked(world, buyer, name, data):
    upload(buyer, data, name)
    page = buyer.get(INDEX).content.decode()
    name_columns(buyer)

    assert "Какой столбец что значит" in page
    rows = list(EntryRow.objects.order_by("number"))
    assert [(row.state, row.reason) for row in rows] == [
        (State.FOUND, ""), (State.FIXED, ""), (State.SKIPPED, "no_quantity"), (State.UNKNOWN, ""),
    ]  # fmt: skip
    assert [str(row.asked) for row in rows[:2]] == ["240.000", "30.500"]
    assert (rows[0].comment, rows[3].comment, rows[3].asked) == ("щит 1", "этаж 2", 24)
    assert kept().state == EntryList.State.OPEN


def test_comments_of_the_file_come_into_the_basket(world, buyer):
    upload(buyer, xlsx([HEADS, *ROWS]))
    name_columns(buyer)

    buyer.post(reverse("entry:add"))

    from b2b_apps.purchasing.selectors import basket_for

    lines = basket_for(world.context()).lines.values_list("product__article", "comment")
    assert dict(lines) == {"MVA20-1-016-C": "щит 1", "VVG3X25LS": ""}


def test_columns_once_named_are_remembered_for_such_files(world, buyer):
    strange = [["Что", "Сколько", "Шифр"], ["Автомат", 3, "MVA20-1-016-C"]]
    upload(buyer, xlsx(strange))
    name_columns(buyer, **{"c-0": "", "c-1": "quantity", "c-2": "article", "first": "2"})
    assert EntryColumns.objects.count() == 0  # no heads were recognized, so nothing to know it by

    upload(buyer, xlsx([HEADS, *ROWS]))
    name_columns(buyer, **{"c-2": ""})
    upload(buyer, xlsx([HEADS, ROWS[0]]))

    assert EntryColumns.objects.count() == 1
    assert kept().state == EntryList.State.OPEN
    assert EntryRow.objects.filter(article="MVA20-1-016-C").count() == 3


def test_the_template_is_read_without_a_question(world, buyer):
    template = b"".join(buyer.get(reverse("entry:template")).streaming_content)
    heads = ["Артикул", "Наименование", "Количество", "Единица", "Комментарий"]
    assert zipfile.is_zipfile(BytesIO(template))

    upload(buyer, xlsx([heads, ["MVA20-1-016-C", "", 24, "", ""]]))

    assert EntryRow.objects.get().quantity == 24


def test_columns_without_heads_are_guessed_by_what_stands_in_them():
    rows = [
        (number, [{"n": str(number)}, name, article, "шт", {"n": str(number * 7 % 50)}])
        for number, (article, name) in enumerate(
            [("A-1", "Автомат дифференциальный"), ("A-2", "Розетка с заземлением"),
             ("A-3", "Кабель силовой медный"), ("A-9", "Труба гофрированная ПВХ")], start=1
        )
    ]  # fmt: skip

    found = columns_guessed(rows, {"A-1", "A-2", "A-3"})

    assert found.places == {"article": 2, "quantity": 4, "unit": 3, "name": 1}
    assert columns_by_heads(rows) is None


@pytest.mark.parametrize(
    ("heads", "places"),
    [
        (["№ п/п", "Наименование", "Артикул / код", "Ед. изм.", "Кол-во", "Примечание"],
         {"article": 2, "name": 1, "quantity": 4, "unit": 3, "comment": 5}),
        (["Поз.", "Наименование и техническая характеристика", "Тип, марка",
          "Код оборудования, изделия, материала", "Завод-изготовитель", "Ед. измерения",
          "Кол-во (шт.)", "Масса единицы, кг"],
         {"article": 3, "name": 1, "quantity": 6, "unit": 5}),
        (["Код", "Артикул производителя", "Товар", "Количество на этаж", "Количество"],
         {"article": 1, "name": 2, "quantity": 4}),
    ],
)  # fmt: skip
def test_heads_are_known_by_a_part_of_them_and_the_row_that_counts_columns_is_none_of_goods(
    heads, places
):
    counted = [{"n": str(n)} for n in range(1, len(heads) + 1)]
    rows = [(1, ["Заявка № 118, объект 3"]), (3, heads), (4, counted), (5, ["1", "Щит", "A-1"])]

    assert columns_by_heads(rows) == (1, Columns(places, 5))


def test_a_unit_that_stands_twice_is_read_once_and_a_strange_one_is_offered(world, buyer):
    rows = [["MVA20-1-016-C", "Автомат", "шт.", "24 шт", ""], ["VVG3X25LS", "Кабель", "кг", 30, ""]]
    upload(buyer, xlsx([HEADS[1:], *rows]))
    name_columns(buyer)
    fine, strange = EntryRow.objects.order_by("number")

    page = buyer.get(INDEX).content.decode()
    assert (fine.state, fine.quantity) == (State.FOUND, 24)
    assert (strange.state, strange.reason) == (State.REFUSED, "unit")
    assert "вписано «30 кг», а считают в «шт»" in page
    assert "взять 30 шт" in page
    buyer.post(reverse("entry:rows"), {"take": f"{strange.pk}:30"})
    strange.refresh_from_db()
    assert (strange.state, strange.quantity) == (State.FOUND, 30)


def test_a_row_without_a_quantity_is_taken_up_where_one_is_written(world, buyer):
    upload(
        buyer, xlsx([HEADS[1:], ["MVA20-1-016-C", "Автомат", "шт.", "", "щит"], ["", "", "", 5]])
    )
    name_columns(buyer)
    empty, nameless = EntryRow.objects.order_by("number")
    page = buyer.get(INDEX).content.decode()

    buyer.post(reverse("entry:rows"), {f"q-{empty.pk}": "12", f"q-{nameless.pk}": "7"})

    assert (empty.state, nameless.state) == (State.SKIPPED, State.SKIPPED)
    assert (f'name="q-{empty.pk}"' in page, f'name="q-{nameless.pk}"' in page) == (True, False)
    empty.refresh_from_db()
    nameless.refresh_from_db()
    assert (empty.state, empty.quantity, empty.comment) == (State.FOUND, 12, "щит")
    assert nameless.state == State.SKIPPED
    buyer.post(reverse("entry:undo"))
    empty.refresh_from_db()
    assert (empty.state, empty.quantity) == (State.SKIPPED, None)


@pytest.mark.parametrize(
    "row", ["Материал прокладочный\t5", "Позиция\t5", "арт. MVA20-1-016-C\tкол-во 5 шт"]
)
def test_a_line_that_begins_like_a_head_is_no_head(row):
    assert [asked.skip for asked in asked_from_text(row)] == [""]


def test_a_row_of_unknown_heads_is_not_taken_for_goods(world, buyer):
    strange = ["Что", "Сколько", "Шифр"]

    upload(buyer, xlsx([strange, ["Автомат", 24, "MVA20-1-016-C"], ["Нечто", 1, "НЕТ-1"]]))

    page = buyer.get(reverse("entry:index")).content.decode()
    assert 'name="first" inputmode="numeric" value="2"' in page
    # The question about the columns comes before the list, and has the keyboard.
    assert page.index('id="h-file" tabindex="-1" autofocus') < page.index('id="paste"')


def test_a_worker_that_died_half_way_begins_anew(world, buyer):
    upload(buyer, xlsx([HEADS, *ROWS]))
    name_columns(buyer)
    payload = OutboxMessage.objects.get(topic=CHECK_TOPIC).payload
    EntryList.objects.update(state="checking")

    file_check(payload=payload)
    file_check(payload=payload)

    assert EntryRow.objects.count() == 4
    assert kept().state == EntryList.State.OPEN


def test_rows_of_a_file_come_after_those_that_were_pasted(world, buyer):
    buyer.post(reverse("entry:check"), {"text": "0012-LLE-A60 4"})
    upload(buyer, xlsx([HEADS, *ROWS]))
    name_columns(buyer)
    buyer.post(reverse("entry:check"), {"text": "0012-LLE-A60 5"})

    texts = [row.text.split("\t")[0] for row in EntryRow.objects.order_by("number")]

    assert texts == ["0012-LLE-A60 4", "1", "2", "", "3", "0012-LLE-A60 5"]


def test_a_file_can_be_dropped_and_its_columns_named_again(world, buyer):
    upload(buyer, xlsx([HEADS, *ROWS]))
    name_columns(buyer)
    buyer.post(reverse("entry:columns_again"))
    assert (kept().state, EntryRow.objects.count()) == ("columns", 0)

    buyer.post(reverse("entry:drop"))

    assert (kept().state, kept().file_name, EntryRow.objects.count()) == ("open", "", 0)


def far_cell():
    """Four kilobytes that name the last cell of a sheet."""
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    page = book.add_worksheet()
    page.write(0, 0, "MVA20-1-016-C")
    page.write(1048575, 16383, 1)
    book.close()
    return file.getvalue()


def bomb():
    file = BytesIO(xlsx([HEADS]))
    with zipfile.ZipFile(file, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/worksheets/sheet2.xml", b" " * 60_000_000)
    return file.getvalue()


def million_rows():
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n % 97}</v></c></row>' for n in range(1, 10**6))
    file = BytesIO()
    with (
        zipfile.ZipFile(BytesIO(xlsx([["A"]]))) as was,
        zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive,
    ):
        for name in was.namelist():
            data = was.read(name)
            if name == "xl/worksheets/sheet1.xml":
                data = (
                    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
                    f"<sheetData>{rows}</sheetData></worksheet>"
                ).encode()
            archive.writestr(name, data)
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "make", "told"),
    [
        ("far.xlsx", far_cell, "Скопируйте список в новую книгу"),
        ("bomb.xlsx", bomb, "Сохраните список заново"),
        ("million.xlsx", million_rows, "Разделите его"),
        ("photo.xlsx", lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "читаются XLSX"),
        ("rows.csv", lambda: b"A;1\n" * 20_040, "больше 20 000 строк"),
        ("blank.xlsx", lambda: xlsx([]), "нет строк"),
        ("broken.xlsx", lambda: xlsx([HEADS])[:400], "читаются XLSX"),
    ],
)
def test_what_cannot_be_read_says_what_to_do_and_leaves_the_list(world, buyer, name, make, told):
    buyer.post(reverse("entry:check"), {"text": "0012-LLE-A60 4"})

    upload(buyer, make(), name)
    page = buyer.get(INDEX).content.decode()

    assert kept().state == EntryList.State.FAILED
    assert told in page
    assert [row.text for row in EntryRow.objects.all()] == ["0012-LLE-A60 4"]


def test_an_empty_and_a_missing_file_are_told(buyer):
    for fields, told in (
        ({}, "Сначала выберите файл"),
        ({"file": SimpleUploadedFile("a.csv", b"")}, "Файл пуст"),
    ):
        buyer.post(reverse("entry:upload"), fields)
        assert told in buyer.get(INDEX).content.decode()

    assert EntryList.objects.count() == 0


def test_a_gigabyte_is_refused_before_it_is_read(settings):
    from b2b_apps.core.bodies import body_limit, takes_files

    assert body_limit(reverse("entry:upload")) == 11 * 1024 * 1024
    assert takes_files(reverse("entry:upload"))
    assert not takes_files(reverse("entry:check"))

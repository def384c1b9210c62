"""The buyer's day: a list from a file, a split, an approval, invoices, 1C, and again."""

import re
import secrets
from decimal import Decimal
from io import BytesIO
from typing import NamedTuple

import pypdf
import pytest
import xlsxwriter
from playwright.sync_api import expect

from tests.e2e.steps import amount, reload_until, sign_in, sum_of

# The first test waits for the portal, too, which a busy machine starts slowly.
pytestmark = [pytest.mark.e2e, pytest.mark.timeout(600)]

BUYER = "eremin@em-yug.example"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOVED, CHANGED, RAISED, UNKNOWN = "MVA20-3-025-C", "mcb4763-6-3-50C", "MVA25-1-016-C", "QX-9000-ZZ"
LIST = [
    ["Артикул", "Наименование материала", "Кол-во"],
    [MOVED, "Автомат 3P 25А", 36],
    [RAISED, "", 128],  # sold by 12: 132 are taken
    [CHANGED, "", 24],
    ["", "Автомат ВА47-29 2P", 12],  # dozens are called so
    [UNKNOWN, "Щит, какого нет", 3],
]
# So much of CHANGED is in Moscow only, which another of our companies sells from.
MUCH = "76"
MOVES = {MOVED: "Ростов,", RAISED: "Объект «Лазурный»"}
NUMBER = re.compile(r"^26-\d{6}$")
IN_BOOKS = re.compile(r"в нашем учёте № \S")


class Order(NamedTuple):
    shipments: list[dict[str, str]]
    total: Decimal


def test_a_buyer_under_approval_orders_a_file_and_orders_it_again(open_page, demo_people):
    people = {person["email"]: person for person in demo_people}
    page, own_number = open_page(), f"Л-2/{secrets.token_hex(4)}"
    sign_in(page, people[BUYER])
    start_afresh(page)

    upload(page, LIST)
    chosen = choose_among_several(page)
    add_what_was_found(page, num=4)
    was = set_by_keyboard(page, CHANGED, quantity="12")
    take_back(page, CHANGED, was=was)
    set_by_keyboard(page, CHANGED, quantity=MUCH)
    ordered = quantities_in_basket(page)
    assert ordered == {MOVED: "36", RAISED: "132", CHANGED: MUCH, chosen: "12"}
    holds_on_a_phone(page, "/basket/")

    goods, total = check_out(page, own_number=own_number)
    approve(page, open_page, demo_people, own_number=own_number, goods=goods)

    numbers = numbers_of_orders(page)
    assert len(numbers) == 2
    stands = [look_at_order(page, number, own_number=own_number) for number in numbers]
    shipments = [shipment for order in stands for shipment in order.shipments]
    assert {MOVED: "36"} in shipments
    assert {RAISED: "132"} in shipments
    assert {CHANGED: MUCH, chosen: "12"} in shipments
    assert sum(order.total for order in stands) == total

    for number in numbers:
        order_again(page, number)
    assert quantities_in_basket(page) == ordered


def start_afresh(page):
    """A portal that already runs may have what an earlier run left."""
    page.goto("/quick-order/")
    for form in ("drop", "clear"):
        button = page.locator(f"button[form={form}]")
        if button.count():
            button.click()
            expect(button).to_have_count(0)
    page.goto("/basket/")
    if page.locator("[data-select-all]").count():
        page.locator("[data-select-all]").check()
        page.locator("[data-bulk] button[formaction]").first.click()
    expect(page.locator(".lines")).to_have_count(0)


def upload(page, rows):
    page.goto("/quick-order/")
    file = {"name": "zayavka.xlsx", "mimeType": XLSX, "buffer": workbook(rows)}
    page.locator("#entry-file").set_input_files(file)
    page.locator(".quick__upload button").click()

    # Else the next such file would not be asked about.
    page.locator(".mapping__foot input[name=keep]").uncheck()
    page.locator(".mapping__foot .btn--primary").click()

    states = page.locator(".qlist .c-state .status")
    expect(states).to_have_text(["Найдено", "Исправлено", "Найдено", "Выбрать", "Не найдено"])
    expect(row_of(page, RAISED)).to_contain_text("кратность 12: было 128")
    expect(page.locator("tbody[data-k=none]")).to_contain_text("такого артикула нет")


def workbook(rows):
    file = BytesIO()
    book = xlsxwriter.Workbook(file)
    sheet = book.add_worksheet("Заявка")
    for at, row in enumerate(rows):
        sheet.write_row(at, 0, row)
    book.close()
    return file.getvalue()


def row_of(page, article):
    return page.locator("[data-rows] tr", has=page.locator(f".art:text-is('{article}')"))


def choose_among_several(page):
    """Take the first product that is offered for the name; returns its article."""
    option = page.locator("tbody[data-k=choice] .option").first
    article = option.locator(".art").inner_text()
    option.locator("input").click()
    expect(page.locator("tbody[data-k=choice]")).to_have_count(0)
    expect(row_of(page, article).locator(".c-qty input")).to_have_value("12")
    return article


def add_what_was_found(page, *, num):
    page.locator("#qtotal .btn--primary").click()
    expect(page.locator("#basket-link")).to_contain_text(f"{num} позиции")
    # What can't be bought is not lost: it stays, with the reason.
    expect(page.locator(".qlist .c-state .status")).to_have_text(["Не найдено"])
    assert UNKNOWN in page.locator(".qlist input[name^='t-']").input_value()


def set_by_keyboard(page, article, *, quantity):
    """Walk down to the row by arrows, type, and go on by Enter; returns what was there."""
    page.goto("/basket/")
    row = row_of(page, article)
    price, grand = amount(row.locator(".c-price")), page.locator("#basket-rail .grand")
    cell = row.locator(".c-qty input.cell")
    was = cell.input_value()
    expected = amount(grand) + price * (Decimal(quantity) - Decimal(was))

    for _row in range(place_of(page, article)):
        page.keyboard.press("ArrowDown")
    expect(cell).to_be_focused()
    page.keyboard.type(quantity)
    page.keyboard.press("Enter")

    expect(page.locator(".lines tbody tr").last.locator("input.cell")).to_be_focused()
    expect(grand).to_have_text(re.compile(spaced(expected)))
    assert amount(row.locator(".c-sum")) == price * Decimal(quantity)
    return was


def take_back(page, article, *, was):
    with page.expect_response("**/basket/line/**"):
        page.keyboard.press("Control+z")
    cell = row_of(page, article).locator(".c-qty input.cell")
    expect(cell).to_have_value(was)
    expect(cell).to_be_focused()


def place_of(page, article):
    return page.locator(".lines tbody .art").all_inner_texts().index(article) + 1


def spaced(value):
    """A pattern of a sum, however its thousands are parted: "62 978,16"."""
    return r"\s?".join(re.escape(sign) for sign in str(value).replace(".", ","))


def quantities_in_basket(page):
    page.goto("/basket/")
    rows = page.locator(".lines tbody tr").all()
    return {
        row.locator(".art").inner_text(): row.locator(".c-qty input.cell").input_value()
        for row in rows
    }


def holds_on_a_phone(page, address):
    wide = page.viewport_size
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(address)
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390, f"{address} is {width} px wide"
    page.set_viewport_size(wide)


def check_out(page, *, own_number):
    """Take two lines out of the one shipment and send; returns the sums that were shown, of the
    goods and with their delivery.
    """
    page.goto("/basket/")
    page.locator("#basket-rail .btn--primary").click()
    parts = page.locator(".shipplan tbody")
    expect(parts).to_have_count(1)
    page.locator("[name=customer_number]").fill(own_number)

    for num_parts, (article, place) in enumerate(MOVES.items(), start=2):
        move(parts, article, place)
        expect(parts).to_have_count(num_parts)

    expect(page.locator("#split legend")).to_contain_text("3 поставки")
    expect(page.locator("#split legend")).to_contain_text("2 заказа")
    expect(page.locator("[name=customer_number]")).to_have_value(own_number)
    sums = sum_of(page, "Товары"), amount(page.locator("#checkout .grand"))
    assert sums[1] == sums[0] + sum_of(page, "Доставка")
    page.locator("#checkout .rail button[name=send]").click()
    expect(page.locator(".order-no")).to_contain_text("Заявка")
    return sums


def move(parts, article, place):
    """Put a line of the shipment from Moscow to another warehouse, or to another consignee."""
    part = parts.filter(has_text="Москва, центральный").filter(has_text=article)
    part.locator("summary", has_text="Состав").click()
    part.locator(".shipplan__lines li", has_text=article).locator("input").check()
    target = part.locator("optgroup option", has_text=re.compile(f"^{place}")).first
    part.locator("select[name^='to-']").select_option(target.get_attribute("value"))
    part.locator("button[name=move]").click()


def approve(page, open_page, people, *, own_number, goods):
    """Each whom the request waits for approves it in his own browser."""
    decides = page.locator(".route li[aria-current=step] > b")
    expect(decides).to_be_visible()
    request = page.locator(".order-no .art").inner_text()
    while decides.count():
        name = decides.inner_text()
        head = open_page()
        sign_in(head, next(person for person in people if person["name"] in name))
        head.goto("/approvals/")
        turn = head.locator("tr[data-turn]", has=head.locator(f".art:text-is('{request}')"))
        turn.locator("a.art").first.click()
        expect(head.locator(".facts")).to_contain_text(own_number)
        assert amount(head.locator(".rail .grand")) == goods

        head.locator(".decide .btn--primary").click()
        expect(head.locator(".decide")).to_have_count(0)
        page.reload()
        assert decides.all_inner_texts() != [name]


def numbers_of_orders(page):
    """What the request became: all of them, each of which names the other."""
    links = page.locator(".page-head__actions a.btn", has_text="Заказ")
    numbers = [text.removeprefix("Заказ ") for text in links.all_inner_texts()]
    links.first.click()
    expect(page.locator(".order-no .art")).to_have_text(numbers[0])
    assert page.locator(".facts a.art", has_text=NUMBER).all_inner_texts() == numbers[1:]
    return numbers


def look_at_order(page, number, *, own_number):
    """Read an order; 1C has it, and its invoice says what it should."""
    page.goto(f"/orders/{number}/")
    expect(page.locator(".facts")).to_contain_text(own_number)
    blocks = page.locator(".shipment")
    reload_until(page, page.locator(".docs a.doc"), seconds=60)
    reload_until(page, blocks.last.filter(has_text=IN_BOOKS), seconds=60)
    expect(blocks.filter(has_text=IN_BOOKS)).to_have_count(blocks.count())

    order = Order([lines_of(block) for block in blocks.all()], amount(page.locator(".grand")))
    said = invoice_text(page)
    for word in (number, own_number, *(article for lines in order.shipments for article in lines)):
        assert word in said
    return order


def lines_of(block):
    """Articles and quantities of a shipment."""
    return {
        row.locator(".art").first.inner_text(): row.locator("td").nth(1).inner_text().split()[0]
        for row in block.locator(".shipped tbody tr", has=block.page.locator(".art")).all()
    }


def invoice_text(page):
    answer = page.request.get(page.locator(".docs a.doc").first.get_attribute("href"))
    assert answer.ok
    sheets = pypdf.PdfReader(BytesIO(answer.body())).pages
    return " ".join(word for sheet in sheets for word in sheet.extract_text().split())


def order_again(page, number):
    page.goto(f"/orders/{number}/")
    page.locator(".page-head__actions a", has_text="Повторить").click()
    expect(page).to_have_url(re.compile(f"/orders/{number}/again/$"))
    page.locator("#stotal .btn--primary").click()
    expect(page).not_to_have_url(re.compile(f"/orders/{number}/again/$"))

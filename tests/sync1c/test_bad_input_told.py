"""The list of bad input: what 1C's user reads, what he may do, and what still goes in."""

import re

import pytest
from django.apps import apps

from b2b_apps.pricing.models import Price
from b2b_apps.sync1c.models import ExchangeProblem
from tests.sync1c.files import file_of, good, goods, guid, offer, package, price, stock

# What a person can do: every text has a word of these.
ADVICE = re.compile(
    "Проверьте|Повторите|Исправьте|Выгрузите|Добавьте|Включите|Войдите|проверьте|повторите"
)


def is_plain(text: str) -> bool:
    """Russian, without names of our code, with something to do."""
    return bool(ADVICE.search(text)) and not re.search(r"Error|Traceback|None|\bline\b", text)


@pytest.mark.parametrize(
    ("changes", "query", "word"),
    [
        ({"password": "не тот пароль"}, {}, "пароль"),
        ({"user": "никто"}, {}, "имя"),
        ({}, {"mode": "upload"}, "«upload»"),
        ({}, {"kind": "stock"}, "«stock»"),
        ({}, {"kind": ""}, "type=catalog"),
    ],
)
def test_a_wrong_request_is_told_and_the_right_one_still_works(client_1c_a, changes, query, word):
    client_1c_a.begin()
    before = vars(client_1c_a).copy()
    vars(client_1c_a).update(changes)
    asked = {"kind": "catalog", "mode": "checkauth", **query}

    first, text = client_1c_a.call(**asked).split("\n")

    assert first == "failure"
    assert word in text
    assert is_plain(text), text
    vars(client_1c_a).update(before)
    assert client_1c_a.send("import.xml", file_of(goods(good(1)))).startswith("success")


@pytest.mark.parametrize("name", ["../import.xml", "/etc/passwd", "a/../../b.xml", "import.php"])
def test_a_path_in_a_name_is_told_and_the_other_files_go_in(client_1c_a, name):
    client_1c_a.begin()

    first, text = client_1c_a.call("catalog", "file", b"<x/>", filename=name).split("\n")

    assert first == "failure"
    assert is_plain(text), text
    body = file_of(goods(good(1)))
    assert client_1c_a.call("catalog", "file", body, filename="import.xml") == "success"
    answer = client_1c_a.call("catalog", "import", filename="import.xml")
    assert answer.startswith("success")


def broken(body: bytes, where: str, what: str) -> bytes:
    return body.replace(where.encode(), what.encode(), 1)


WHOLE = file_of(goods(good(1), good(2, "Щит")))
FILES = {
    "doctype": (broken(WHOLE, "<Ком", "<!DOCTYPE x><Ком"), "DOCTYPE", 0),
    "not valid": (b"<not valid xml!!!", "", 0),
    "breaks off": (broken(WHOLE, "<Наименование>Щит", "<not valid xml!!!"), "строке", 1),
    "encoding": (file_of(goods(good(1, "Щит")), "cp1251", "utf-8"), "кодировка", 0),
    "empty": (b"", "", 0),
    "foreign": (b"<?xml version='1.0'?><html/>", "«html»", 0),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_file_is_told_keeps_what_came_before_and_the_next_file_goes_in(client_1c_a, case):
    body, word, num_taken = FILES[case]

    answer = client_1c_a.send("import.xml", body)

    first, text = answer.split("\n", 1)
    assert first == "failure"
    assert word in text
    assert is_plain(text), text
    products = apps.get_model("catalogue", "Product").objects
    assert products.count() == num_taken
    assert client_1c_a.send("import.xml", WHOLE).startswith("success")
    assert products.count() == 2


VALUES = {
    "unknown price type": (offer(1, price("10", 999)), guid(999)),
    "negative price": (offer(1, price("-5")), "-5"),
    "no number": (offer(1, price("бесплатно")), "«бесплатно»"),
    "negative stock": (offer(1, price("5"), inside=stock(w801="-3")), "-3"),
}


@pytest.mark.parametrize("case", VALUES)
def test_a_bad_value_is_told_and_everything_else_goes_in(client_1c_a, case):
    bad, word = VALUES[case]

    answer = client_1c_a.send(
        "offers.xml", file_of(package(bad, offer(2, price("1 234,50")), warehouses=(801,)))
    )

    assert answer.startswith("success")
    assert "Замечаний: 1" in answer
    problem = ExchangeProblem.objects.get()
    assert word in problem.text
    assert is_plain(problem.text), problem.text
    assert Price.objects.filter(amount="1234.5").count() == 1

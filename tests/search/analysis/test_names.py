"""Sections, brands and past queries as somebody types."""

import pytest

from search.analysis.names import NameBook

SECTIONS = {
    1: "Автоматические выключатели",
    2: "Выключатели нагрузки",
    3: "Выключатели",
    4: "Кабель силовой",
    5: "Кабель-каналы",
    6: "Трубы гофрированные",
    7: "PP-R трубы",
    8: "Лента 12 и 24 В",
}
BOOK = NameBook(SECTIONS)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("вык", [3, 2, 1]),
        ("выключатель", [3, 2, 1]),
        ("автоматический выкл", [1]),
        ("выкл авто", [1]),
        ("ка", [5, 4]),
        ("кабель к", [5, 4]),
        ("rf,tkm", [5, 4]),
        ("kabel sil", [4]),
        ("труба", [6, 7]),
        ("ппр", [7]),
        ("лента 12в", [8]),
        ("насос", []),
        ("выключатель насос", []),
        ("", []),
        ("()*", []),
    ],
)
def test_all_words_typed_begin_words_of_the_name(typed, found):
    assert BOOK.like(typed, limit=10) == found


def test_no_more_than_asked_for():
    assert BOOK.like("вык", limit=2) == [3, 2]


def test_what_is_typed_often_comes_first():
    queries = {"кабель ввгнг 3х2,5": "кабель ввгнг 3х2,5", "кабель": "кабель"}

    assert NameBook(queries, {"кабель ввгнг 3х2,5": 9.0}).like("каб", limit=5) == [
        "кабель ввгнг 3х2,5",
        "кабель",
    ]


def test_brands_are_found_in_either_alphabet():
    brands = NameBook({name: name for name in ("IEK", "EKF", "Росма", "WAGO")})

    assert brands.like("иэк", limit=5) == ["IEK"]
    assert brands.like("rosma", limit=5) == ["Росма"]
    assert brands.like("шул", limit=5) == ["IEK"]

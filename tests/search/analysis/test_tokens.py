"""Sizes, units, marks and words come out the same however they are written."""

import pytest

from search.analysis.document import attribute_terms, text_fields
from search.analysis.tokens import tokens


def terms(text):
    return [term for token in tokens(text, limit=200) for term in token.terms]


def document_terms(text):
    return set(text_fields(title=text)["title"])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("2,5 мм", "2.5mm"),
        ("2,5мм", "2.5 MM"),
        ("16А", "16 A"),
        ("16 а", "16A"),
        ("220В", "220 V"),
        ("3х2,5", "3 × 2.5"),
        ("3*2.5", "3x2,5"),
        ('1/2"', "1/2 дюйма"),
        ('1/2"', "½"),
        ('1 1/4"', "1 1/4"),
        ('1"', "1 дюйм"),
        ("3 кв. мм", "3 мм²"),
        ("IP 44", "ip44"),
        ("1п", "1P"),
        ("1р", "1P"),
        ("30 мА", "30mA"),
        ("щётка", "щетка"),
        ("щеток", "щётка"),
        ("краны шаровые", "кран шаровой"),
        ("гаек", "гайка"),
        ("саморезы", "саморез"),
    ],
)
def test_written_otherwise_it_is_the_same(one, other):
    assert set(terms(one)) & set(terms(other))
    assert len(tokens(one, limit=99)) == len(tokens(other, limit=99))


@pytest.mark.parametrize(
    ("title", "typed"),
    [
        ("Болт М8×40 DIN 933", "m8x40"),
        ("Болт М8×40 DIN 933", "м8"),
        ("Болт М8×40 DIN 933", "8х40"),
        ("Болт М8×40 DIN 933", "din933"),
        ("Труба гофр. ПНД d40", "ø40"),
        ("Труба гофр. ПНД d40", "40"),
        ("Кран Ду15", "dn 15"),
        ("Щит ЩРн-12з IP31", "ип 31"),
        ("Автомат ВА47-29 1P 16А", "ba4729"),
        ("Автомат ВА47-29 1P 16А", "va47-29"),
        ("Труба PP-R PN25", "ппр"),
        ("Труба PP-R PN25", "PPR"),
        ("Кабель ВВГнг(А)-LS 3×2,5", "ВВГнг"),
        ("Кабель ВВГнг(А)-LS 3×2,5", "vvgng"),
        ("Кабель ВВГнг(А)-LS 3×2,5", "BBГнг"),
        ("Счётчик СЕ101 5–60А", "60 А"),
        ("Манометр Росма", "rosma"),
        ("Уголок из стали", "сталь"),
    ],
)
def test_what_is_typed_is_a_term_of_the_title(title, typed):
    found = [{*token.terms, *token.weak} for token in tokens(typed, limit=99)]
    assert all(any_of & document_terms(title) for any_of in found)


def test_a_number_says_its_unit_or_not():
    assert {"16a", "16"} <= document_terms("Автомат 16А")
    assert "16a" not in document_terms("Автомат 16В")


def test_steel_is_a_thing_and_not_a_verb():
    assert terms("стали") == ["стал"]
    assert "стат" not in terms("стали")


def test_attributes_take_the_unit_of_their_name():
    assert set(attribute_terms("Номинальный ток, А", "16")) == {"16a", "16"}
    assert attribute_terms("С подсветкой", "нет") == ()
    assert "подсветк" in attribute_terms("С подсветкой", "да")


def test_words_that_say_nothing_are_idle():
    assert [token.is_idle for token in tokens("кран для воды купить", limit=99)] == [
        False, True, False, True,
    ]  # fmt: skip


def heads(title):
    return {term[3:] for term in document_terms(title) if term.startswith("^^^")}


@pytest.mark.parametrize(
    ("title", "thing"),
    [
        ("Светильник ДСП 18Вт", {"светильник"}),
        ("Клемма WAGO 224-112 для светильников", {"клемм"}),
        ("Анкерный болт с гайкой 8×40", {"анкерн", "болт"}),
        ("АВДТ32 C50 30мА IEK", {"avdt32", "abdt32"}),
        ("Фильтр самопромывной с манометром", {"фильтр"}),
    ],
)
def test_a_title_begins_with_what_the_thing_is(title, thing):
    assert heads(title) == thing


def test_electricians_write_the_curve_before_the_current():
    assert "c16" in document_terms("Автомат ВА47-29 1P 16А C IEK")
    assert "c16" not in document_terms("Автомат ВА47-29 1P 16В C IEK")


def test_sizes_in_other_units_are_the_same():
    assert set(terms("30 см")) & set(terms("300мм"))
    assert set(terms("5 кВт")) & set(terms("5000 Вт"))
    assert not set(terms("30 см")) & set(terms("30 мм"))


def test_how_many_are_wanted_says_nothing_of_goods():
    assert [token.is_idle for token in tokens("гайка 10 шт", limit=99)] == [False, True]


def test_a_document_has_all_its_fields():
    fields = text_fields(
        title="Кран шаровой 1/2",
        brand="VALTEC",
        code_values=["VT.214.N.04"],
        texts=["Запорная арматура"],
        attributes=[("Материал", "латунь")],
    )

    assert fields["codes"] == ["vt214n04", "~vt214n04"]
    assert fields["title"] == ["кран", "шаров", "1/2", "^^^кран"]
    assert fields["words"] == [
        "кран", "шаров", "1/2", "valtec", "запорн", "арматур", "латун",
    ]  # fmt: skip
    assert fields["plain"] == ["кран", "шаровой", "valtec"]
    assert {"кр", "кран", "ша", "valtec"} <= set(fields["edges"])
    assert "vt2" in fields["code_edges"]
    assert "214" in fields["code_grams"]

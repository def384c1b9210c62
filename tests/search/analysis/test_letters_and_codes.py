"""Articles are found whatever case, separators, alphabet and layout they were typed in."""

import pytest

from search.analysis.codes import (
    code_key,
    code_keys,
    code_terms,
    edges_of_keys,
    either_key,
    grams_of_keys,
    keys_of_codes,
    shape_keys,
)
from search.analysis.letters import clean, other_layout, russian_by_sound


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("mva20-1-016-c", "MVA20-1-016-C"),
        ("MVA20 1 016 C", "MVA20-1-016-C"),
        ("mva20/1/016/c", "MVA20-1-016-C"),
        ("MVA20\u00a01\u2013016_C", "MVA20-1-016-C"),
        ("ВВГнг-3х2.5", "VVGNG3X2.5"),
        ("ввгнг 3x2,5", "VVGNG3X2.5"),
        ("ВВГнг 3×2,5", "VVGNG3X2.5"),
        ("ВВГнг*(3х2,5)", "VVGNG3X2.5"),
        ("BBГнг-3х2.5", "ВВГнг-3х2.5"),
        ("СГВ-15Х-80", "cгв 15x80"),
        ("SGV15X80", "СГВ-15Х-80"),
        ("TM-310P.00-4", "ТМ-310Р.00-4"),
        ("０１１３７RL", "01137RL"),
    ],
)
def test_codes_written_otherwise_are_the_same_code(typed, written):
    assert set(code_keys(typed)) & set(code_keys(written))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("01137RL", "1137RL"),
        ("VT.214.N.04", "VT.214.N.05"),
        ("2273-202", "2273-203"),
        ("00-00012", "00012"),
    ],
)
def test_zeros_and_digits_tell_codes_apart(one, other):
    assert not set(code_keys(one)) & set(code_keys(other))


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("MVA2O-1-O16-C", "MVA20-1-016-C"),
        ("МВА2О-l-О16-С", "MVA20-1-016-C"),
        ("MVA20-I-016-C", "MVA20-1-016-C"),
        ("MVA20-1-016-0", "MVA20-1-016-O"),
        ("АЗ-12", "A3-12"),
        ("2З23-O" + "O" * 9 + "1", "2323-" + "0" * 10 + "1"),
    ],
)
def test_letters_that_look_like_digits_are_one_way_to_read_a_code(typed, written):
    assert either_key(written) in shape_keys(typed)
    assert not set(code_keys(typed)) & set(code_keys(written))


@pytest.mark.parametrize("text", ["4607123450862", "кабель", "", "MVA-7"])
def test_what_has_no_such_sign_is_read_in_no_other_way(text):
    assert shape_keys(text) == []


@pytest.mark.parametrize("text", ["1" * 48 + "l", "0O1Il3З" * 9, "O1" * 1000])
def test_a_code_has_so_many_shapes_and_no_more(text):
    assert len(shape_keys(text)) <= 256


def test_letters_by_look_and_by_sound_in_one_code():
    assert either_key("МВА20‑1‑016‑С") == either_key("MVA20-1-016-C")
    assert not set(code_keys("МВА20‑1‑016‑С")) & set(code_keys("MVA20-1-016-C"))


def test_the_key_is_of_letters_and_digits_alone():
    assert code_key("ТМ-310Р.00-4") == "tm310p004"
    assert code_key(" -./ ") == ""
    assert code_key("") == ""


def test_a_document_has_beginnings_and_trigrams_of_its_codes():
    assert code_terms(keys_of_codes(["VT.21", "VT.21", ""])) == ["vt21", "~vt21"]
    assert edges_of_keys(keys_of_codes(["VT.21"])) == ["vt", "vt2", "vt21"]
    assert grams_of_keys(keys_of_codes(["VT.214"])) == ["vt2", "t21", "214"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ghbdtn", "привет"),
        ("rf,tkm", "кабель"),
        ("ьмф20-1-016-с", "mva20-1-016-c"),
        ("фмвт32", "avdn32"),
        ("МBА20", "МBА20"),
        ("220-10", "220-10"),
    ],
)
def test_the_other_layout(typed, meant):
    assert other_layout(typed) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("kabel", "кабел"), ("truba", "труба"), ("shchit", "щит")]
)
def test_russian_written_in_latin(typed, meant):
    assert russian_by_sound(typed) == meant


def test_unseen_signs_are_taken_out_and_the_limit_holds():
    assert clean("Щё\u200bт\x00чик\u202e №1½", limit=200) == "щет чик  1 1/2"
    assert len(clean("ﷺ" * 300, limit=200)) == 200

"""No text is too odd: analysis and queries stay within bounds. More of it: `make search-fuzz`."""

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from search.analysis.codes import (
    LONGEST_CODE,
    code_key,
    code_terms,
    edges_of_keys,
    grams_of_keys,
    keys_of_codes,
)
from search.analysis.document import text_fields
from search.analysis.names import NameBook
from search.analysis.synonyms import synonyms_of
from search.bodies.text import suggest_bodies, text_stages
from search.engines.reading import read_query
from search.fields import FIELDS
from search.vocabulary.seed import seed_groups
from tests.search.fuzz.asking import asked, check
from tests.search.fuzz.texts import OPERATORS, Texts
from tests.search.relevance.catalogue import demo_goods
from tests.search.relevance.measure import engine_of

SYNONYMS = synonyms_of(seed_groups())
BOOK = NameBook({1: "Автоматические выключатели", 2: "PP-R трубы"})
TEXTS = st.one_of(
    st.text(max_size=300),
    st.text(alphabet="xх×*/\\-.,_'\"0123456789 mм", max_size=300),
    st.lists(st.sampled_from(OPERATORS), max_size=30).map(" ".join),
    st.lists(st.sampled_from([*(p for g in seed_groups() for p in g.phrases)]), max_size=9).map(
        " ".join
    ),
)


@settings(max_examples=400, deadline=None)
@given(text=TEXTS)
def test_any_text_makes_queries_within_bounds(text):
    for stage in [*text_stages(text, SYNONYMS), *suggest_bodies(text, SYNONYMS)]:
        check(stage)
        read_query(stage)
    BOOK.like(text, limit=5)


@settings(max_examples=300, deadline=None)
@given(text=TEXTS, other=TEXTS)
def test_any_text_makes_a_document(text, other):
    fields = text_fields(
        title=text, brand=other, code_values=[other, text], texts=[text],
        attributes=[(other, text)],
    )  # fmt: skip

    assert set(fields) < set(FIELDS)
    assert all(isinstance(term, str) and term for terms in fields.values() for term in terms)
    assert all(len(term) <= 200 for terms in fields.values() for term in terms)


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=200))
def test_keys_of_codes_are_stable_and_short(text):
    key = code_key(text)

    assert code_key(key) == key
    assert len(key) <= LONGEST_CODE
    assert all(len(term) <= LONGEST_CODE + 1 for term in code_terms(keys_of_codes([text])))
    assert all(len(gram) == 3 for gram in grams_of_keys(keys_of_codes([text])))
    assert all(len(edge) >= 2 for edge in edges_of_keys(keys_of_codes([text])))


@settings(max_examples=200, deadline=None)
@given(text=st.text(alphabet="ABCEHKMOPTXYавсенкмортху0123456789", min_size=4, max_size=20))
def test_an_article_finds_itself_however_separators_stand(text):
    spaced = "-".join(text)

    assert set(code_terms(keys_of_codes([text]))) & set(code_terms(keys_of_codes([spaced.lower()])))
    assert set(code_terms(keys_of_codes([text]))) == set(code_terms(keys_of_codes([spaced])))


@pytest.mark.parametrize("sign", ["а", "(", "1x", "3х2,5 ", "ж-", "ﷺ", "😀", "\u202e", "а1", "щит"])
def test_a_million_signs_take_no_longer_than_two_hundred(sign):
    text = sign * (1_000_000 // len(sign))
    started = time.perf_counter()

    for stage in [*text_stages(text), *suggest_bodies(text)]:
        check(stage)
        read_query(stage)
    text_fields(title=text, brand=text, code_values=[text], texts=[text], attributes=[(text, text)])

    assert time.perf_counter() - started < 2


def test_the_engine_takes_whatever_is_asked(tmp_path):
    goods = list(demo_goods())[:300]
    engine = engine_of(goods, tmp_path)
    texts = Texts(7, [one.title for one in goods], [one.article for one in goods])

    for _number in range(400):
        asked(engine, texts.one(), SYNONYMS)

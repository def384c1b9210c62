"""Search finds what buyers mean: the goals of docs/search-relevance.md."""

import pytest

from search.analysis.synonyms import synonyms_of
from search.vocabulary.seed import seed_groups
from tests.search.relevance.catalogue import demo_goods
from tests.search.relevance.judged import BEST, judged
from tests.search.relevance.measure import CODES, engine_of, mean, measured, recall
from tests.search.relevance.real import folder, real_results
from tests.search.relevance.report import NDCG_GOAL, RECALL_GOAL


@pytest.fixture(scope="module")
def goods():
    return list(demo_goods())


@pytest.fixture(scope="module")
def queries(goods):
    return judged(goods)


@pytest.fixture(scope="module")
def results(goods, queries, tmp_path_factory):
    engine = engine_of(goods, tmp_path_factory.mktemp("judged"))
    return measured(engine, goods, queries, synonyms_of(seed_groups()))


def test_every_judged_query_has_an_answer_in_the_catalogue(queries):
    assert len(queries) >= 200
    assert len({one.query for one in queries}) == len(queries)
    assert [one.query for one in queries if BEST not in one.grades.values()] == []


def test_articles_and_barcodes_are_found(results):
    assert mean(one.recall for one in results if one.judged.kind in CODES) >= RECALL_GOAL


def test_the_order_is_what_buyers_want(results):
    assert mean(one.ndcg for one in results) >= NDCG_GOAL


@pytest.mark.parametrize(
    "kind",
    ["article", "noise", "barcode", "morphology", "synonym", "typo", "layout", "unit", "brand",
     "attribute"],
)  # fmt: skip
def test_no_kind_of_query_is_left_behind(results, kind):
    assert mean(one.ndcg for one in results if one.judged.kind == kind) >= NDCG_GOAL


def test_an_exact_article_is_the_first(results):
    exact = [one for one in results if one.judged.kind == "article"]
    assert [one.judged.query for one in exact if one.judged.grades.get(one.found[0]) != BEST] == []


def test_the_measure_knows_a_bad_answer(queries):
    one = next(one for one in queries if one.query == "MVA20-1-016-C")
    assert recall(one, ["MVA20-1-010-C"]) == 0.0
    assert recall(one, ["MVA20-1-010-C", "MVA20-1-016-C"]) == 1.0


@pytest.mark.skipif(folder() is None, reason="no exchange files of other shops beside the project")
def test_real_catalogues_are_searched_as_well():
    results = real_results(synonyms_of(seed_groups()))

    assert len(results) == 2
    every = [one for found in results.values() for one in found]
    assert [one.judged.query for one in every if BEST not in one.judged.grades.values()] == []
    assert mean(one.ndcg for one in every) >= NDCG_GOAL

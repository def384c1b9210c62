"""What a typed text asks: shape, order and bounds of the queries."""

import json

import pytest

from search.bodies.clauses import num_clauses
from search.bodies.text import suggest_bodies, text_stages
from search.fields import FIELDS

CLAUSES = {"bool", "term", "terms", "constant_score", "dis_max", "fuzzy"}
MOST_CLAUSES = 800
MOST_LEVELS = 10


def leaves(query):
    """Yield (kind, field, value) of a query; refuse what is not of the subset."""
    ((kind, inner),) = query.items()
    assert kind in CLAUSES
    if kind == "bool":
        assert set(inner) <= {"must", "should", "filter", "minimum_should_match", "boost"}
        for part in ("must", "should", "filter"):
            for clause in inner.get(part, ()):
                yield from leaves(clause)
    elif kind == "dis_max":
        assert inner["queries"]
        for clause in inner["queries"]:
            yield from leaves(clause)
    elif kind == "constant_score":
        yield from leaves(inner["filter"])
    else:
        field = next(name for name in inner if name != "boost")
        assert field in FIELDS
        values = inner[field] if kind == "terms" else [inner[field]["value"]]
        assert values
        assert all(values)
        for value in values:
            yield kind, field, value


def levels(query):
    """How deep a query goes."""
    ((_, inner),) = query.items()
    inside = [inner["filter"]] if "filter" in inner and "must" not in inner else []
    for part in ("must", "should", "queries"):
        inside += inner.get(part, [])
    return 1 + max((levels(clause) for clause in inside), default=0)


@pytest.mark.parametrize("text", ["", "   ", "\x00", "()[]{}", "*", "\u202e", "…"])
def test_nothing_to_look_for_asks_nothing(text):
    assert text_stages(text) == []
    assert suggest_bodies(text) == []


def test_the_whole_text_as_an_article_is_asked_first():
    first, *_ = text_stages("ВВГнг-3х2.5")
    exact, either, begun = first["bool"]["should"][:3]

    assert exact["constant_score"]["filter"]["terms"]["codes"] == ["bbghg3x25", "vvgng3x25"]
    assert either["constant_score"]["filter"]["terms"]["codes"] == ["~vvgng3n25"]
    assert begun["constant_score"]["filter"]["terms"]["code_edges"] == ["vvgng3n25"]
    boosts = [clause["constant_score"]["boost"] for clause in (exact, either, begun)]
    assert boosts == sorted(boosts, reverse=True)


def test_a_word_of_the_dictionary_is_no_beginning_of_an_article():
    fields = {field for _, field, _ in leaves(text_stages("кабель")[0])}

    assert "code_edges" not in fields
    assert {"codes", "title", "words", "edges"} <= fields


def test_the_strict_stage_has_no_typos_and_the_loose_ones_have():
    stages = text_stages("выключятель двухклавишный")
    kinds = [{kind for kind, _, _ in leaves(stage)} for stage in stages]

    assert "fuzzy" not in kinds[0]
    assert "fuzzy" in kinds[-2]
    assert stages[-1]["bool"]["minimum_should_match"] == 1


def test_short_numbers_have_no_typos():
    values = [value for stage in text_stages("2273 16") for kind, _, value in leaves(stage)
              if kind == "fuzzy"]  # fmt: skip
    assert values == []


def test_the_other_layout_is_asked_too():
    asked = [list(leaves(stage)) for stage in text_stages("fdnjvfn 16f")]

    assert not any(value == "автомат" for _, _, value in asked[0])
    assert any(("term", "title", "автомат") in stage for stage in asked[1:])
    assert any(("term", "title", "16a") in stage for stage in asked[1:])


LONG = [
    "a" * 1_000_000,
    "(" * 10_000,
    "3x2.5 " * 1000,
    "ва47-29-1р-16а/30ма-ip44-m8x40-1/2 " * 50,
    " ".join(f"ва{n}-29-1р-16а/30ма-х{n}x4" for n in range(40)),
    "1x" * 500,
    "ﷺ" * 1000,
    "выключатель " * 100,
    "AND OR NOT +title:(a* b~2)^9 /.*/ [a TO b] " * 20,
]


@pytest.mark.parametrize("text", LONG, ids=range(len(LONG)))
def test_bodies_are_bounded_whatever_is_typed(text):
    stages = [*text_stages(text), *suggest_bodies(text)]

    assert len(stages) <= 8
    assert all(num_clauses(stage) <= MOST_CLAUSES for stage in stages)
    assert all(levels(stage) <= MOST_LEVELS for stage in stages)
    assert all(list(leaves(stage)) for stage in stages)
    assert all(len(json.dumps(stage)) < 150_000 for stage in stages)

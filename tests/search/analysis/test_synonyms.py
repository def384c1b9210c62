"""Synonyms of what is typed."""

from search.analysis.synonyms import Group, synonyms_of
from search.analysis.tokens import tokens
from search.vocabulary.seed import seed_groups

TABLE = synonyms_of(
    [
        Group(["автомат", "автоматический выключатель"]),
        Group(["УЗО", "выключатель дифференциального тока"]),
        Group(["гофра"], ["труба гофр"]),
        Group(["щиток", "щит"]),
        Group(["щиток", "бокс"]),
    ]
)


def found(text, start=0):
    """How many tokens are a phrase, and the first terms of what it also finds."""
    length, phrases = TABLE.at(tokens(text, limit=200), start)
    return length, [" ".join(token.terms[0] for token in phrase) for phrase in phrases]


def test_a_phrase_finds_the_others_of_its_group_in_any_form():
    assert found("автоматами") == (1, ["автоматическ выключател"])
    assert found("автоматические выключатели") == (2, ["автомат"])


def test_the_longest_phrase_wins():
    assert found("выключатель дифференциального тока 16а") == (3, ["узо"])


def test_a_one_way_group_does_not_go_back():
    assert found("гофра") == (1, ["труб гофр"])
    assert found("труба гофр") == (1, [])


def test_groups_that_share_a_phrase_are_joined():
    assert found("щиток") == (1, ["щит", "бокс"])
    assert found("щит") == (1, ["щиток"])


def test_a_phrase_may_stand_anywhere():
    assert found("белый щиток", 1) == (1, ["щит", "бокс"])
    assert found("белый щиток", 0) == (1, [])


def test_abbreviations_are_found_in_the_other_alphabet():
    assert found("uzo")[1] == ["выключател дифференциальн ток"]


def test_the_seed_is_in_order():
    groups = seed_groups()

    assert len(groups) >= 60
    assert all(len(group.phrases) > 1 or group.finds for group in groups)
    assert len({tuple(group.phrases) for group in groups}) == len(groups)

"""Staff's synonyms: written, read at the next search, refused when they say nothing."""

import pytest

from search.bodies.text import text_stages
from search.vocabulary import selectors
from search.vocabulary.errors import LonelyPhraseError, NothingToFindError, TooMuchError
from search.vocabulary.models import Synonym
from search.vocabulary.seed import seed_groups
from search.vocabulary.selectors import synonyms_now
from search.vocabulary.services import synonym_delete, synonym_save, synonyms_seed
from search.vocabulary.stages import stages_now

pytestmark = pytest.mark.django_db


def asks_for(text, term):
    return f"'{term}'" in str(text_stages(text, synonyms_now())[0])


def test_a_new_synonym_works_at_the_next_search():
    assert not asks_for("липучка", "изолент")

    synonym_save(phrases=["липучка", "изолента"], user_id=None)

    assert asks_for("липучка", "изолент")
    assert asks_for("изолента", "липучк")


def test_a_changed_a_switched_off_and_a_deleted_one_too():
    synonym = synonym_save(phrases=["липучка", "изолента"], user_id=None)
    assert asks_for("липучка", "изолент")

    synonym_save(phrases=["липучка"], finds=["скотч"], user_id=None, synonym_id=synonym.pk)
    assert not asks_for("липучка", "изолент")
    assert asks_for("липучка", "скотч")
    assert not asks_for("скотч", "липучк")

    synonym_save(phrases=["липучка"], finds=["скотч"], is_active=False, user_id=None,
                 synonym_id=synonym.pk)  # fmt: skip
    assert not asks_for("липучка", "скотч")

    synonym_save(phrases=["липучка"], finds=["скотч"], user_id=None, synonym_id=synonym.pk)
    assert asks_for("липучка", "скотч")
    synonym_delete(synonym_id=synonym.pk)
    assert not asks_for("липучка", "скотч")


def test_who_changed_it_and_when_is_kept(world):
    editor = world.people["editor"]
    synonym = synonym_save(phrases=[" липучка ", "изолента", "липучка"], user_id=editor.pk)

    kept = Synonym.objects.get(pk=synonym.pk)
    assert kept.phrases == ["липучка", "изолента"]
    assert kept.changed_by == editor
    assert kept.changed_at is not None


@pytest.mark.parametrize(
    ("phrases", "finds", "error"),
    [
        ([], [], LonelyPhraseError),
        (["липучка"], [], LonelyPhraseError),
        (["липучка", "липучка "], [], LonelyPhraseError),
        ([], ["изолента"], LonelyPhraseError),
        (["липучка", "()*"], [], NothingToFindError),
        (["липучка", "а" * 101], [], TooMuchError),
        ([f"слово {n}" for n in range(21)], [], TooMuchError),
    ],
)
def test_what_says_nothing_is_refused(phrases, finds, error):
    with pytest.raises(error):
        synonym_save(phrases=phrases, finds=finds, user_id=None)

    assert not Synonym.objects.exists()


def test_the_table_is_read_once_until_it_changes(django_assert_num_queries, monkeypatch):
    monkeypatch.setattr(selectors, "_kept", {})
    synonym_save(phrases=["липучка", "изолента"], user_id=None)

    with django_assert_num_queries(2):
        synonyms_now()
    with django_assert_num_queries(1):
        synonyms_now()
    with django_assert_num_queries(1):
        stages_now("липучка")


def test_the_seed_is_written_once_and_leaves_what_staff_changed():
    assert synonyms_seed() == len(seed_groups())
    first = Synonym.objects.first()
    changed = [*first.phrases, "защитник"]
    synonym_save(phrases=changed, finds=["другое"], user_id=None, synonym_id=first.pk)

    assert synonyms_seed() == 0

    first.refresh_from_db()
    assert (first.phrases, first.finds) == (changed, ["другое"])

"""Teaching the search: synonyms and pins."""

from collections.abc import Iterable, Sequence

from django.apps import apps
from django.db import transaction

from search.analysis.letters import clean
from search.analysis.synonyms import LONGEST_PHRASE
from search.analysis.tokens import tokens
from search.bodies.pinned import MOST_PINS
from search.vocabulary.errors import (
    LonelyPhraseError,
    NothingToFindError,
    TooMuchError,
    UnknownProductError,
)
from search.vocabulary.locks import pins_lock
from search.vocabulary.models import LONGEST_QUERY, Pin, Synonym
from search.vocabulary.seed import seed_groups
from search.vocabulary.selectors import query_key

MOST_PHRASES = 20


@transaction.atomic
def synonym_save(
    *,
    phrases: Iterable[str],
    finds: Iterable[str] = (),
    is_active: bool = True,
    user_id: int | None,
    synonym_id: int | None = None,
) -> Synonym:
    """Write a group, a new one or that of ``synonym_id``; the next search knows it.

    Locks the row. Raises LonelyPhraseError, NothingToFindError, TooMuchError, and
    Synonym.DoesNotExist.
    """
    kept, found = _phrases(phrases), _phrases(finds)
    if not kept or (len(kept) < 2 and not found):
        raise LonelyPhraseError
    synonym = Synonym()
    if synonym_id is not None:
        synonym = Synonym.objects.select_for_update().get(pk=synonym_id)
    synonym.phrases, synonym.finds = kept, found
    synonym.is_active, synonym.changed_by_id = is_active, user_id
    synonym.save()
    return synonym


def synonym_delete(*, synonym_id: int) -> None:
    """Take a group away. Raises Synonym.DoesNotExist."""
    Synonym.objects.get(pk=synonym_id).delete()


@transaction.atomic
def pins_save(*, text: str, product_ids: Sequence[int], user_id: int | None) -> Sequence[Pin]:
    """Let these products, in this order, come first for a text; none takes its pins away.

    Locks the text. Raises NothingToFindError, TooMuchError, UnknownProductError.
    """
    key = query_key(text)
    if not key:
        raise NothingToFindError(text)
    if len(text) > LONGEST_QUERY:
        raise TooMuchError(LONGEST_QUERY)
    wanted = list(dict.fromkeys(product_ids))
    if len(wanted) > MOST_PINS:
        raise TooMuchError(MOST_PINS)
    _check_products(wanted)
    pins_lock(key=key)
    Pin.objects.filter(key=key).delete()
    return Pin.objects.bulk_create(
        Pin(key=key, text=text.strip(), product_id=pk, place=place, changed_by_id=user_id)
        for place, pk in enumerate(wanted)
    )


@transaction.atomic
def synonyms_seed(*, user_id: int | None = None) -> int:
    """Write the synonyms of the trade that are not there yet; return how many were new.

    A group is there if its first phrase is in any group, whatever staff have made of the rest.
    """
    groups = Synonym.objects.values_list("phrases", flat=True)
    known = {phrase for phrases in groups for phrase in phrases}
    missing = [group for group in seed_groups() if group.phrases[0] not in known]
    for group in missing:
        synonym_save(phrases=group.phrases, finds=group.finds, user_id=user_id)
    return len(missing)


def _phrases(texts: Iterable[str]) -> list[str]:
    """Clean phrases, each once. Raises NothingToFindError, TooMuchError."""
    found = list(dict.fromkeys(" ".join(text.split()) for text in texts if text.strip()))
    if len(found) > MOST_PHRASES:
        raise TooMuchError(MOST_PHRASES)
    for phrase in found:
        if len(phrase) > LONGEST_PHRASE:
            raise TooMuchError(LONGEST_PHRASE)
        if not tokens(clean(phrase, limit=LONGEST_PHRASE), limit=LONGEST_PHRASE):
            raise NothingToFindError(phrase)
    return found


def _check_products(ids: Sequence[int]) -> None:
    """A SKU of a parent is a part of its parent's row, so it can't be pinned."""
    products = apps.get_model("catalogue", "Product")._default_manager.exclude(structure="child")
    known = set(products.filter(pk__in=ids).values_list("pk", flat=True))
    for pk in ids:
        if pk not in known:
            raise UnknownProductError(pk)

"""What the search was taught, as it is now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max

from b2b_apps.core.prepared import rows_of
from search.analysis.letters import clean
from search.analysis.synonyms import NO_SYNONYMS, Group, Synonyms, synonyms_of
from search.analysis.tokens import tokens
from search.bodies.pinned import MOST_PINS
from search.vocabulary.models import LONGEST_QUERY, Pin, Synonym

Version = tuple[int, datetime | None]

# The table of one version, read once per process and change.
_kept: dict[Version, Synonyms] = {}


def synonyms_now() -> Synonyms:
    """Return the active synonyms. One query; two after a change, by whatever process."""
    told = Synonym.objects.aggregate(num=Count("pk"), last=Max("changed_at"))
    return _synonyms_of((told["num"], told["last"]))


def _synonyms_of(version: Version) -> Synonyms:
    found = _kept.get(version)
    if found is None:
        found = synonyms_of(groups_active())
        _kept.clear()
        _kept[version] = found
    return found


def groups_active() -> Sequence[Group]:
    """Return the groups that are in use. One query."""
    rows = Synonym.objects.filter(is_active=True).values_list("phrases", "finds")
    return [Group(phrases, finds) for phrases, finds in rows]


@dataclass(frozen=True, slots=True)
class Taught:
    """What staff taught the search of a text."""

    synonyms: Synonyms
    pins: Sequence[int] = ()


NOTHING_TAUGHT = Taught(NO_SYNONYMS)
TAUGHT = """
SELECT (SELECT count(*) FROM b2b_search_synonym), (SELECT max(changed_at) FROM b2b_search_synonym),
    ARRAY(SELECT product_id FROM b2b_search_pin WHERE key = %(key)s::text
        ORDER BY place LIMIT %(most)s::bigint)
"""


def taught_for(text: str) -> Taught:
    """Return the active synonyms and the products pinned to a text. One query; two after synonyms
    were changed, by whatever process.
    """
    # No pin has an empty key.
    ((num, last, pins),) = rows_of(TAUGHT, {"key": query_key(text), "most": MOST_PINS})
    return Taught(_synonyms_of((num, last)), pins)


def pins_for(text: str) -> Sequence[int]:
    """Return ids of products that were pinned to a text, in their order. One query."""
    key = query_key(text)
    if not key:
        return []
    found = Pin.objects.filter(key=key).order_by("place").values_list("product_id", flat=True)
    return list(found[:MOST_PINS])


def query_key(text: str) -> str:
    """Return a typed text as search reads it: the first term of every word that says something.

    Empty if the text has nothing to look for. No query.
    """
    cleaned = clean(text, limit=LONGEST_QUERY)
    found = tokens(cleaned, limit=LONGEST_QUERY)
    useful = [token for token in found if not token.is_idle] or found
    return " ".join(token.terms[0] for token in useful)[: 2 * LONGEST_QUERY]

"""A typed text as queries, with everything that staff taught the search."""

from collections.abc import Sequence

from search.bodies.pinned import pinned
from search.bodies.text import text_stages
from search.engines.base import Body
from search.vocabulary.selectors import pins_for, synonyms_now


def stages_now(text: str) -> Sequence[Body]:
    """Return the queries that ``search_for`` asks, the strictest first.

    Two queries to the database; three after synonyms were changed.
    """
    return pinned(text_stages(text, synonyms_now()), pins_for(text))

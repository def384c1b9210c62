"""A typed text as queries, with everything that staff taught the search."""

from collections.abc import Sequence

from search.bodies.pinned import pinned
from search.bodies.text import Reading, text_readings
from search.engines.base import Body
from search.vocabulary.selectors import Taught, taught_for


def stages_now(text: str) -> Sequence[Body]:
    """Return the queries that ``search_for`` asks, the strictest first.

    One query to the database; two after synonyms were changed.
    """
    return [reading.body for reading in readings_now(text, taught_for(text))]


def readings_now(text: str, taught: Taught) -> Sequence[Reading]:
    """Return the same with what kind of reading each is; ``taught`` is of this text. No query."""
    found = text_readings(text, taught.synonyms)
    bodies = pinned([reading.body for reading in found], taught.pins)
    return [Reading(reading.kind, body) for reading, body in zip(found, bodies, strict=True)]

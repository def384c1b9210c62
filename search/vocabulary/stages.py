"""A typed text as queries, with everything that staff taught the search."""

from collections.abc import Sequence

from search.bodies.pinned import pinned
from search.bodies.text import Reading, text_readings
from search.engines.base import Body
from search.vocabulary.selectors import pins_for, synonyms_now


def stages_now(text: str) -> Sequence[Body]:
    """Return the queries that ``search_for`` asks, the strictest first.

    Two queries to the database; three after synonyms were changed.
    """
    return [reading.body for reading in readings_now(text, pins_for(text))]


def readings_now(text: str, pins: Sequence[int]) -> Sequence[Reading]:
    """Return the same with what kind of reading each is; ``pins`` are the text's.

    One query; two after synonyms were changed.
    """
    found = text_readings(text, synonyms_now())
    bodies = pinned([reading.body for reading in found], pins)
    return [Reading(reading.kind, body) for reading, body in zip(found, bodies, strict=True)]

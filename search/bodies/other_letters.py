"""A typed text in the other layout of the keyboard, or in the letters of the other alphabet."""

from collections.abc import Sequence

from search.analysis.letters import LATIN, by_sound, other_layout, russian_by_sound
from search.analysis.synonyms import Synonyms
from search.analysis.tokens import tokens
from search.bodies import codes
from search.bodies.clauses import Clause, all_of, any_of, best_of
from search.bodies.segments import segments_of

# A word slipped into the other layout may have signs in it that split it.
MOST_OF_A_WORD = 3


def other_letters(raws: Sequence[str], synonyms: Synonyms) -> list[Clause]:
    """The words, each as it is or in other letters; none where nothing else can be read."""
    readings = [_readings(raw) for raw in raws]
    if all(len(kinds) == 1 for kinds in readings):
        return []
    whole = codes.same_or_begun(other_layout("".join(raws)))
    words = [
        best_of(clauses)
        for kinds in readings
        if (clauses := [clause for kind in kinds for clause in _words(kind, synonyms)])
    ]
    return [any_of([*whole, *([all_of(words)] if words else [])])]


def other_texts(text: str) -> list[str]:
    """Return a cleaned text as it would read in other letters: by the keyboard, then by ear."""
    raws = text.split()
    found = [" ".join(_in_letters(raw, place) for raw in raws) for place in (1, 2)]
    return [other for other in dict.fromkeys(found) if other != text]


def _in_letters(raw: str, place: int) -> str:
    """What is no word of the other alphabet stays: 3/2, and 16a by ear."""
    readings = _readings(raw)
    other = readings[min(place, len(readings) - 1)]
    is_slip = place == 1 and any(map(str.isalpha, other))
    is_word = any(map(str.isalpha, raw)) and not any(map(str.isdigit, raw))
    return other if is_slip or is_word else raw


def _readings(raw: str) -> list[str]:
    by_ear = russian_by_sound(raw) if LATIN.search(raw) else by_sound(raw)
    return list(dict.fromkeys((raw, other_layout(raw), by_ear)))


def _words(text: str, synonyms: Synonyms) -> list[Clause]:
    found = [token for token in tokens(text, limit=len(text)) if not token.is_idle]
    segments = segments_of(found[:MOST_OF_A_WORD], synonyms)
    return [all_of([segment.loosely() for segment in segments])] if segments else []

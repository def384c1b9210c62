"""A typed text as segments: words that mean something together, and what else they may be."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

from search.analysis.synonyms import Synonyms
from search.analysis.tokens import Kind, Token
from search.bodies.clauses import Clause, all_of, best_of, term
from search.bodies.pieces import loose, strict, typo

SYNONYM = 0.8
# What idle words, and a mark joined to its number, add to the score.
IDLE, JOINED = 0.02, 3.0
MOST_PARTS = 24
# Distances of typos are dear, so only the first words may have any.
MOST_MISTYPED = 6


@dataclass(frozen=True, slots=True)
class Segment:
    """Tokens that a synonym stands for, or one token; ``at`` is the place of the first."""

    at: int
    tokens: Sequence[Token]
    alternatives: Sequence[Sequence[Token]]
    is_bare: bool
    is_last: bool

    @property
    def is_idle(self) -> bool:
        return all(token.is_idle for token in self.tokens)

    def strictly(self) -> Clause:
        """As it is typed; the last word may be a beginning."""
        last = self.tokens[-1] if self.is_last else None
        return self._with_synonyms(
            strict(token, is_begun=token is last, is_bare=self.is_bare) for token in self.tokens
        )

    def loosely(self) -> Clause:
        """Every word may be a beginning, sizes go by their sides."""
        return self._with_synonyms(loose(token, is_bare=self.is_bare) for token in self.tokens)

    def mistyped(self) -> Clause:
        """Every word may have typos."""
        if self.at >= MOST_MISTYPED:
            return self.loosely()
        return self._with_synonyms(typo(token, is_bare=self.is_bare) for token in self.tokens)

    def _with_synonyms(self, typed: Iterable[Clause]) -> Clause:
        others = (
            all_of(
                [strict(token, is_bare=True) for token in phrase],
                boost=SYNONYM * len(self.tokens) / len(phrase),
            )
            for phrase in self.alternatives
        )
        return best_of([all_of(typed), *others])


def segments_of(found: Sequence[Token], synonyms: Synonyms) -> list[Segment]:
    """Return the segments of tokens, the longest phrases first from the left."""
    parts = list(accumulate(len(token.parts) for token in found))
    segments: list[Segment] = []
    at = 0
    while at < len(found):
        length, alternatives = synonyms.at(found, at)
        end = at + length
        is_bare = parts[end - 1] > MOST_PARTS
        segments.append(Segment(at, found[at:end], alternatives, is_bare, end == len(found)))
        at = end
    return segments


def all_words(segments: Sequence[Segment], clauses: Sequence[Clause]) -> list[Clause]:
    """All of the segments' clauses; idle ones only score, unless nothing else was typed."""
    pairs = list(zip(segments, clauses, strict=True))
    needed = [clause for segment, clause in pairs if not segment.is_idle]
    idle = [clause for segment, clause in pairs if segment.is_idle]
    if not needed:
        return [all_of(idle)] if idle else []
    return [all_of(needed, [*_joined(segments), *(all_of([one], boost=IDLE) for one in idle)])]


def _joined(segments: Sequence[Segment]) -> list[Clause]:
    """A mark and the number behind it written as one: авдт 32 is best АВДТ32."""
    found = [token for segment in segments for token in segment.tokens]
    return [
        term("title", word + behind.terms[0], JOINED)
        for before, behind in pairwise(found)
        if before.kind is Kind.MARK and behind.kind is Kind.NUMBER
        for word in before.plain
        if word.isascii()
    ]

"""Tokens: words, numbers with units, sizes, marks. The same for documents and what is typed."""

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from functools import cached_property, lru_cache
from itertools import pairwise

from search.analysis.codes import code_keys
from search.analysis.letters import by_look, by_sound, clean
from search.analysis.morphology import LONGEST_WORD, is_known, word_terms
from search.analysis.units import LOOSE_PREFIXES, PIECES, PREFIXES, SMALLER, UNITS

NUMBER = r"\d+(?:[.,]\d+)?"
FRACTION = r"(?:[1-9]\+)?[1357]/[248](?!\d)"
SIZE = rf"(?:{FRACTION}|{NUMBER})(?:\"?[xх×*](?:{FRACTION}|{NUMBER}))+"
_UNITS = "|".join(sorted(map(re.escape, UNITS), key=len, reverse=True))
_PREFIXES = "|".join(sorted(map(re.escape, PREFIXES), key=len, reverse=True))

# Spaces inside of one size: 3 х 2,5 · 1 1/4" · 2,5 мм · IP 44.
AROUND_TIMES = re.compile(r"(?<=[\d\"])\s*[xх×*]\s*(?=\d)")
WHOLE_AND_PART = re.compile(r"(?<![\d.,/])([1-9])\s+(?=[1357]/[248](?!\d))")
BEFORE_UNIT = re.compile(rf"(?<=\d)\s+(?=(?:{_UNITS})(?![\w.-]*\w))")
AFTER_PREFIX = re.compile(rf"(?<!\w)({_PREFIXES})\.?\s+(?=\d)")
SQUARE = re.compile(r"(?<!\w)(?:кв\.?\s?мм|мм\.?\s?кв)\b\.?")
BETWEEN = re.compile(r"[\s()\[\]{}<>«»;:!?|\\~^&=%$#@…·•]+|(?<!\d)[,.]|[,.](?!\d)|'(?!')|(?<!\d)\"")
RUNS = re.compile(rf"{SIZE}|{FRACTION}|{NUMBER}|(?<=\d)(?:мм|mm)2(?!\d)|[^\W\d_]+|\"|''")
TIMES = re.compile(r"\"?[xх×*]")
FRACTIONS = re.compile(rf"({FRACTION})(?:\"|'')?")
ALPHABETS = re.compile("[a-z]{2,}|[а-я]{2,}|[a-zа-я]+|[^\\W\\d_]+")
SPELLED = re.compile("[^\\W\\d_]+")
LONGEST_RAW = 64
MOST_RUNS = 8

# Words that say nothing of goods; if nothing else was typed they are looked for all the same.
IDLE = frozenset(
    (
        "а", "и", "в", "во", "на", "для", "с", "со", "из", "по", "от", "до", "под", "к", "ко",
        "о", "у", "за", "или", "не", "шт", "штук", "мм", "см", "купить", "цена", "цены",
        "недорого", "заказать", "нужен", "нужна", "нужно", "нужны", "надо", "есть", "оптом",
        "наличие", "почем",
    )
)  # fmt: skip


class Kind(StrEnum):
    WORD = "word"
    MARK = "mark"
    NUMBER = "number"
    SIZE = "size"
    COMPOUND = "compound"


@dataclass(frozen=True)
class Token:
    """A piece of a text.

    ``terms``: any of them is the token. ``weak``: any of them is nearly it, as 16 is nearly 16 A.
    ``parts``: all of them together may be it. ``plain``: words for beginnings and typos.
    ``is_idle``: it says nothing of goods.
    """

    kind: Kind
    plain: tuple[str, ...]
    terms: tuple[str, ...]
    weak: tuple[str, ...] = ()
    parts: tuple["Token", ...] = ()
    is_idle: bool = False

    @cached_property
    def every_term(self) -> tuple[str, ...]:
        """All terms that a document with this token has."""
        if not self.parts:
            return (*self.terms, *self.weak) if self.weak else self.terms
        inner = (term for part in self.parts for term in part.every_term)
        return (*self.terms, *self.weak, *inner)

    @cached_property
    def every_plain(self) -> tuple[str, ...]:
        """All plain words that a document with this token has."""
        if not self.parts:
            return self.plain
        return (*self.plain, *(word for part in self.parts for word in part.every_plain))


def tokens(text: str, *, limit: int) -> list[Token]:
    """Return the tokens of any text, of its first ``limit`` signs."""
    return [token for raw in raw_words(clean(text, limit=limit)) for token in _parsed(raw)]


def raw_words(cleaned: str) -> list[str]:
    """Split a cleaned text; what belongs to one size stays together."""
    text = cleaned
    if not text.isalpha():
        # What each expression can't do without is looked for first: titles come by the million.
        if "кв" in text:
            text = SQUARE.sub("мм2", text)
        text = AROUND_TIMES.sub("x", text)
        if "/" in text:
            text = WHOLE_AND_PART.sub(r"\1+", text)
        text = BEFORE_UNIT.sub("", text)
        text = AFTER_PREFIX.sub(r"\1", text)
    return [raw[:LONGEST_RAW] for raw in BETWEEN.split(text) if raw]


def _parsed(raw: str) -> tuple[Token, ...]:
    token = parsed(raw)
    return (token,) if token else ()


@lru_cache(maxsize=200_000)
def parsed(raw: str) -> Token | None:
    """Return the token of one raw word; None for signs alone."""
    raw = raw.strip("-+./,*_'")
    if raw.isascii() and raw.isdigit():
        return Token(Kind.NUMBER, (), (raw,))
    if fraction := FRACTIONS.fullmatch(raw):
        return Token(Kind.NUMBER, (), (fraction[1],))
    runs = RUNS.findall(raw)[:MOST_RUNS]
    if len(runs) < 2:
        return _run(runs[0]) if runs else None
    if len(runs) == 2 and runs[0] in PREFIXES and runs[1].isdigit():
        return _prefixed(PREFIXES[runs[0]], runs[1])
    parts = tuple(_parts(runs))
    if len(parts) == 1:
        return parts[0]
    joined = tuple(code_keys(raw))
    return Token(Kind.COMPOUND, joined, joined, _heads(runs), parts)


def _run(run: str) -> Token | None:
    if SPELLED.fullmatch(run):
        return _alphabets(run)
    return _measure(run, None) if run[0].isdigit() else None


def _alphabets(raw: str) -> Token:
    """One word of letters; ВВГнгLS is also its parts of either alphabet."""
    found = ALPHABETS.findall(raw)
    whole = word(raw)
    if len(found) < 2 or min(map(len, found)) < 2:
        return whole
    return Token(Kind.COMPOUND, whole.plain, whole.terms, (), tuple(word(part) for part in found))


def word(raw: str, *, is_part: bool = False) -> Token:
    """Return the token of letters alone; as a part of a mark it is never idle."""
    raw = raw[:LONGEST_WORD]
    terms = word_terms(raw)
    if is_known(raw):
        return Token(Kind.WORD, (raw,), terms, is_idle=not is_part and raw in IDLE)
    spelled = (raw, by_sound(raw)[:LONGEST_WORD], by_look(raw)[:LONGEST_WORD])
    plain = tuple(filter(None, dict.fromkeys(spelled)))
    return Token(Kind.MARK, plain, terms, is_idle=not is_part and raw in IDLE)


def _parts(runs: list[str]) -> list[Token]:
    """Tokens of the runs of a compound: a number takes the unit behind it."""
    parts: list[Token] = []
    skip = False
    for run, after in zip(runs, (*runs[1:], ""), strict=True):
        if skip:
            skip = False
            continue
        unit = UNITS.get(after)
        if run[0].isdigit():
            parts.append(_measure(run, unit))
            skip = unit is not None
        elif run not in {'"', "''"}:
            parts.append(word(run, is_part=True))
    return parts


def _measure(run: str, unit: str | None) -> Token:
    """A size or a number, with the unit behind it."""
    if found := FRACTIONS.fullmatch(run):
        return Token(Kind.NUMBER, (), (found[1],))
    sides = [side.replace(",", ".") for side in TIMES.split(run)]
    numbers = tuple(Token(Kind.NUMBER, (), (side,)) for side in sides)
    if len(sides) > 1:
        return Token(Kind.SIZE, (), ("x".join(sides),), (), numbers)
    if unit:
        return _with_unit(sides[0], unit)
    return numbers[0]


def _with_unit(number: str, unit: str) -> Token:
    """A number with its unit, in a smaller unit too, and nearly the number alone."""
    terms, weak = [number + unit], [number]
    if unit in SMALLER:
        smaller, times = SMALLER[unit]
        in_smaller = f"{Decimal(number) * times:f}".removesuffix(".0")
        terms.append(in_smaller + smaller)
        weak.append(in_smaller)
    return Token(Kind.NUMBER, (), tuple(terms), tuple(weak), is_idle=unit == PIECES)


def _prefixed(prefix: str, number: str) -> Token:
    """A number with what it measures before it: IP54, Ду15, Ø20."""
    weak = (number,) if prefix in LOOSE_PREFIXES else ()
    return Token(Kind.NUMBER, (), (prefix + number,), weak)


def _heads(runs: list[str]) -> tuple[str, ...]:
    """Letters with the number behind them: M8 of M8x40, ВА47 of ВА47-29, IP44 of ИП44."""
    found: dict[str, None] = {}
    for letters, behind in pairwise(runs):
        if not letters[0].isdigit() and behind[0].isdigit() and letters not in {'"', "''"}:
            number = TIMES.split(behind)[0].replace(",", ".")
            for head in (PREFIXES.get(letters), by_look(letters), by_sound(letters)):
                if head:
                    found[head + number] = None
    return tuple(found)

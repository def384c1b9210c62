"""Odd texts: what people mistype, what machines send, what attackers try."""

import random
from collections.abc import Callable, Sequence

from search.analysis.letters import other_layout

JUNK = (
    "()[]{}<>", "*?~^\"'\\/|&!+-:=", "\x00\x01\x07\x1b\x7f\x85\u2028\u2029",
    "\u200b\u200f\u202e\ufeff\xad",
    "😀🛠️👩‍🔧🇷🇺", "مرحبا بالعالم", "שלום", "漢字かな한글", "ßıİŉǰΐﬃﷺ", "½¼²³№™×÷Øµ", "е́й̆ё", "\ud800",
    "  \t\n\r\u00a0\u3000", "0123456789.,xх×*/-",
)  # fmt: skip
OPERATORS = (
    "title:", "AND", "OR NOT", "a*b?", "/.*[a-z]{1,9}/", "[a TO z]", "{* TO *}", "fox~2", "x^9",
    '"a b"~3', "_exists_:id", "\\u0000", "%00", "${jndi:ldap://x}", "' OR 1=1 --", "<script>",
    "../../etc/passwd", "{{7*7}}", "null", "NaN", "1e309", "-0", "^^^кран", "~mva20",
)  # fmt: skip


class Texts:
    """Makes texts from a seed, of words and articles of a catalogue."""

    def __init__(self, seed: int, titles: Sequence[str], articles: Sequence[str]) -> None:
        self._random = random.Random(seed)
        self._titles, self._articles = titles, articles
        self._makers: Sequence[Callable[[], str]] = (
            self._words, self._words, self._mistyped, self._article, self._slipped, self._glued,
            self._junk, self._operators, self._long, self._mixed,
        )  # fmt: skip

    def one(self) -> str:
        """Return the next text."""
        return self._random.choice(self._makers)()

    def _words(self) -> str:
        words = self._random.choice(self._titles).split()
        return " ".join(self._random.sample(words, min(len(words), self._random.randint(1, 5))))

    def _mistyped(self) -> str:
        signs = list(self._random.choice((self._words(), self._random.choice(self._articles))))
        for _time in range(self._random.randint(1, 3)):
            at = self._random.randrange(len(signs) + 1)
            signs[at : at + self._random.randint(0, 1)] = self._random.choice("абвгдежabcxyz012 -")
        return "".join(signs)

    def _article(self) -> str:
        article = self._random.choice(self._articles)
        start = self._random.randrange(len(article))
        cut = article[start : start + self._random.randint(1, 20)]
        return self._random.choice((cut, cut.lower(), cut.replace("-", " "), f"{cut} 10 шт"))

    def _slipped(self) -> str:
        return other_layout(self._words().lower())

    def _glued(self) -> str:
        return self._random.choice(("", "-", "/", "х", "x", "*")).join(self._words().split())

    def _junk(self) -> str:
        signs = "".join(self._random.sample(JUNK, 3))
        return "".join(self._random.choices(signs, k=self._random.randint(1, 250)))

    def _operators(self) -> str:
        return " ".join(self._random.choices(OPERATORS, k=self._random.randint(1, 12)))

    def _long(self) -> str:
        piece = self._random.choice((self._random.choice('((*а1x-/"'), self._words(), "3х2,5 "))
        return piece * self._random.choice((50, 200, 10_000))

    def _mixed(self) -> str:
        return self._words() + self._junk()[:20] + self._operators()[:40] + self._article()

"""Odd values for fields, and the names of the fields that our pages and views know."""

import re
from functools import cache
from pathlib import Path
from random import Random

ROOT = Path(__file__).resolve().parents[2]
SOURCES = ("b2b_apps", "forked_oscar", "templates")
NAMES = re.compile(
    r"""(?:GET|POST|params|query|data)(?:\.get|\.getlist)?[\[(]\s*["']([a-z][\w-]{0,30})["']"""
    r"""|\bname="([a-z][\w-]{0,30})\""""
)
ODD = (
    "", " ", "0", "-0", "-1", "1", "007", "+5", "1e5", "1e400", "-1e400", "1E-400", "NaN", "sNaN",
    "-Infinity", "Infinity", "inf", "٣", "²", "Ⅷ", "½", "1,5", "1 000", "0x10", "1_000", "1.",
    ".5", "--", "2147483648", "-2147483649", "9223372036854775807", "9223372036854775808",
    "-9223372036854775809", "9" * 30, "9" * 400, "0." + "0" * 300 + "1", "123456789012345.678",
    "31.02.2026", "2026-02-31", "2026-13-01", "00.00.0000", "01.01.0001", "31.12.9999", "9999999",
    "0001-01-01", "99999-01-01", "24:00", "2026-11-25T99:99", "\x01\x02\x1f\x7f",
    "\u202e\u2066", "\ufeff",
    "\ufffe\uffff", "\U0010ffff", "\udc80", "\ud800x", "а" * 5000, "%", "%00", "%s%n{}{0}",
    "' OR 1=1 --",
    "\\", "\r\nSet-Cookie: a=b", "<script>", "{{7*7}}", "//evil.example", "javascript:1", "/\\evil",
    "..", "../../etc/passwd", "None", "null", "true", "undefined", "[]", "{}", "[1]", "a" * 300,
    "x" * 70000, "1;2", "1|2", "on", "q-1", "__all__", "=cmd|' /C calc'!A0", "*", "(", "[", "\\d+(",
)  # fmt: skip


@cache
def known_names() -> tuple[str, ...]:
    """The names of fields that stand anywhere in our sources."""
    found = set()
    for folder in SOURCES:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in {".py", ".html"} and "migrations" not in path.parts:
                found |= {a or b for a, b in NAMES.findall(path.read_text())}
    return tuple(sorted(found))


def odd_pairs(random: Random, fields: list[tuple[str, str]]) -> list[tuple[str, str]]:
    """A form that is sound but for one to three odd fields, some of them sent twice."""
    names = [name for name, _value in fields] or list(known_names())
    pairs = list(fields)
    for _place in range(random.randint(1, 3)):
        name = random.choice(names)
        pairs = [pair for pair in pairs if pair[0] != name or random.random() < 0.2]
        pairs.append(
            (random.choice([name] * 8 + [f"{name}[]", f"{name}[0][x]"]), random.choice(ODD))
        )
    return pairs


def odd_query(random: Random) -> list[tuple[str, str]]:
    """A query string of a dozen names that some page knows."""
    return [(name, random.choice(ODD)) for name in random.sample(known_names(), 12)]

"""Reads ``trade.txt``: a group a line, phrases apart by ``|``, after ``>`` what they also find."""

from pathlib import Path

from search.analysis.synonyms import Group

FILE = Path(__file__).with_name("trade.txt")


def seed_groups() -> list[Group]:
    """Return the groups of the file."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [_group(line) for line in lines if line.strip()]


def _group(line: str) -> Group:
    phrases, _, finds = line.partition(">")
    return Group(_phrases(phrases), _phrases(finds))


def _phrases(text: str) -> list[str]:
    return [phrase.strip() for phrase in text.split("|") if phrase.strip()]

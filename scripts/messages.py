"""Texts to translate: gather them from code and templates, keep locale/ru/…/django.po complete.

``python -m scripts.messages`` updates the catalogue and prints what has no Russian yet;
``--compile`` writes the .mo files that the portal reads. Needs no GNU gettext.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
PO = ROOT / "locale/ru/LC_MESSAGES/django.po"
WORDLISTS = ROOT / "locale/ru/wordlist"
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CALL = re.compile(r"(?<!\w)(?:ngettext|pgettext|gettext|_)\(")


class Message(NamedTuple):
    """A text in the code: msgid or (singular, plural), and its context."""

    msgid: str | tuple[str, str]
    context: str | None


def gathered() -> dict[Message, set[str]]:
    """Return every text in code and templates with the files it stands in."""
    found: dict[Message, set[str]] = {}
    for folder, pattern in (("b2b_apps", "*.py"), ("forked_oscar", "*.py"), ("search", "*.py")):
        for path in (ROOT / folder).rglob(pattern):
            if "migrations" not in path.parts:
                for message in in_python(path.read_text()):
                    found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*.*"):
        for message in in_template(path.read_text()):
            found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    return found


def in_python(source: str) -> Iterator[Message]:
    """Yield the texts of gettext calls in a Python source."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
        if name in SINGULAR and texts and isinstance(texts[0], str):
            yield Message(texts[0], None)
        elif name in PLURAL and len(texts) > 1 and isinstance(texts[0], str):
            yield Message((texts[0], str(texts[1])), None)
        elif name in {"pgettext", "pgettext_lazy"} and len(texts) > 1:
            yield Message(str(texts[1]), str(texts[0]))


def in_template(source: str) -> Iterator[Message]:
    """Yield the texts of a template's translation tags."""
    from django.utils.translation.template import templatize

    # templatize writes gettext calls amid filler that is no Python: each is cut out and parsed.
    text = templatize(source)
    for call in CALL.finditer(text):
        for end in (m.end() for m in re.finditer(r"\)", text[call.start() :])):
            try:
                yield from in_python(text[call.start() : call.start() + end])
            except SyntaxError:
                continue
            break


def catalogue() -> Catalog:
    """Return the Russian catalogue as it stands, wordlists merged in."""
    if PO.exists():
        with PO.open("rb") as file:
            found = read_po(file, locale="ru")
    else:
        found = Catalog(locale="ru", project="Пакгауз", charset="utf-8")
    for path in sorted(WORDLISTS.glob("*.tsv")):
        for line in path.read_text().splitlines():
            cells = line.split("\t")
            singular, strings = (
                (cells[0], cells[1])
                if len(cells) == 2
                else ((cells[0], cells[1]), tuple(cells[2:]))
            )
            if len(cells) in {2, 5} and not _is_full(found.get(singular)):
                # Catalog.add keeps an empty string that is already there.
                found.delete(singular)
                found.add(singular, strings)
    return found


def _is_full(message: Any) -> bool:
    string = message.string if message else ""
    return all(string) if isinstance(string, tuple) else bool(string)


def update() -> list[str]:
    """Write the catalogue anew from what is in the code; return what lacks a translation."""
    old = catalogue()
    new = Catalog(locale="ru", project="Пакгауз", charset="utf-8", fuzzy=False)
    missing = []
    for message, places in sorted(gathered().items(), key=lambda item: str(item[0])):
        known = old.get(message.msgid, message.context)
        string = known.string if known else ""
        if not (all(string) if isinstance(string, tuple) else string):
            missing.append(f"{message.msgid!r} ({', '.join(sorted(places))})")
        new.add(
            message.msgid,
            string or None,
            context=message.context,
            locations=[(place, 0) for place in sorted(places)][:3],
        )
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, width=100, include_lineno=False, sort_output=True)
    return missing


def compile_catalogues() -> None:
    """Write a .mo beside every .po that is newer."""
    for po in (ROOT / "locale").rglob("*.po"):
        mo = po.with_suffix(".mo")
        if not mo.exists() or mo.stat().st_mtime < po.stat().st_mtime:
            with po.open("rb") as source, mo.open("wb") as target:
                write_mo(target, read_po(source, locale=po.parts[-3]))


if __name__ == "__main__":
    if "--compile" not in sys.argv:
        untranslated = update()
        print("\n".join(untranslated) or "Everything has a Russian text.")
    compile_catalogues()

"""Russian texts: the wordlists in locale/ru/wordlist/ are their source, django.mo is made of them.

``python -m scripts.messages`` makes it and prints which texts of code and templates have no Russian
yet, and which of the wordlists are used no more; ``--compile`` only makes it. Needs no GNU gettext.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any, NamedTuple

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from jinja2 import Environment
from jinja2.ext import i18n

ROOT = Path(__file__).resolve().parents[1]
MO = ROOT / "locale/ru/LC_MESSAGES/django.mo"
WORDLISTS = ROOT / "locale/ru/wordlist"
# Texts of Django's own code that we word otherwise: they stand nowhere in ours.
OF_DJANGO = "django.tsv"
SINGULAR = {"_", "gettext", "gettext_lazy", "gettext_noop"}
PLURAL = {"ngettext", "ngettext_lazy"}
CALL = re.compile(r"(?<!\w)(?:ngettext|pgettext|gettext|_)\(")


class Message(NamedTuple):
    """A text in the code: msgid or (singular, plural), and its context."""

    msgid: str | tuple[str, str]
    context: str | None


class Entry(NamedTuple):
    """A row of a wordlist: a text, or (singular, plural), and its Russian or three of them."""

    file: str
    msgid: str | tuple[str, str]
    string: str | tuple[str, ...]


def gathered() -> dict[Message, set[str]]:
    """Return every text in code and templates with the files it stands in."""
    found: dict[Message, set[str]] = {}
    for folder, pattern in (("b2b_apps", "*.py"), ("forked_oscar", "*.py"), ("search", "*.py")):
        for path in (ROOT / folder).rglob(pattern):
            if "migrations" not in path.parts:
                for message in in_python(path.read_text()):
                    found.setdefault(message, set()).add(str(path.relative_to(ROOT)))
    for path in (ROOT / "templates").rglob("*.*"):
        read = in_jinja if path.suffix == ".jinja" else in_template
        for message in read(path.read_text()):
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


def in_jinja(source: str) -> Iterator[Message]:
    """Yield the texts of a Jinja template."""
    environment: Any = Environment(autoescape=True, extensions=[i18n])
    for _line, name, texts in environment.extract_translations(source):
        first, *rest = [texts] if isinstance(texts, str) else texts
        yield Message((str(first), str(rest[0])) if name in PLURAL else str(first), None)


def russian() -> Catalog:
    """Return the Russian texts of all wordlists; raises ValueError for a row that is none."""
    found = Catalog(locale="ru", project="Пакгауз", charset="utf-8", fuzzy=False)
    for entry in wordlists():
        found.add(entry.msgid, entry.string)
    return found


def wordlists() -> Iterator[Entry]:
    """Yield the rows of the wordlists: ``text TAB Russian``, or both texts and three Russians."""
    for path in sorted(WORDLISTS.glob("*.tsv")):
        for number, line in enumerate(path.read_text().splitlines(), start=1):
            cells = line.split("\t")
            if len(cells) not in {2, 5} or not all(cells):
                raise ValueError(f"{path.name}:{number}: two cells are wanted, or five, none empty")
            if len(cells) == 2:
                yield Entry(path.name, cells[0], cells[1])
            else:
                yield Entry(path.name, (cells[0], cells[1]), tuple(cells[2:]))


def untranslated() -> list[str]:
    """Return the texts that no wordlist has, with the files they stand in."""
    known = {entry.msgid for entry in wordlists()}
    texts = gathered().items()
    return sorted(f"{m.msgid!r} in {sorted(where)}" for m, where in texts if m.msgid not in known)


def unused() -> list[str]:
    """Return the texts of the wordlists that stand nowhere any more."""
    used = {message.msgid for message in gathered()}
    ours = (entry for entry in wordlists() if entry.file != OF_DJANGO)
    return sorted(f"{e.msgid!r} of {e.file}" for e in ours if e.msgid not in used)


def compile_catalogues() -> None:
    """Write the .mo that the portal reads; a process that reads it meanwhile sees a whole one."""
    MO.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=MO.parent, suffix=".mo", delete=False) as target:
        write_mo(target, russian())
    made = Path(target.name)
    made.chmod(0o644)
    made.replace(MO)


if __name__ == "__main__":
    compile_catalogues()
    if "--compile" not in sys.argv:
        for heading, texts in (("No Russian yet:", untranslated()), ("Unused:", unused())):
            print("\n".join([heading, *texts] if texts else [f"{heading} nothing."]))

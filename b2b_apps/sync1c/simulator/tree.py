"""Elements of the files that 1C writes."""

from collections.abc import Iterable
from datetime import datetime

from lxml import etree
from lxml.etree import _Element


def file_of(schema: str, now: datetime) -> _Element:
    """Return the root of a file."""
    root = etree.Element("КоммерческаяИнформация")
    root.set("ВерсияСхемы", schema)
    root.set("ДатаФормирования", now.strftime("%Y-%m-%dT%H:%M:%S"))
    return root


def add(parent: _Element, name: str, text: str = "") -> _Element:
    """Append a child, with a text if there is one, and return it."""
    element = etree.SubElement(parent, name)
    if text:
        element.text = text
    return element


def add_requisites(parent: _Element, rows: Iterable[tuple[str, str]]) -> None:
    """Append ЗначенияРеквизитов."""
    box = add(parent, "ЗначенияРеквизитов")
    for name, value in rows:
        row = add(box, "ЗначениеРеквизита")
        add(row, "Наименование", name)
        add(row, "Значение", value)

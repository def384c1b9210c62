"""An element and its children by local name: namespaces differ from file to file."""

from decimal import Decimal

from lxml import etree

from b2b_apps.sync1c.commerceml.errors import BadValueError
from b2b_apps.sync1c.commerceml.numbers import number_of, number_or_none
from b2b_apps.sync1c.commerceml.records import NamedValue, UnitRecord

MAX_ID = 200
TRUE = frozenset({"true", "1", "да", "истина"})
CURRENCIES = {
    "руб": "RUB", "руб.": "RUB", "р": "RUB", "р.": "RUB", "рубль": "RUB", "rur": "RUB",
    "643": "RUB", "810": "RUB", "₽": "RUB", "долл": "USD", "долл.": "USD", "$": "USD",
    "840": "USD", "евро": "EUR", "€": "EUR", "978": "EUR", "156": "CNY", "юань": "CNY",
}  # fmt: skip


def local_name(tag: str) -> str:
    """Return a tag without its namespace."""
    return tag.rpartition("}")[2]


class Node:
    """Children of an element by local name, in the file's order; texts come stripped."""

    __slots__ = ("_children", "element")

    def __init__(self, element: etree._Element) -> None:
        self.element = element
        self._children: dict[str, list[etree._Element]] = {}
        for child in element:
            self._children.setdefault(local_name(child.tag), []).append(child)

    def __contains__(self, name: str) -> bool:
        return name in self._children

    @property
    def has_children(self) -> bool:
        return bool(self._children)

    @property
    def content(self) -> str:
        return (self.element.text or "").strip()

    def attribute(self, name: str) -> str:
        return (self.element.get(name) or "").strip()

    def all(self, *names: str) -> list["Node"]:
        return [Node(child) for name in names for child in self._children.get(name, ())]

    def first(self, *names: str) -> "Node | None":
        for name in names:
            if name in self._children:
                return Node(self._children[name][0])
        return None

    def text(self, *names: str) -> str:
        """Return the first non-empty text of children of these names, else ""."""
        for name in names:
            for child in self._children.get(name, ()):
                if found := (child.text or "").strip():
                    return found
        return ""

    def deep(self, *path: str) -> str:
        """Return the text at the end of a path of first children, else ""."""
        node: Node | None = self
        for name in path[:-1]:
            node = node.first(name) if node else None
        return node.text(path[-1]) if node else ""

    def number(self, *names: str) -> Decimal:
        return number_of(self.text(*names), names[0])

    def number_or_none(self, *names: str) -> Decimal | None:
        return number_or_none(self.text(*names), names[0])

    def flag(self, *names: str) -> bool:
        return is_true(self.text(*names))

    @property
    def external_id(self) -> str:
        """Ид. Raises BadValueError if it is missing or longer than any real one."""
        return checked_id(self.text("Ид"))

    @property
    def is_deleted(self) -> bool:
        return self.flag("ПометкаУдаления") or self.attribute("Статус").startswith("Удал")


def is_true(text: str) -> bool:
    return text.strip().lower() in TRUE


def checked_id(external_id: str) -> str:
    if not external_id:
        raise BadValueError("missing_id")
    if len(external_id) > MAX_ID:
        raise BadValueError("long_id", limit=MAX_ID)
    return external_id


def currency_of(text: str) -> str:
    """Return the ISO code of a currency as 1C may write it («руб», «643», «RUB»); "" of ""."""
    plain = text.strip()
    return CURRENCIES.get(plain.lower(), plain.upper()[:3])


def named_values(node: Node | None, item: str) -> tuple[NamedValue, ...]:
    """Return names and values of the ``item`` elements in ``node``; one per value."""
    if node is None:
        return ()
    return tuple(
        NamedValue(row.text("Наименование"), value.content)
        for row in node.all(item)
        for value in row.all("Значение") or row.all("Наименование")[:0]
    )


def unit_of(node: Node | None) -> UnitRecord:
    """Return a unit however it is written: attributes, a structure, a name, or a code «796 »."""
    if node is None:
        return UnitRecord()
    code = node.attribute("Код") or node.text("Код", "Ид")
    short = node.attribute("НаименованиеКраткое") or node.text("НаименованиеКраткое")
    word = node.content
    if word.isdigit() and not code:
        code = word
    elif word and not word.isdigit():
        short = short or word
    return UnitRecord(
        line=0,
        external_id=node.text("Ид"),
        code=code,
        short_name=short,
        full_name=node.attribute("НаименованиеПолное") or node.text("НаименованиеПолное"),
        international=node.attribute("МеждународноеСокращение")
        or node.text("МеждународноеСокращение"),
        is_deleted=node.is_deleted,
    )


def vat_of(node: Node) -> str:
    """Return the VAT rate as 1C words it, without «%»; "" where the file does not say."""
    for outer, inner in (("СтавкиНалогов", "СтавкаНалога"), ("Налоги", "Налог")):
        for row in (taxes := node.first(outer)) and taxes.all(inner) or ():
            if row.text("Наименование").upper() in {"НДС", ""} and (rate := row.text("Ставка")):
                return rate.rstrip("%").strip()
    return ""

"""What rows a file of 1C must make, reckoned from its XML by the standard library alone.

Nothing here asks our reader, importer or their numbers: it is the other opinion.
"""

import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple


class Node:
    """An element by local names, whatever its namespace."""

    def __init__(self, element: ET.Element) -> None:
        self.element = element

    @property
    def name(self) -> str:
        return self.element.tag.rpartition("}")[2]

    def all(self, *path: str) -> Iterator["Node"]:
        """Descendants by a path of children, step by step."""
        if not path:
            yield self
            return
        for child in self.element:
            if child.tag.rpartition("}")[2] == path[0]:
                yield from Node(child).all(*path[1:])

    def text(self, *path: str) -> str:
        return next(("".join(node.element.itertext()).strip() for node in self.all(*path)), "")

    def get(self, name: str) -> str:
        return self.element.get(name, "").strip()

    def deep(self, name: str) -> Iterator["Node"]:
        for element in self.element.iter():
            if element.tag.rpartition("}")[2] == name:
                yield Node(element)


class Balance(NamedTuple):
    offer: str
    warehouse: str


def amount_of(text: str) -> Decimal:
    return Decimal("".join(text.split()).replace(",", ".") or "0")


def without_characteristic(name: str) -> str:
    return name.partition("#")[0]


def is_deleted(node: Node) -> bool:
    return node.get("Статус") == "Удален" or node.text("ПометкаУдаления") == "true"


class File:
    """A file of 1C and the rows that are in it."""

    def __init__(self, body: bytes) -> None:
        root = Node(ET.fromstring(body))
        self.root = root
        bare = root.name == "Классификатор"
        self.classifiers = [root] if bare else list(root.all("Классификатор"))
        if root.name not in {"Классификатор", "КоммерческаяИнформация"}:
            self.classifiers = [root]
        self.goods = list(root.all("Каталог", "Товары", "Товар"))
        self.packages = [
            *root.all("ПакетПредложений"), *root.all("ИзмененияПакетаПредложений")
        ]  # fmt: skip
        self.documents = [
            *root.all("Документ"), *root.all("Контейнер", "Документ")
        ]  # fmt: skip

    def rows(self) -> Mapping[str, int]:
        """How many rows of each kind the tables must hold after an import into an empty base."""
        names = {*self.good_names, *self.offers}
        return {
            "groups": len(self.groups | self.groups_of_goods),
            "products": len({without_characteristic(name) for name in names}),
            "characteristics": len({name for name in names if "#" in name}),
            "price types": len(self.price_types),
            "prices": len(self.prices),
            "balances": len(self.balances),
            "warehouses": len(self.warehouses),
            "properties": len(self.properties),
            "options": len(self.options),
            "values": len(self.values),
            "pictures": len(self.pictures),
            "units": len(self.units),
            "counterparties": len(self.counterparties),
            "documents": len(self.documents),
        }

    @cached_property
    def groups(self) -> set[str]:
        return {
            name
            for classifier in self.classifiers
            for group in classifier.deep("Группа")
            if (name := group.text("Ид"))
        }

    @cached_property
    def groups_of_goods(self) -> set[str]:
        """Groups that goods stand in: one that did not come is made, hidden."""
        return {g for row in self.goods for group in row.all("Группы", "Ид") if (g := group.text())}

    @cached_property
    def good_names(self) -> set[str]:
        return {name.rstrip("#") for row in self.goods if (name := row.text("Ид"))}

    @cached_property
    def offers(self) -> Mapping[str, Node]:
        """Offers by name, the last of each: nothing here sends one twice with two contents."""
        return {
            offer.text("Ид").rstrip("#"): offer
            for package in self.packages
            for offer in package.all("Предложения", "Предложение")
            if offer.text("Ид")
        }

    @cached_property
    def price_types(self) -> set[str]:
        places = [*self.packages, *self.classifiers]
        return {
            name for p in places for row in p.all("ТипыЦен", "ТипЦены") if (name := row.text("Ид"))
        }

    @cached_property
    def prices(self) -> set[tuple[str, str, Decimal]]:
        """Prices of types that came; one of zero means that none is set."""
        return {
            (name, kind, amount_of(price.text("МинКоличество")))
            for name, offer in self.offers.items()
            for price in offer.all("Цены", "Цена")
            if (kind := price.text("ИдТипаЦены")) in self.price_types
            and amount_of(price.text("ЦенаЗаЕдиницу")) > 0
        }

    @cached_property
    def stock(self) -> Mapping[Balance, Decimal]:
        """Quantities by offer and warehouse; «» is where a quantity without a warehouse lies."""
        found: dict[Balance, Decimal] = {}
        for name, offer in self.offers.items():
            rows = {
                row.get("ИдСклада"): row.get("КоличествоНаСкладе")
                for tag in ("Склад", "Склады")
                for row in offer.all(tag)
                if row.get("ИдСклада")
            }
            for rest in offer.all("Остатки", "Остаток"):
                rows[rest.text("Склад", "Ид")] = rest.text("Склад", "Количество") or rest.text(
                    "Количество"
                )
            if not rows and offer.text("Количество"):
                rows[""] = offer.text("Количество")
            for warehouse, quantity in rows.items():
                found[Balance(name, warehouse)] = max(amount_of(quantity), Decimal(0))
        # A good with characteristics holds nothing itself.
        parents = {without_characteristic(name) for name in self.offers if "#" in name}
        return {key: value for key, value in found.items() if key.offer not in parents}

    @property
    def balances(self) -> set[Balance]:
        """Balances that hold something: those of zero are written, or not, as need be."""
        return {key for key, quantity in self.stock.items() if quantity > 0}

    @cached_property
    def warehouses(self) -> set[str]:
        places = [*self.packages, *self.classifiers]
        told = {n for p in places for row in p.all("Склады", "Склад") if (n := row.text("Ид"))}
        return told | {key.warehouse for key in self.stock}

    @cached_property
    def property_nodes(self) -> Mapping[str, Node]:
        """Properties of the classifier; in a package of offers it has some of its own."""
        return {
            name: row
            for classifier in self.classifiers
            for tag in ("Свойство", "СвойствоНоменклатуры")
            for row in classifier.all("Свойства", tag)
            if (name := row.text("Ид"))
        }

    @cached_property
    def properties(self) -> set[str]:
        """Those of the classifier, those that goods name, and names of characteristics."""
        return {
            *self.property_nodes,
            *(prop for _owner, prop in self.values_told),
            *(f"char:{name}" for _offer, name in self.characteristics),
        }

    @cached_property
    def directories(self) -> set[str]:
        return {
            name
            for name, row in self.property_nodes.items()
            if row.text("ТипЗначений") == "Справочник"
        }

    @cached_property
    def options(self) -> set[tuple[str, str]]:
        """Values of directories; two of one text are one."""
        return {
            (name, text)
            for name in self.directories
            for row in self.property_nodes[name].all("ВариантыЗначений", "Справочник")
            if (text := row.text("Значение"))
        }

    @cached_property
    def values_told(self) -> Mapping[tuple[str, str], str]:
        return {
            (without_characteristic(good.text("Ид")), prop): row.text("Значение")
            for good in self.goods
            for row in good.all("ЗначенияСвойств", "ЗначенияСвойства")
            if (prop := row.text("Ид"))
        }

    @cached_property
    def characteristics(self) -> Mapping[tuple[str, str], str]:
        return {
            (name, row.text("Наименование")): row.text("Значение")
            for name, offer in self.offers.items()
            if "#" in name
            for row in offer.all("ХарактеристикиТовара", "ХарактеристикаТовара")
        }

    @cached_property
    def values(self) -> set[tuple[str, str]]:
        """Values of goods that say something and, of directories, something that is listed."""
        listed = {
            (name, row.text("ИдЗначения"))
            for name in self.directories
            for row in self.property_nodes[name].all("ВариантыЗначений", "Справочник")
        }
        told = {
            (owner, prop)
            for (owner, prop), text in self.values_told.items()
            if text and (prop not in self.directories or (prop, text) in listed)
        }
        return told | {key for key, text in self.characteristics.items() if text}

    @cached_property
    def pictures(self) -> set[tuple[str, str]]:
        return {
            (without_characteristic(good.text("Ид")), path)
            for good in self.goods
            for row in good.all("Картинка")
            if (path := row.text())
        }

    @cached_property
    def units(self) -> set[str]:
        """Units by code or, where 1C made up none, by what they are called."""
        named = [
            (row.text("Код"), row.text("НаименованиеКраткое"))
            for classifier in self.classifiers
            for row in classifier.all("ЕдиницыИзмерения", "ЕдиницаИзмерения")
        ]
        base = [row for good in self.goods for row in good.all("БазоваяЕдиница")]
        named += [
            (row.get("Код") or (row.text() if row.text().isdecimal() else ""), row.text())
            for row in base
        ]
        return {code or f"~{name}" for code, name in named if code or name}

    @cached_property
    def counterparties(self) -> set[str]:
        return {n for row in self.root.all("Контрагенты", "Контрагент") if (n := row.text("Ид"))}

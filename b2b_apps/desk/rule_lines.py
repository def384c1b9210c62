"""The conditions of a rule as lines of a form: read from what was posted, drawn with names."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import F, Q, QuerySet
from django.http import QueryDict
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from b2b_apps.assortment.models import Label
from b2b_apps.companies.models import Counterparty, Segment
from b2b_apps.contracts.models import Contract
from b2b_apps.desk.boards import clean_text
from b2b_apps.inventory.models import Region
from b2b_apps.pricing.conditions import BY_TEXT, OF_GOODS
from b2b_apps.pricing.goods import text_key
from b2b_apps.pricing.models import PriceList

Names = Mapping[str, Mapping[Any, str]]
KINDS: Mapping[str, str | Promise] = {
    "brand": gettext_lazy("maker"),
    "category": gettext_lazy("section"),
    "attribute": gettext_lazy("property"),
    "product": gettext_lazy("product"),
    "price_list": gettext_lazy("price list"),
    "region": gettext_lazy("region"),
    "segment": gettext_lazy("segment of clients"),
    "counterparty": gettext_lazy("client"),
    "contract": gettext_lazy("contract"),
}
# Asked of shipments alone.
LABEL, LABEL_WORD = "label", gettext_lazy("label")
MOST_LINES, MOST_VALUES, MOST_OPTIONS = 20, 200, 2000
# What is chosen from a list; the rest is typed and found.
CHOSEN = ("category", "price_list", "region", "segment", "attribute", LABEL)


@dataclass(slots=True)
class Line:
    """One condition: where (or except) a property is one of the values.

    ``typed`` is what was typed and not found; ``error`` says so. ``left`` is what remains after
    it, products or contracts.
    """

    kind: str
    is_not: bool = False
    values: list[Any] = field(default_factory=list)
    attribute_id: int = 0
    typed: str = ""
    error: str = ""
    left: int | None = None
    names: list[tuple[Any, str]] = field(default_factory=list)
    known: Sequence[str] = ()

    @property
    def title(self) -> Any:
        return LABEL_WORD if self.kind == LABEL else KINDS.get(self.kind, self.kind)

    @property
    def is_chosen(self) -> bool:
        return self.kind in CHOSEN

    @property
    def is_of_goods(self) -> bool:
        return self.kind in OF_GOODS or self.kind == LABEL

    def stored(self) -> dict[str, Any]:
        """As ``PriceRule.conditions`` has it."""
        more = {"attribute": self.attribute_id} if self.kind == "attribute" else {}
        return {"kind": self.kind, "is_not": self.is_not, "values": self.values, **more}


def lines_of(conditions: Any, *, kinds: Collection[str] = KINDS) -> list[Line]:
    """The lines of a stored rule; what the portal does not read is left out of the form."""
    return [
        Line(
            item["kind"], bool(item.get("is_not")), list(item.get("values", [])),
            _number(item.get("attribute")),
        )
        for item in (conditions if isinstance(conditions, list) else [])
        if isinstance(item, dict) and item.get("kind") in kinds
    ]  # fmt: skip


def lines_from(posted: QueryDict, *, kinds: Collection[str] = KINDS) -> list[Line]:
    """Read the lines of a form; what was typed or chosen joins its line if it is found.

    ``kinds`` are those that the rule may have; ``do`` may be add-line (of the kind ``new-kind``),
    drop-line:N or drop:N:M, the Mth value of the Nth line. One or two queries per line where
    something was typed.
    """
    number = min(_number(posted.get("lines")), MOST_LINES)
    lines = [line for n in range(number) if (line := _line(posted, n, kinds))]
    act, _colon, rest = posted.get("do", "").partition(":")
    at, _colon, value_at = rest.partition(":")
    if act == "drop-line" and _number(at) < len(lines):
        del lines[_number(at)]
    elif act == "drop" and _number(at) < len(lines):
        values = lines[_number(at)].values
        del values[_number(value_at) : _number(value_at) + 1]
    elif act == "add-line" and posted.get("new-kind") in kinds and len(lines) < MOST_LINES:
        lines.append(Line(str(posted["new-kind"])))
    return lines


def _line(posted: QueryDict, n: int, kinds: Collection[str]) -> Line | None:
    kind = str(posted.get(f"c{n}-kind", ""))
    if kind not in kinds:
        return None
    texts = [clean_text(text) for text in posted.getlist(f"c{n}-value")[:MOST_VALUES]]
    values: list[Any] = (
        [t for t in texts if t] if kind in BY_TEXT else [int(t) for t in texts if _number(t)]
    )
    attribute_id = _number(posted.get(f"c{n}-attribute"))
    line = Line(kind, posted.get(f"c{n}-not") == "1", values, attribute_id)
    if text := clean_text(posted.get(f"c{n}-add", "")):
        _add(line, text)
    return line


def _add(line: Line, text: str) -> None:
    """Find what was typed; not found it stays typed, with words."""
    found, line.error = _found(line, text)
    if found is None:
        line.typed = text
    elif found not in line.values:
        line.values.append(found)


def _found(line: Line, text: str) -> tuple[Any, str]:
    """(the value, "") or (None, what is wrong)."""
    kind = line.kind
    if kind == "brand":
        return _brand(text)
    if kind == "attribute":
        return _property(line.attribute_id, text)
    if kind == "product":
        rows = _products().filter(Q(article__iexact=text) | Q(code_1c__iexact=text))
        return _one(rows.order_by("parent_id", "pk"), _("No product has this article or code."))
    if kind == "counterparty":
        rows = Counterparty.objects.filter(Q(inn=text) | Q(name__iexact=text))
        rows = rows if rows.exists() else Counterparty.objects.filter(name__icontains=text)
        return _only(rows, _("No client has this name or tax number."))
    if kind == "contract":
        return _only(
            Contract.objects.filter(number__iexact=text, is_active=True),
            _("There is no such contract."),
        )
    return _one(_rows(kind).filter(pk=_number(text)), _("It is not there any more."))


def _one(rows: QuerySet, problem: str) -> tuple[Any, str]:
    found = rows.values_list("pk", flat=True).first()
    return (found, "") if found else (None, problem)


def _only(rows: QuerySet, problem: str) -> tuple[Any, str]:
    found = list(rows.order_by("pk").values_list("pk", flat=True)[:2])
    if len(found) == 1:
        return found[0], ""
    return None, _("Several have it: type more of it.") if found else problem


def _brand(text: str) -> tuple[Any, str]:
    found = _products().filter(brand__iexact=text).values_list("brand", flat=True).first()
    return (found, "") if found else (None, _("No product is of this maker."))


def _property(attribute_id: int, text: str) -> tuple[Any, str]:
    if not attribute_id:
        return None, _("Choose the property first.")
    known = {text_key(value): value for value in attribute_values(attribute_id)}
    found = known.get(text_key(text))
    return (found, "") if found else (None, _("No product has this value of the property."))


def attribute_values(attribute_id: int) -> Sequence[str]:
    """The texts that products have of a property, in order. One query."""
    rows = apps.get_model("catalogue", "ProductAttributeValue").objects.filter(
        attribute_id=attribute_id
    )
    found = set()
    for option, text, number, whole in (
        rows.order_by()
        .values_list("value_option__option", "value_text", "value_float", "value_integer")
        .distinct()[:MOST_OPTIONS]
    ):
        plain = f"{number:.10f}".rstrip("0").rstrip(".") if number is not None else ""
        found.add(option or text or plain.replace(".", ",") or (str(whole) if whole else ""))
    return sorted(found - {""})


def names_of(lines: Iterable[Line]) -> None:
    """Put the names of all values on the lines. One query per kind that has ids."""
    listed = list(lines)
    wanted: dict[str, set[int]] = {}
    for line in listed:
        if line.kind not in BY_TEXT:
            wanted.setdefault(line.kind, set()).update(_number(v) for v in line.values)
    names = {kind: _names(kind, ids) for kind, ids in wanted.items()}
    for line in listed:
        known = names.get(line.kind, {})
        line.names = [
            (v, str(v) if line.kind in BY_TEXT else known.get(_number(v), f"№ {v}"))
            for v in line.values
        ]


def _names(kind: str, ids: Iterable[int]) -> dict[int, str]:
    rows = _rows(kind).filter(pk__in=list(ids))
    if kind == "product":
        found = rows.values_list("pk", "article", "title")
        return {pk: article or title for pk, article, title in found}
    if kind == "contract":
        found = rows.values_list("pk", "number", "counterparty__name")
        return {pk: f"{number}, {name}" for pk, number, name in found}
    return dict(rows.values_list("pk", "name"))


def options_of(lines: Iterable[Line]) -> Mapping[str, Sequence[tuple[Any, str]]]:
    """What may be chosen, by kind, for the lines that are there. One query per such kind, and one
    per property; values of a property are put on its line (``known``).
    """
    found: dict[str, Sequence[tuple[Any, str]]] = {}
    for line in lines:
        if line.kind == "category" and "category" not in found:
            rows = _rows("category").order_by("path").values_list("pk", "name", "depth")
            found["category"] = [
                (pk, "\u2003" * (depth - 1) + name) for pk, name, depth in rows[:MOST_OPTIONS]
            ]
        elif line.kind == "brand" and "brand" not in found:
            brands = _products().exclude(brand="").order_by("brand").values_list("brand", flat=True)
            found["brand"] = [(brand, brand) for brand in brands.distinct()[:500]]
        elif line.is_chosen and line.kind not in found:
            rows = _rows(line.kind).order_by("name").values_list("pk", "name")
            found[line.kind] = list(rows[:MOST_OPTIONS])
        key = f"attribute:{line.attribute_id}"
        if line.kind == "attribute" and line.attribute_id:
            if key not in found:
                found[key] = [(text, text) for text in attribute_values(line.attribute_id)]
            line.known = [text for text, _same in found[key]]
    return found


def attribute_names(ids: Iterable[int]) -> dict[int, str]:
    """Names of properties. One query."""
    return dict(_rows("attribute").filter(pk__in=list(ids)).values_list("pk", "name"))


def _rows(kind: str) -> QuerySet:
    if kind == "product":
        return _products()
    if kind == "category":
        return apps.get_model("catalogue", "Category").objects.all()
    if kind == "attribute":
        return apps.get_model("catalogue", "ProductAttribute").objects.all()
    models: Mapping[str, Any] = {
        "price_list": PriceList, "region": Region, "segment": Segment,
        "counterparty": Counterparty, "contract": Contract, LABEL: Label,
    }  # fmt: skip
    return models[kind].objects.order_by(F("pk"))


def _products() -> QuerySet:
    return apps.get_model("catalogue", "Product").objects.all()


def _number(text: Any) -> int:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0

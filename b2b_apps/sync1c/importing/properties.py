"""Properties of 1C are attributes of the one product class; their values hang on goods."""

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.apps import apps

from b2b_apps.sync1c.commerceml.numbers import number_if_any
from b2b_apps.sync1c.commerceml.records import PropertyRecord
from b2b_apps.sync1c.importing.products import product_class
from b2b_apps.sync1c.importing.rows import row_save, rows_sync
from b2b_apps.sync1c.importing.run import CAME, ImportRun, Known, digest_of, shape_of
from b2b_apps.sync1c.texts import say

KIND = "property"
OPTION = "option"
DIRECTORY = "Справочник"
TYPES = {DIRECTORY: "option", "Число": "float"}
GUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")


def attribute_code(external_id: str) -> str:
    """Return the code of a property's attribute; names repeat, GUIDs do not."""
    return "p_" + hashlib.sha256(external_id.encode()).hexdigest()[:16]


def properties_import(run: ImportRun, records: Sequence[PropertyRecord]) -> None:
    """Make attributes of properties, and options of the values they list.

    Portions leave types and lists of values out: what they say has hashes of its own, as in
    references.py.
    """
    names = [r.external_id for r in records]
    known = run.known(KIND, names)
    heard = {shape: run.known(shape, names) for shape in {shape_of(KIND, r) for r in records}}
    for record in records:
        name, shape, digest = record.external_id, shape_of(KIND, record), digest_of(record)
        run.tally.add(KIND, "read")
        before = heard[shape].get(name)
        if name in known and before and before.content_hash == digest:
            run.tally.add(KIND, "unchanged")
            continue
        attribute, is_changed = _attribute(run, record)
        if attribute.option_group_id and record.values:
            is_changed |= _options(run, attribute, {v.external_id: v.value for v in record.values})
        if name not in known or not known[name].content_hash:
            run.remember(KIND, {name: Known(attribute.pk, CAME)})
        heard[shape][name] = Known(attribute.pk, digest)
        run.remember(shape, {name: heard[shape][name]})
        what = "created" if name not in known else "changed" if is_changed else "unchanged"
        run.tally.add(KIND, what)
        known[name] = Known(attribute.pk, CAME)
    run.memory["attributes"].clear()


def _attribute(run: ImportRun, record: PropertyRecord) -> tuple[Any, bool]:
    """Create or rename the attribute of a property; return it and whether that changed it.

    Its type stays what it was made as, unless nothing hangs on it: values of goods would get lost.
    """
    model = apps.get_model("catalogue", "ProductAttribute")
    code = attribute_code(record.external_id)
    attribute = model.objects.filter(product_class=product_class(run), code=code).first()
    name = record.name.strip()[:128] or record.external_id[:128]
    columns: dict[str, Any] = {"name": name}
    kind = "text" if record.is_multiple else TYPES.get(record.value_type or "", "text")
    if attribute is None:
        columns |= {"product_class": product_class(run), "code": code, "type": kind}
    elif record.value_type is not None and attribute.type != kind and not _is_used(attribute):
        columns["type"] = kind
    if record.value_type == DIRECTORY and (attribute is None or not attribute.option_group_id):
        groups = apps.get_model("catalogue", "AttributeOptionGroup").objects
        columns["option_group"], _new = groups.get_or_create(code=code, defaults={"name": name})
    attribute, is_changed = row_save(model, attribute, columns)
    return attribute, is_changed


def _is_used(attribute: Any) -> bool:
    return bool(attribute.productattributevalue_set.exists())


def _options(run: ImportRun, attribute: Any, values: Mapping[str, str]) -> bool:
    """Create and rename options; two values of one text become one option.

    Returns whether there was anything to do.
    """
    model = apps.get_model("catalogue", "AttributeOption")
    names = {_option_name(attribute, guid): text for guid, text in values.items()}
    rows = {o.option: o for o in model.objects.filter(group_id=attribute.option_group_id)}
    known = run.known(OPTION, names)
    by_pk = {o.pk: o for o in rows.values()}
    is_renamed = False
    for name, text in names.items():
        option = by_pk.get(known[name].object_id) if name in known else None
        if option and option.option != text[:255] and text[:255] not in rows:
            option.option = text[:255]
            option.save(update_fields=["option"])
            rows[option.option] = option
            is_renamed = True
    texts = {text[:255] for text in names.values() if text} - rows.keys()
    fresh = [model(group_id=attribute.option_group_id, option=text) for text in sorted(texts)]
    rows |= {o.option: o for o in model.objects.bulk_create(fresh)}
    wanted = {n: Known(rows[t[:255]].pk, b"") for n, t in names.items() if t[:255] in rows}
    news = {name: found for name, found in wanted.items() if known.get(name) != found}
    if news:
        run.remember(OPTION, news)
    return bool(news) or is_renamed


def _option_name(attribute: Any, value_id: str) -> str:
    return f"{attribute.code}:{value_id}"


class Values:
    """Turns values of properties into attribute values of many products at once."""

    def __init__(self, run: ImportRun) -> None:
        self.run = run
        self.wanted: dict[tuple[int, int], dict[str, Any]] = {}
        self.product_ids: set[int] = set()

    def prepare(self, properties: Iterable[tuple[str, str, Sequence[str]]]) -> None:
        """Look up attributes and options of all (property, name, values) of a batch."""
        sent = list(properties)
        memory = self.run.memory["attributes"]
        missing = {prop: name for prop, name, _values in sent if prop not in memory}
        if missing:
            _load(self.run, missing)
        pairs = {
            _option_name(memory[prop], value)
            for prop, _name, values in sent
            for value in values
            if memory[prop].option_group_id and value
        }
        options = self.run.memory["options"]
        if lost := pairs - options.keys():
            found = {n: k.object_id for n, k in self.run.known(OPTION, lost).items()}
            options.update(found)
            rows = apps.get_model("catalogue", "AttributeOption").objects.in_bulk(found.values())
            self.run.memory["texts"].update({pk: row.option for pk, row in rows.items()})

    def add(self, product_id: int, prop: str, values: Sequence[str], record: Any = None) -> bool:
        """Set a property of a product; False if a value could not be resolved yet."""
        attribute = self.run.memory["attributes"][prop]
        texts = [text for value in values if (text := value.strip())]
        if not texts:
            return True
        columns = self._columns(attribute, texts)
        if not columns and columns is not None:
            return True
        if columns is None:
            self.run.warn(
                "unknown_value",
                say("unknown_value", name=attribute.name, value=texts[0][:80]),
                kind=KIND,
                record=record,
            )
            return False
        self.wanted[product_id, attribute.pk] = {
            "product_id": product_id, "attribute_id": attribute.pk,
            "value_text": None, "value_float": None, "value_option_id": None, **columns,
        }  # fmt: skip
        return True

    def _columns(self, attribute: Any, texts: list[str]) -> dict[str, Any] | None:
        if attribute.type == "option":
            option = self._option(attribute, texts[0])
            return None if option is None else {"value_option_id": option}
        if attribute.type == "float" and (number := number_if_any(texts[0])) is not None:
            return {"value_float": float(number)}
        if attribute.type == "float":
            return {}
        return {"value_text": ", ".join(self._texts(attribute, texts))}

    def _texts(self, attribute: Any, texts: list[str]) -> list[str]:
        options, names = self.run.memory["options"], self.run.memory["texts"]
        return [names.get(options.get(_option_name(attribute, text)), text) for text in texts]

    def _option(self, attribute: Any, text: str) -> int | None:
        options: dict[str, int] = self.run.memory["options"]
        name = _option_name(attribute, text)
        if name in options:
            return options[name]
        if GUID.fullmatch(text):
            return None
        # A text where a reference was expected: the list simply lacks it.
        model = apps.get_model("catalogue", "AttributeOption")
        found, _new = model.objects.get_or_create(
            group_id=attribute.option_group_id, option=text[:255]
        )
        options[name] = found.pk
        return int(found.pk)

    def save(self, product_ids: set[int]) -> None:
        """Write the values of these products, take away those not sent. One to four queries."""
        model = apps.get_model("catalogue", "ProductAttributeValue")
        rows = model.objects.filter(product_id__in=product_ids)
        existing = {(row.product_id, row.attribute_id): row for row in rows}
        rows_sync(model, existing=existing, wanted=self.wanted)


def _load(run: ImportRun, names: Mapping[str, str]) -> None:
    """Remember attributes by property; a property that did not come yet becomes a text."""
    model = apps.get_model("catalogue", "ProductAttribute")
    codes = {attribute_code(prop): prop for prop in names}
    memory = run.memory["attributes"]
    found = model.objects.filter(product_class=product_class(run), code__in=codes)
    memory.update({codes[a.code]: a for a in found})
    for code, prop in codes.items():
        if prop not in memory:
            memory[prop] = model.objects.create(
                product_class=product_class(run), code=code, name=(names[prop] or prop)[:128]
            )

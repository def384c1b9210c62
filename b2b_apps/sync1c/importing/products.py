"""Products by 1C's name: the one class, parents of characteristics, placeholders."""

from collections.abc import Collection, Mapping
from typing import Any

from django.apps import apps

from b2b_apps.core.slugs import slugify_russian
from b2b_apps.inventory.locks import product_stock_locked
from b2b_apps.sync1c.importing.rows import switched
from b2b_apps.sync1c.importing.run import ImportRun, Known, upsert

KIND = "product"
CLASS_SLUG = "goods"


def product_class(run: ImportRun) -> Any:
    """Return the one product class «Товар»; properties of 1C are its attributes."""
    memory = run.memory["class"]
    if "it" not in memory:
        memory["it"], _new = apps.get_model("catalogue", "ProductClass").objects.get_or_create(
            slug=CLASS_SLUG, defaults={"name": "Товар", "track_stock": True}
        )
    return memory["it"]


def parent_name(external_id: str) -> str:
    """Return the name of the product of a characteristic: ``nom#char`` gives ``nom``."""
    product, _hash, characteristic = external_id.partition("#")
    return product if characteristic else ""


def clean_name(external_id: str) -> str:
    """Return the name without an empty characteristic: ``nom#`` is ``nom``."""
    return external_id.rstrip("#")


def product_switch(row: Any, *, is_off: bool) -> None:
    """Show or hide a product as 1C has it; what staff hid stays hidden."""
    for name, value in switched(row, is_off=is_off, column="is_public").items():
        setattr(row, name, value)


def products_ensure(run: ImportRun, titles: Mapping[str, str]) -> dict[str, int]:
    """Return product ids of these names; unknown ones become hidden placeholders.

    A good that comes later fills its placeholder and makes it public. A name with a
    characteristic also makes its product, if need be, and turns that into a parent.
    """
    parents = {p: title for name, title in titles.items() if (p := parent_name(name))}
    known = run.known(KIND, [*titles, *parents])
    missing_parents = {n: t for n, t in parents.items() if n not in known}
    known |= _create(run, {**missing_parents}, {}, parents.keys())
    singles = {n: t for n, t in titles.items() if n not in known and not parent_name(n)}
    known |= _create(run, singles, {}, parents.keys())
    children = {n: t for n, t in titles.items() if n not in known}
    _become_parents(run, {known[p].object_id for p in parents})
    known |= _create(run, children, known, ())
    return {name: known[name].object_id for name in titles}


def _create(
    run: ImportRun,
    titles: Mapping[str, str],
    known: Mapping[str, Known],
    parents: Collection[str],
) -> dict[str, Known]:
    product = apps.get_model("catalogue", "Product")
    if not titles:
        return {}
    rows = {}
    for name, title in titles.items():
        parent = known.get(parent_name(name))
        structure = "child" if parent else "parent" if name in parents else "standalone"
        rows[name] = product(
            structure=structure,
            parent_id=parent.object_id if parent else None,
            product_class=None if parent else product_class(run),
            title=title[:255],
            slug=slugify_russian(title),
            # A characteristic is hidden with its product.
            is_public=parent is not None,
            is_off_by_1c=parent is None,
        )
    product.objects.bulk_create(rows.values())
    names = {name: Known(row.pk, b"") for name, row in rows.items()}
    run.remember(KIND, names)
    return names


def _become_parents(run: ImportRun, product_ids: set[int]) -> None:
    """Turn stand-alone products into parents; what they held in stock is their characteristics'."""
    ids = product_ids - run.memory["parents"].keys()
    if not ids:
        return
    product = apps.get_model("catalogue", "Product")
    changed = list(product.objects.filter(pk__in=ids, structure="standalone"))
    for row in changed:
        row.structure = "parent"
    if changed:
        upsert(product, changed, ["structure", "date_updated"])
        records = product_stock_locked(product_ids=[row.pk for row in changed])
        apps.get_model("partner", "StockRecord").objects.filter(pk__in=records).update(
            num_in_stock=0
        )
    run.memory["parents"].update(dict.fromkeys(ids))

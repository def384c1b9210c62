"""Groups of 1C are categories of the catalogue."""

from collections.abc import Sequence
from typing import Any

from django.apps import apps

from b2b_apps.core.slugs import slugify_russian
from b2b_apps.sync1c.commerceml.records import GroupRecord
from b2b_apps.sync1c.importing.run import ImportRun, Known, digest_of
from b2b_apps.sync1c.importing.tree import Grower, tree_lock

KIND = "group"


def groups_import(run: ImportRun, records: Sequence[GroupRecord]) -> None:
    """Make categories of groups; parents come before children, as in the file."""
    unique = {record.external_id: record for record in records}
    known = run.known(KIND, [*unique, *(r.parent_id for r in records if r.parent_id)])
    run.tally.add(KIND, "read", len(records))
    changed = [r for r in unique.values() if _hash(known, r) != digest_of(r)]
    run.tally.add(KIND, "unchanged", len(unique) - len(changed))
    if not changed:
        return
    tree_lock()
    fresh = [r for r in changed if r.external_id not in known]
    grown = _grow(run, known, fresh)
    _change(run, known, grown, [r for r in changed if r.external_id in known])
    run.remember(
        KIND, {r.external_id: Known(grown[r.external_id].pk, digest_of(r)) for r in changed}
    )


def _hash(known: dict[str, Known], record: GroupRecord) -> bytes:
    found = known.get(record.external_id)
    return found.content_hash if found else b""


def _grow(
    run: ImportRun, known: dict[str, Known], records: Sequence[GroupRecord]
) -> dict[str, Any]:
    """Create categories; return all that are at hand by name, known parents included."""
    category = apps.get_model("catalogue", "Category")
    rows = category.objects.in_bulk([k.object_id for k in known.values()])
    nodes = {name: rows[k.object_id] for name, k in known.items() if k.object_id in rows}
    grower, fresh = Grower(category), {}
    for record in records:
        parent = nodes.get(record.parent_id) if record.parent_id else None
        node = category(
            name=record.name[:255],
            slug=slugify_russian(record.name),
            is_public=not record.is_deleted,
            ancestors_are_public=parent is None
            or (parent.is_public and parent.ancestors_are_public),
        )
        grower.place(node, parent.path if parent else "")
        nodes[record.external_id] = fresh[node.path] = node
    grower.finish(fresh)
    category.objects.bulk_create(fresh.values())
    run.tally.add(KIND, "created", len(fresh))
    return nodes


def _change(
    run: ImportRun,
    known: dict[str, Known],
    nodes: dict[str, Any],
    records: Sequence[GroupRecord],
) -> None:
    """Rename and move categories that are there; few are, so one by one."""
    for record in records:
        node = nodes[record.external_id]
        node.name, node.is_public = record.name[:255], not record.is_deleted
        node.slug = slugify_russian(record.name)
        node.save(update_fields=["name", "slug", "is_public"])
        parent = nodes.get(record.parent_id) if record.parent_id else None
        _move(node, parent)
        node.refresh_from_db()
        node.set_ancestors_are_public()
        run.tally.add(KIND, "changed")


def _move(node: Any, parent: Any) -> None:
    node.refresh_from_db()
    old = node.get_parent(update=True)
    if parent is None:
        if old is not None:
            node.move(node.get_root_nodes().last(), pos="last-sibling")
        return
    parent.refresh_from_db()
    if (old is None or old.pk != parent.pk) and not parent.is_descendant_of(node):
        node.move(parent, pos="last-child")


def categories_for(run: ImportRun, external_ids: set[str]) -> dict[str, int]:
    """Return category ids by group; a group that did not come yet gets a hidden placeholder."""
    memory = run.memory["groups"]
    missing = external_ids - memory.keys()
    if missing:
        memory.update({name: k.object_id for name, k in run.known(KIND, missing).items()})
    unknown = sorted(missing - memory.keys())
    if unknown:
        memory.update(_placeholders(run, unknown))
    return {name: memory[name] for name in external_ids}


def _placeholders(run: ImportRun, external_ids: Sequence[str]) -> dict[str, int]:
    category = apps.get_model("catalogue", "Category")
    tree_lock()
    grower, fresh = Grower(category), {}
    for name in external_ids:
        node = category(name=name[:255], slug="group", is_public=False)
        grower.place(node, "")
        fresh[name] = node
    grower.finish({})
    category.objects.bulk_create(fresh.values())
    run.remember(KIND, {name: Known(node.pk, b"") for name, node in fresh.items()})
    return {name: node.pk for name, node in fresh.items()}

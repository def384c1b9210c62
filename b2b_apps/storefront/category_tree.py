"""The tree of sections, read whole: a hundred rows are cheaper than questions about each."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.apps import apps
from django.db.models import Count, Q
from django.urls import reverse

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.core.context import TradeContext
from b2b_apps.core.prepared import rows_of

STEP = 4
# A section and those above it, by the beginnings of its path: a tree may have thousands.
BRANCH_SQL = """
SELECT c.id, c.name, c.slug, c.path
FROM catalogue_category here
CROSS JOIN LATERAL generate_series(%(step)s::int, length(here.path), %(step)s::int) AS length
CROSS JOIN LATERAL (
    SELECT * FROM catalogue_category WHERE path = left(here.path, length) OFFSET 0
) c
WHERE here.id = %(section)s::bigint AND c.is_public AND c.ancestors_are_public
ORDER BY c.path
"""


@dataclass(slots=True)
class Section:
    """A public category; ``path`` is treebeard's, four letters a level."""

    id: int
    name: str
    path: str
    slugs: str
    num_own: int = 0
    children: list["Section"] = field(default_factory=list)

    @property
    def url(self) -> str:
        return reverse("catalogue:category", kwargs={"category_slug": self.slugs, "pk": self.id})

    @property
    def num_goods(self) -> int:
        """Public goods in the section and below; one in two sections counts twice."""
        return self.num_own + sum(child.num_goods for child in self.children)


@dataclass(frozen=True, slots=True)
class CategoryTree:
    """All public sections."""

    roots: Sequence[Section]
    by_path: Mapping[str, Section]
    by_id: Mapping[int, Section]

    @property
    def num_goods(self) -> int:
        return sum(root.num_goods for root in self.roots)

    def ancestors(self, section: Section) -> list[Section]:
        """The sections above one, the highest first."""
        ends = range(STEP, len(section.path), STEP)
        return [self.by_path[section.path[:end]] for end in ends]


def category_tree(
    *, context: TradeContext | None = None, with_counts: bool = False
) -> CategoryTree:
    """Return the public sections; with the number of goods in each if asked. One query.

    For a ``context`` that does not see all goods: the sections that have something it sees, at any
    depth, and counts of that; one query more where rules name sections.
    """
    is_narrow = context is not None and not context.assortment.is_whole
    tree = _tree(context, with_counts=with_counts or is_narrow)
    return _with_goods(tree) if is_narrow else tree


def section_branch(*, section_id: int, context: TradeContext) -> Sequence[Section] | None:
    """Return the sections above one, the highest first, and itself; None if it is not public or
    the context sees nothing in it. One query; those of ``category_tree`` for a context that does
    not see all goods.
    """
    if not context.assortment.is_whole:
        tree = category_tree(context=context)
        section = tree.by_id.get(section_id)
        return None if section is None else [*tree.ancestors(section), section]
    branch: list[Section] = []
    for pk, name, slug, path in rows_of(BRANCH_SQL, {"section": section_id, "step": STEP}):
        slugs = f"{branch[-1].slugs}/{slug}" if branch else slug
        branch.append(Section(pk, name, path, slugs))
    return branch if branch and branch[-1].id == section_id else None


def _with_goods(tree: CategoryTree) -> CategoryTree:
    """The tree without its empty branches."""
    kept = [section for section in tree.by_path.values() if section.num_goods]
    for section in kept:
        section.children = [child for child in section.children if child.num_goods]
    return CategoryTree(
        [root for root in tree.roots if root.num_goods],
        {section.path: section for section in kept},
        {section.id: section for section in kept},
    )


def _tree(context: TradeContext | None, *, with_counts: bool) -> CategoryTree:
    categories: Any = apps.get_model("catalogue", "Category").objects
    rows = categories.filter(is_public=True, ancestors_are_public=True).order_by("path")
    public = Q(product__is_public=True, product__parent__isnull=True)
    if context is not None and not context.assortment.is_whole:
        public &= Q(product__in=seen_products(context).values("pk"))
    counted = rows.annotate(num=Count("product", filter=public)) if with_counts else rows
    columns = (
        ["pk", "name", "slug", "path", "num"] if with_counts else ["pk", "name", "slug", "path"]
    )
    roots: list[Section] = []
    by_path: dict[str, Section] = {}
    for pk, name, slug, path, *count in counted.values_list(*columns):
        parent = by_path.get(path[:-STEP])
        slugs = f"{parent.slugs}/{slug}" if parent else slug
        section = by_path[path] = Section(pk, name, path, slugs, *count)
        (parent.children if parent else roots).append(section)
    return CategoryTree(roots, by_path, {section.id: section for section in by_path.values()})

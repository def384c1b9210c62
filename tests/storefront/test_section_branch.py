"""The way to a section is the one that the whole tree has."""

import pytest
from django.apps import apps

from b2b_apps.assortment.models import AssortmentRule
from b2b_apps.storefront.category_tree import category_tree, section_branch
from tests.storefront.goods import section_of


@pytest.fixture
def deep(world):
    made = section_of(world).add_child(name="Третья", slug="third")
    return made.add_child(name="Четвёртая", slug="fourth")


def shown(sections):
    return [(s.id, s.name, s.path, s.slugs, s.url) for s in sections]


def test_every_section_has_the_branch_of_the_tree(world, deep, django_assert_num_queries):
    context, tree = world.context(), category_tree()
    assert len(tree.ancestors(tree.by_id[deep.pk])) == 3

    for pk, section in tree.by_id.items():
        with django_assert_num_queries(1):
            branch = section_branch(section_id=pk, context=context)
        assert branch is not None
        assert shown(branch) == shown([*tree.ancestors(section), section])


def test_a_hidden_section_and_all_below_it_are_gone_at_once(world, deep):
    above = deep.get_parent()
    apps.get_model("catalogue", "Category").objects.get(pk=above.pk)
    above.is_public = False
    above.save()

    for section in (above, deep):
        assert section_branch(section_id=section.pk, context=world.context()) is None
    assert section_branch(section_id=10**17, context=world.context()) is None


def test_who_sees_nothing_in_a_section_has_no_branch(world):
    section = section_of(world)
    assert section_branch(section_id=section.pk, context=world.context())
    AssortmentRule.objects.create(
        name="no", kind="hide", conditions=[{"kind": "category", "values": [section.pk]}]
    )

    assert section_branch(section_id=section.pk, context=world.context()) is None

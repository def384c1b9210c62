"""Assortment rules and labels for the staff: boards, blanks, whom they concern, the journal."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from b2b_apps.assortment.errors import RuledError
from b2b_apps.assortment.models import AssortmentRule, Label, RuledChange
from b2b_apps.assortment.selectors import seen_products
from b2b_apps.assortment.services import label_save
from tests.storefront.goods import section_of

HTMX = {"HTTP_HX_REQUEST": "true"}
LABEL = {"name": "Хит", "code": "hit", "look": "ok", "position": "10", "is_active": "on"}


def url(name, *args):
    return reverse(f"dashboard:{name}", args=args)


def posted(*lines, **more):
    """What a browser sends: blanks and lines of (kind, values)."""
    data = {"name": "Без кабеля", "kind": "hide", "is_active": "on", "lines": str(len(lines))}
    for n, (kind, values) in enumerate(lines):
        data |= {f"c{n}-kind": kind, f"c{n}-value": [str(value) for value in values]}
    return {**data, **more}


def of_own(world):
    return ("counterparty", [world.companies["own"].pk])


def of_cable(world):
    return ("product", [world.products["cable"].pk])


def test_a_saved_rule_works_at_once_for_its_audience_alone(desk, staff):
    world = desk.world
    lines = [of_cable(world), of_own(world)]

    staff.post(url("assortment-rule-new"), posted(*lines, do="save"))

    rule = AssortmentRule.objects.get()
    assert rule.conditions == [{"kind": kind, "values": values} for kind, values in lines]
    assert rule.author == world.people["manager"]
    hers, others = world.context(), world.context("stranger")
    assert world.products["cable"] not in seen_products(hers)
    assert world.products["cable"] in seen_products(others)
    change = RuledChange.objects.get()
    assert (change.rule, change.user, change.is_new) == (rule, world.people["manager"], True)


def test_counting_writes_nothing_and_tells_goods_and_contracts(desk, staff):
    world = desk.world
    article = world.products["lamp"].article.lower()
    lines = [of_cable(world), of_own(world)]

    page = staff.post(
        url("assortment-rule-new"), posted(*lines, do="add:0", **{"c0-add": article}), **HTMX
    )

    concern = page.context["concern"]
    assert not AssortmentRule.objects.exists()
    assert concern.num_goods == 2
    assert {p.pk for p in concern.goods} == {world.products[key].pk for key in ("cable", "lamp")}
    assert {c.counterparty_id for c in concern.contracts} == {world.companies["own"].pk}
    assert [line.left for line in page.context["lines"]] == [2, concern.num_contracts]
    assert page.content.decode().lstrip().startswith('<div id="ruled"')
    begun = staff.post(url("assortment-rule-new"), {"name": "", "lines": "0", "do": "look"})
    assert (begun.status_code, dict(begun.context["form"].errors)) == (200, {})


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ([], "Назовите товары"),
        ([("region", [1])], "Назовите товары"),
        ([("product", [])], "нет значения"),
    ],
)
def test_a_rule_of_everything_or_nothing_is_refused(desk, staff, lines, said):
    page = staff.post(url("assortment-rule-new"), posted(*lines, do="save"))

    assert page.status_code == 422
    assert said in page.content.decode()
    assert not AssortmentRule.objects.exists()


def test_an_edit_is_in_the_journal_and_a_colleagues_is_not_written_over(desk, staff):
    world = desk.world
    staff.post(url("assortment-rule-new"), posted(of_cable(world), do="save"))
    rule = AssortmentRule.objects.get()
    seen = staff.get(url("assortment-rule", rule.pk)).context["seen"]
    edit = posted(of_cable(world), do="save", seen=seen, valid_to="2026-12-31")

    staff.post(url("assortment-rule", rule.pk), edit)
    late = staff.post(url("assortment-rule", rule.pk), {**edit, "name": "Поздно"})

    rule.refresh_from_db()
    assert rule.name == "Без кабеля"
    assert late.status_code == 422
    assert "За это время" in late.content.decode()
    assert RuledChange.objects.first().changes == [["valid_to", None, "2026-12-31"]]
    shown = staff.get(url("assortment-rule", rule.pk)).content.decode()
    assert "31.12.2026" in shown


@pytest.mark.parametrize(
    ("blank", "field"),
    [
        ({"name": ""}, "name"),
        ({"kind": "sell"}, "kind"),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "valid_to"),
        ({"valid_from": "0001-01-01"}, "valid_from"),
    ],
)
def test_a_wrong_blank_is_named_and_nothing_is_saved(desk, staff, blank, field):
    page = staff.post(url("assortment-rule-new"), posted(of_cable(desk.world), do="save", **blank))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert not AssortmentRule.objects.exists()


def test_a_label_is_made_and_its_code_is_one(desk, staff):
    section = section_of(desk.world)
    lines = {"lines": "1", "c0-kind": "category", "c0-value": [section.pk]}
    staff.post(url("label-new"), {**LABEL, **lines, "newer_than_days": "30", "do": "save"})

    again = staff.post(url("label-new"), {**LABEL, "do": "save"})

    label = Label.objects.get()
    assert (label.newer_than_days, label.conditions) == (
        30,
        [{"kind": "category", "values": [section.pk]}],
    )
    assert again.status_code == 422
    assert list(again.context["form"].errors) == ["code"]


def test_a_label_whose_code_was_taken_in_the_same_moment_is_refused_whole(world):
    values = {"name": "Хит", "code": "hit", "look": "ok", "position": 1, "is_active": True,
              "newer_than_days": None, "conditions": [], "valid_from": None,
              "valid_to": None}  # fmt: skip
    label_save(values=values, user_id=None)

    with pytest.raises(RuledError, match="code_taken"):
        label_save(values=values, user_id=None)

    assert RuledChange.objects.count() == Label.objects.count() == 1


@pytest.mark.parametrize(("board", "budget"), [("assortment", 8), ("labels", 8)])
def test_the_boards_take_the_same_queries_whatever_their_length(desk, staff, board, budget):
    model = {"assortment": AssortmentRule, "labels": Label}[board]
    lines = [{"kind": "product", "values": [desk.world.products["cable"].pk]}]

    def add(number):
        more = {"kind": "hide"} if board == "assortment" else {"code": f"c{number}"}
        model.objects.create(name=f"Правило {number}", conditions=lines, **more)

    def taken():
        with CaptureQueriesContext(connection) as queries:
            assert staff.get(url(board)).status_code == 200
        return len(queries)

    add(0)
    few = taken()
    for number in range(1, 45):
        add(number)

    assert taken() == few == budget

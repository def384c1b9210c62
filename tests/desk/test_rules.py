"""Price rules: the board, the sentence with blanks, preview, publishing, versions, history."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from b2b_apps.companies.models import Segment
from b2b_apps.desk.rule_lines import KINDS
from b2b_apps.pricing.conditions import OF_CONTEXT, OF_GOODS
from b2b_apps.pricing.models import PriceRule, RuleChange
from tests.pricing.making import add_list, add_rule, amount_of
from tests.storefront.goods import add_attribute, section_of

HTMX = {"HTTP_HX_REQUEST": "true"}
BLANKS = {"name": "Автоматы IEK", "priority": "10", "action": "percent", "value": "3",
          "currency": "RUB"}  # fmt: skip


def url(name, rule=None):
    return reverse(f"dashboard:{name}", args=[rule.pk] if rule else [])


def posted(*lines, **more):
    """What a browser sends: blanks and lines of (kind, values)."""
    data = {**BLANKS, "lines": str(len(lines)), **more}
    for n, (kind, values, *rest) in enumerate(lines):
        data |= {f"c{n}-kind": kind, f"c{n}-value": values, **(rest[0] if rest else {})}
    return data


@pytest.fixture
def rule(world):
    return add_rule(3, state="draft", name="Черновик", conditions=[("brand", "IEK")])


def test_every_kind_that_the_engine_knows_can_be_asked():
    assert set(KINDS) == {*OF_GOODS, *OF_CONTEXT}


def test_a_rule_is_made_filled_in_and_published(world, desk, staff):
    staff.post(url("rule-new"))
    rule = PriceRule.objects.get()
    start = staff.post(url("rule", rule), posted(do="add-line", **{"new-kind": "product"}))
    article = {"c0-add": "mva20-1-016-c"}
    staff.post(url("rule", rule), posted(("product", [], article), value="−50".replace("−", "-")))
    rule.refresh_from_db()
    staff.post(url("rule-start", rule), {"seen": "1", "number": "1"})

    assert start.status_code == 302
    assert rule.conditions == [
        {"kind": "product", "is_not": False, "values": [world.products["breaker"].pk]}
    ]
    assert amount_of(world) == Decimal("66.2400")
    assert [entry.event for entry in rule.changes.all()] == ["published", "changed", "made"]


def test_what_is_typed_is_found_or_said_not_to_be(world, desk, staff, rule):
    found = {
        "brand": (" iek ", "IEK"),
        "counterparty": (world.companies["own"].inn, world.companies["own"].pk),
        "contract": (world.contracts["own"].number, world.contracts["own"].pk),
        "price_list": (str(world.lists["dealer"].pk), world.lists["dealer"].pk),
        "region": (str(world.regions["rostov"].pk), world.regions["rostov"].pk),
        "category": (str(section_of(world).pk), section_of(world).pk),
        "segment": (str(Segment.objects.create(name="Сети").pk), Segment.objects.get().pk),
    }
    for kind, (typed, expected) in found.items():
        page = staff.post(url("rule", rule), posted((kind, [], {"c0-add": typed})))
        assert page.status_code == 302, kind
        rule.refresh_from_db()
        assert rule.conditions[0]["values"] == [expected], kind
    for kind in KINDS:
        page = staff.post(url("rule", rule), posted((kind, [], {"c0-add": "нет такого"})), **HTMX)
        assert page.status_code == 422, kind
        assert page.context["lines"][0].error, kind
        rule.refresh_from_db()
        assert rule.conditions[0]["values"] == []


def test_a_property_is_chosen_then_its_value(world, desk, staff, rule):
    attribute = add_attribute(world, "Полюсов", {"breaker": "1P", "cable": "2P"})
    line = {"c0-attribute": str(attribute.pk), "c0-add": "1p"}

    page = staff.post(url("rule", rule), posted(("attribute", [], line)), **HTMX)

    assert page.context["lines"][0].values == ["1P"]
    assert page.context["touched"].reach.num == 1
    assert page.context["lines"][0].known == ["1P", "2P"]


def test_lines_and_values_are_taken_out(world, desk, staff, rule):
    two = (("brand", ["IEK", "EKF"]), ("region", [str(world.regions["rostov"].pk)]))

    staff.post(url("rule", rule), posted(*two, do="drop:0:0"))
    rule.refresh_from_db()
    assert rule.conditions[0]["values"] == ["EKF"]
    staff.post(url("rule", rule), posted(*two, do="drop-line:0"))
    rule.refresh_from_db()
    assert [line["kind"] for line in rule.conditions] == ["region"]


@pytest.mark.parametrize(
    ("blanks", "field"),
    [
        ({"value": ""}, "value"),
        ({"value": "-101"}, "value"),
        ({"value": "abc"}, "value"),
        ({"action": "fixed", "value": "-1"}, "value"),
        ({"valid_from": "2026-12-02T00:00", "valid_to": "2026-12-01T00:00"}, "valid_to"),
        ({"valid_from": "0001-01-01T00:00"}, "valid_from"),
        ({"valid_to": "9999-12-31T23:59"}, "valid_to"),
        ({"round_to": "0"}, "round_to"),
        ({"currency": "рубль"}, "currency"),
        ({"priority": "-1"}, "priority"),
        ({"priority": "99999999"}, "priority"),
        ({"name": ""}, "name"),
    ],
)
def test_a_wrong_blank_is_named_and_nothing_is_saved(world, desk, staff, rule, blanks, field):
    page = staff.post(url("rule", rule), posted(("brand", ["EKF"]), **blanks))

    assert page.status_code == 422
    assert list(page.context["form"].errors) == [field]
    assert page.context["lines"][0].values == ["EKF"]
    rule.refresh_from_db()
    assert (rule.name, rule.conditions[0]["values"]) == ("Черновик", ["IEK"])


def test_commas_and_moments_are_read(world, desk, staff, rule):
    blanks = {"value": "-2,5", "valid_from": "2026-12-01T00:00", "floor_percent": "6"}

    staff.post(url("rule", rule), posted(("brand", ["IEK"]), **blanks))

    rule.refresh_from_db()
    assert (rule.value, rule.floor_percent) == (Decimal("-2.5"), 6)
    assert timezone.localtime(rule.valid_from).isoformat()[:16] == "2026-12-01T00:00"


def test_the_preview_marks_caps_and_links_to_why(world, desk, staff, rule):
    add_list(world.products["breaker"], 100, name="Закупка", is_cost=True)
    PriceRule.objects.filter(pk=rule.pk).update(value=50, max_change=2, conditions=[])

    page = staff.get(url("rule", rule), {"contract": world.contracts["own"].pk})
    capped = staff.get(url("rule", rule), {"contract": "142/24", "view": "cap"})

    text = page.content.decode()
    assert [(row.article, row.limit, row.spared) for row in page.context["seen"].rows] == [
        ("0012-LLE-A60", "cap", ""),
        ("MVA20-1-016-C", "cap", ""),
        ("VVG3X25LS", "", "agreed"),
    ]
    assert [key for key, _word, _n in page.context["views"]] == [
        "all", "changed", "cap", "agreed", "same",
    ]  # fmt: skip
    assert len(capped.context["seen"].rows) == 2
    assert f"?contract={world.contracts['own'].pk}&amp;product=MVA20-1-016-C" in text


def test_a_rule_for_nobody_says_so(world, desk, staff, rule):
    empty = Segment.objects.create(name="Пусто")
    lines = [{"kind": "segment", "values": [empty.pk]}]
    PriceRule.objects.filter(pk=rule.pk).update(conditions=lines)

    page = staff.get(url("rule", rule))

    assert page.context["touched"].num_contracts == 0
    assert page.context["seen"] is None
    assert "не подходит ни один" in page.content.decode()


def test_over_five_per_cent_the_number_is_typed_again(world, desk, staff, rule):
    PriceRule.objects.filter(pk=rule.pk).update(conditions=[])
    shown = staff.get(url("rule-start", rule)).context["touched"]
    number = str(shown.reach.num)

    plain = staff.post(url("rule-start", rule), {"seen": number})
    wrong = staff.post(url("rule-start", rule), {"seen": number, "number": "7"})
    moved = staff.post(url("rule-start", rule), {"seen": "1", "number": "1"})
    rule.refresh_from_db()
    assert (plain.status_code, wrong.status_code, moved.status_code) == (422, 422, 422)
    assert rule.state == "draft"

    right = staff.post(url("rule-start", rule), {"seen": number, "number": f" {number} "})
    rule.refresh_from_db()
    assert (right.status_code, rule.state) == (302, "live")
    assert shown.is_guarded


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"conditions": [{"kind": "brand", "values": []}]}, "У условия нет значения"),
        ({"value": 0}, "ничего не меняет"),
        ({"valid_to": timezone.now() - timedelta(days=1)}, "Срок правила"),
    ],
)
def test_an_unfinished_rule_is_not_published(world, desk, staff, rule, change, words):
    PriceRule.objects.filter(pk=rule.pk).update(**change)
    number = str(staff.get(url("rule-start", rule)).context["touched"].reach.num)

    page = staff.post(url("rule-start", rule), {"seen": number, "number": number}, follow=True)

    rule.refresh_from_db()
    assert rule.state == "draft"
    assert words in page.content.decode()


def test_a_rule_that_works_is_changed_by_its_next_version(world, desk, staff):
    live = add_rule(-50, name="Ноябрь")
    refused = staff.post(url("rule", live), posted(value="-1"), follow=True)
    staff.post(url("rule-again", live), {"replaces": "1"})
    staff.post(url("rule-again", live), {"replaces": "1"})
    draft = PriceRule.objects.get(state="draft")
    staff.post(url("rule", draft), posted(value="-10"))
    number = str(staff.get(url("rule-start", draft)).context["touched"].reach.num)
    before = amount_of(world)

    staff.post(url("rule-start", draft), {"seen": number, "number": number})

    live.refresh_from_db()
    assert "Правило действует" in refused.content.decode()
    assert (before, amount_of(world)) == (Decimal("66.2400"), Decimal("119.2320"))
    assert (live.state, live.value) == ("off", -50)
    assert live.changes.get().event == "replaced"


def test_a_copy_is_a_draft_of_its_own_and_a_rule_is_switched_off(world, desk, staff):
    live = add_rule(-50, name="Ноябрь", promo_code="X", with_agreed=True)
    number = str(staff.get(url("rule-stop", live)).context["touched"].reach.num)

    staff.post(url("rule-again", live))
    staff.post(url("rule-stop", live), {"seen": number, "number": number})
    again = staff.post(url("rule-stop", live), {"seen": number, "number": number}, follow=True)

    copy = PriceRule.objects.exclude(pk=live.pk).get()
    live.refresh_from_db()
    assert (copy.state, copy.replaces, copy.promo_code, copy.with_agreed) == (
        "draft", None, "X", True,
    )  # fmt: skip
    assert live.state == "off"
    assert "уже не действует" in again.content.decode()


def test_the_journal_tells_who_changed_what_once_a_sitting(world, desk, staff, rule):
    for value in ("4", "5"):
        staff.post(url("rule", rule), posted(("brand", ["IEK"]), name="Черновик", value=value))

    entry = RuleChange.objects.get()
    text = staff.get(url("rule", rule)).content.decode()

    assert (entry.user, entry.event) == (world.people["manager"], "changed")
    assert entry.changes[1] == ["value", "3.0000", "5"]
    assert '<span class="dk-was">3</span> → 5' in text


def test_the_board_shows_views_and_whom_rules_concern(world, desk, staff, rule):
    add_rule(-5, name="Промо", promo_code="ОСЕНЬ", priority=1)
    add_rule(-5, name="Завтра", valid_from=timezone.now() + timedelta(days=1))

    page = staff.get(url("rules"))
    waits = staff.get(url("rules"), {"view": "waits"})

    assert [row.cells[0].value for row in page.context["page"].rows] == [
        "Промо", "Черновик", "Завтра",
    ]  # fmt: skip
    counts = {v["key"]: v["count"] for v in page.context["page"].views}
    assert counts == {"works": 1, "waits": 1, "draft": 1, "off": 0, "promo": 1, "gone": 0}
    assert [row.cells[0].value for row in waits.context["page"].rows] == ["Завтра"]
    assert "производитель IEK" in page.content.decode()


@pytest.mark.parametrize("num", [1, 30])
def test_a_rule_page_costs_the_same_for_many_values(world, desk, staff, num):
    values = [world.products["breaker"].pk, *range(10**6, 10**6 + num)]
    rule = add_rule(3, state="draft", conditions=[("product", *values), ("brand", "IEK")])

    with CaptureQueriesContext(connection) as queries:
        assert staff.get(url("rule", rule)).status_code == 200

    assert len(queries) <= 26

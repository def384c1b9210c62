"""What a rule would make of goods as XLSX: at once, or by a worker with its progress shown."""

import io
from decimal import Decimal

import pytest
from django.urls import reverse
from django_scopes import scope
from python_calamine import CalamineWorkbook

from b2b_apps.core.models import OutboxMessage
from b2b_apps.desk import rule_sheets
from b2b_apps.desk.tasks import rule_sheet_handler
from b2b_apps.desk.views import rule_sheets as views
from b2b_apps.pricing import preview
from b2b_apps.pricing.models import PriceRule, RuleSheet
from tests.pricing.making import add_list, add_rule

pytestmark = pytest.mark.django_db


def rows_of(answer):
    book = CalamineWorkbook.from_filelike(io.BytesIO(b"".join(answer.streaming_content)))
    return book.get_sheet_by_index(0).to_python()


def ask(staff, rule, contract):
    return staff.post(
        reverse("dashboard:rule-sheet-new", args=[rule.pk]), {"contract": contract.pk}
    )


def make():
    """As the worker does: he is nobody's, so no scope is lifted for him."""
    payload = OutboxMessage.objects.get(topic="rule_sheet").payload
    with scope(_enabled=True):
        rule_sheet_handler(payload)


@pytest.fixture
def rule(desk):
    world = desk.world
    add_list(world.products["lamp"], 60, name="Закупка", is_cost=True)
    return add_rule(-10, name="=Минус десять", max_change=5, state="draft")


def test_few_goods_are_written_at_once(desk, staff, rule):
    head, *rows = rows_of(ask(staff, rule, desk.world.contracts["own"]))

    assert head[:4] == ["Артикул", "Наименование", "Была", "Станет"]
    found = {row[0]: row[2:] for row in rows}
    assert found["0012-LLE-A60"][:5] == [62.14, 57.14, -5.0, pytest.approx(-8.0463, abs=1e-4), 60.0]
    assert found["0012-LLE-A60"][5]
    assert not RuleSheet.objects.exists()


def test_many_goods_are_written_by_a_worker_who_tells_how_far_he_is(desk, staff, rule, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    monkeypatch.setattr(preview, "BATCH", 2)
    told = []
    plain = rule_sheets._told
    monkeypatch.setattr(
        rule_sheets, "_told", lambda sheet, number: (told.append(number), plain(sheet, number))
    )

    begun = ask(staff, rule, desk.world.contracts["own"])
    sheet = RuleSheet.objects.get()
    page = reverse("dashboard:rule-sheet", args=[sheet.pk])
    assert begun["Location"] == page
    assert 'hx-trigger="every 1s"' in staff.get(page).content.decode()
    assert "пишется" in staff.get(page, headers={"HX-Request": "true"}).content.decode()
    make()

    sheet.refresh_from_db()
    assert (sheet.state, told, sheet.num_done) == ("ready", [2, 4], 4)
    assert staff.get(page, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    rows = rows_of(staff.get(reverse("dashboard:rule-sheet-file", args=[sheet.pk])))
    assert sorted(row[0] for row in rows[1:]) == ["0012-LLE-A60", "MVA20-1-016-C", "VVG3X25LS"]


def test_a_rule_that_was_edited_meanwhile_is_not_written(desk, staff, rule, monkeypatch):
    monkeypatch.setattr(views, "MOST_AT_ONCE", 1)
    ask(staff, rule, desk.world.contracts["own"])
    PriceRule.objects.update(value=Decimal(-90))

    make()

    sheet = RuleSheet.objects.get()
    assert (sheet.state, sheet.file) == ("changed", "")
    page = staff.get(reverse("dashboard:rule-sheet-file", args=[sheet.pk]))
    assert "правило уже не то" in page.content.decode()


def test_the_file_has_what_the_preview_shows(desk, rule):
    contract = desk.world.contracts["own"]
    context = rule_sheets.context_under(contract_id=contract.pk)

    every = list(preview.rule_preview_rows(rule=rule, context=context))

    assert every == list(preview.rule_preview(rule=rule, context=context).rows)


def test_without_a_contract_there_is_nothing_to_write(desk, staff, rule):
    answer = staff.post(reverse("dashboard:rule-sheet-new", args=[rule.pk]), {"contract": "нет"})

    assert answer["Location"] == reverse("dashboard:rule", args=[rule.pk])

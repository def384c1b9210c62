"""What a price rule would make of goods, before and after, as a sheet to download."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.core.files import File
from django.db import transaction
from django.utils.translation import gettext as _

from b2b_apps.contracts.context import context_under
from b2b_apps.contracts.models import Contract
from b2b_apps.core.money import HUNDRED
from b2b_apps.core.outbox import outbox_put
from b2b_apps.pricing.models import PriceRule, RuleSheet
from b2b_apps.pricing.preview import PreviewRow, goods_to_look_at, rule_preview_rows
from b2b_apps.pricing.price_sheet import xlsx_file
from b2b_apps.pricing.rule_services import rule_mark

TOPIC = "rule_sheet"
# So many goods are written while the person waits, more by a worker.
MOST_AT_ONCE = 5000
State = RuleSheet.State


def rule_xlsx(*, rule: PriceRule, contract: Contract, sheet: RuleSheet | None = None) -> IO[bytes]:
    """Return the file; ``sheet`` is told how far it is. Memory does not grow with the goods."""
    heads = [_("Article"), _("Name"), _("Was"), _("Becomes"), _("Difference"), _("Difference, %"),
             _("Purchase price"), _("Note")]  # fmt: skip
    rows = rule_preview_rows(
        rule=rule,
        context=context_under(contract_id=contract.pk),
        looked=None if sheet is None else lambda number: _told(sheet, number),
    )
    return xlsx_file(title=rule.name, heads=heads, rows=_cells(rows))


def rule_sheet_begin(
    *, rule: PriceRule, contract: Contract, user_id: int, num_goods: int
) -> RuleSheet:
    """Have a worker write the file. Two queries."""
    with transaction.atomic():
        sheet: RuleSheet = RuleSheet.objects.create(
            rule=rule, contract=contract, user_id=user_id, mark=rule_mark(rule),
            num_goods=num_goods,
        )  # fmt: skip
        outbox_put(topic=TOPIC, key=f"{TOPIC}:{sheet.pk}", payload={"sheet_id": sheet.pk})
    return sheet


def rule_sheet_make(*, sheet_id: int) -> None:
    """Write the file of a sheet; done again, it begins anew. An edited rule is not written."""
    rows = RuleSheet.objects.select_related("rule", "contract")
    sheet = rows.filter(pk=sheet_id, state=State.MAKING).first()
    if sheet is None:
        return
    if rule_mark(sheet.rule) == sheet.mark:
        with rule_xlsx(rule=sheet.rule, contract=sheet.contract, sheet=sheet) as file:
            sheet.file.save(f"rule-{sheet.rule_id}-{sheet.pk}.xlsx", File(file), save=False)
        sheet.state = State.READY
    else:
        sheet.state = State.CHANGED
    sheet.save(update_fields=["file", "state"])


def num_goods_of(rule: PriceRule) -> int:
    """How many goods the file looks at. One query."""
    return goods_to_look_at(rule)


def _told(sheet: RuleSheet, number: int) -> None:
    RuleSheet.objects.filter(pk=sheet.pk).update(num_done=number)


def _cells(rows: Iterator[PreviewRow]) -> Iterator[Sequence[Any]]:
    for row in rows:
        percent = (
            row.change * HUNDRED / row.before if row.change is not None and row.before else None
        )
        yield (row.article, row.title, row.before, row.after, row.change, percent, row.cost,
               _note(row))  # fmt: skip


def _note(row: PreviewRow) -> str:
    if row.after is None:
        return _("not for sale") if row.availability == "unavailable" else _("on request")
    return {
        "cap": _("stopped by the cap"),
        "floor": _("stopped by the floor"),
        "agreed": _("agreed price, left alone"),
        "after_final": _("a rule before it is the last"),
    }.get(row.limit or row.spared, "")

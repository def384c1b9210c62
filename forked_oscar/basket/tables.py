"""Many quantities at once: a table sent as a form, a list typed or pasted."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.purchasing.pasted import pasted_rows
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity
from b2b_apps.purchasing.selectors import lines_in_basket
from b2b_apps.purchasing.services import basket_set_many
from b2b_apps.storefront import basket_steps, typed_cells
from b2b_apps.storefront.redirects import way_back
from b2b_apps.storefront.typed_cells import TypedCell
from forked_oscar.basket import answers, report, words
from forked_oscar.basket.editing import EditView


class BasketSetManyView(EditView):
    """The whole table as a plain form: fields ``q-<line>``, and ``p-<product>`` from elsewhere.

    Good cells are written; the others are named and come back as they were typed.
    """

    def post(self, request: Any) -> HttpResponse:
        named = [pk for name in request.POST if (pk := _line_of(name))]
        lines = lines_in_basket(context=request.trade, line_ids=named)
        by_line = {line.pk: line.product_id for line in lines}
        quantities: dict[int, Decimal] = {}
        fields: dict[int, str] = {}
        bad: dict[str, TypedCell] = {}
        for name, text in request.POST.items():
            product_id = _product_of(name, by_line)
            if product_id is None:
                continue
            fields[product_id] = name
            # A card's cell that was left empty says nothing; one that was emptied takes it out.
            if name.startswith("p-") and not text.strip():
                if product_id in by_line.values():
                    quantities[product_id] = Decimal(0)
                continue
            try:
                quantities[product_id] = parse_quantity(text)
            except QuantityError as error:
                bad[name] = TypedCell(text, words.quantity_error(error, text))
        change = basket_set_many(context=request.trade, quantities=quantities)
        bad |= {
            name: TypedCell(request.POST[name], words.refusal(error))
            for error in change.refused
            if (name := fields.get(error.product_id))
        }
        typed_cells.keep(request, bad)
        answers.tell_cells(request, change, {pk: bad[n] for pk, n in fields.items() if n in bad})
        return redirect(way_back(request, "/basket/"))


class BasketAddByArticleView(EditView):
    """Lines typed or pasted: article, space, quantity. What comes of each row is reported."""

    def post(self, request: Any) -> HttpResponse:
        rows = pasted_rows(request.POST.get("lines", ""), context=request.trade)
        if not rows:
            report.drop(request)
            return redirect(way_back(request, "/basket/"))
        quantities: dict[int, Decimal] = {}
        for row in rows:
            if row.product_id and not row.code:
                there = quantities.get(row.product_id, Decimal(0))
                quantities[row.product_id] = there + row.quantity
        try:
            change = basket_set_many(context=request.trade, quantities=quantities, add=True)
        except BasketFullError:
            report.keep(request, report.report_of_full(rows))
            return redirect(way_back(request, "/basket/"))
        report.keep(request, report.report_of(rows, change))
        basket_steps.remember_added(request, change, words.added(len(change.added)))
        return redirect(way_back(request, "/basket/"))


def _line_of(name: str) -> int | None:
    kind, _dash, text = name.partition("-")
    return row_id(text) if kind == "q" else None


def _product_of(name: str, by_line: Mapping[int, int]) -> int | None:
    kind, _dash, text = name.partition("-")
    found = row_id(text)
    if found is None:
        return None
    return {"q": by_line.get(found), "p": found}.get(kind)

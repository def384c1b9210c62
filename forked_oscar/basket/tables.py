"""Many quantities at once: a table sent as a form, a list typed or pasted."""

from decimal import Decimal
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect

from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import BasketFullError
from b2b_apps.purchasing.pasted import pasted_rows
from b2b_apps.purchasing.quantities import QuantityError
from b2b_apps.purchasing.selectors import basket_quantities, lines_in_basket
from b2b_apps.purchasing.services import (
    basket_lines_set,
    basket_set_many,
)
from b2b_apps.purchasing.typed import TypedQuantity, typed_quantity
from b2b_apps.purchasing.typed_words import quantity_error
from b2b_apps.storefront import basket_steps, typed_cells
from b2b_apps.storefront.pack_units import counted_quantities
from b2b_apps.storefront.redirects import way_back
from b2b_apps.storefront.typed_cells import TypedCell
from forked_oscar.basket import answers, report, words
from forked_oscar.basket.editing import EditView
from forked_oscar.basket.lines import seen_in


class BasketSetManyView(EditView):
    """The whole table as a plain form: fields ``q-<line>``, and ``p-<product>`` from elsewhere.

    Good cells are written; the others are named and come back as they were typed.
    """

    def post(self, request: Any) -> HttpResponse:
        if any(name.startswith("q-") for name in request.POST):
            return self._of_lines(request)
        fields = {pk: name for name in request.POST if (pk := _product_of(name)) is not None}
        typed = {pk: request.POST[name] for pk, name in fields.items()}
        # A cell that was left empty says nothing; one that was emptied takes it out.
        emptied = [pk for pk, text in typed.items() if not text.strip()]
        counted, odd = counted_quantities(
            context=request.trade,
            cells={pk: (text, "") for pk, text in typed.items() if text.strip()},
        )
        quantities = dict(counted)
        bad = {
            fields[pk]: TypedCell(typed[pk], quantity_error(error, typed[pk]))
            for pk, error in odd.items()
        }
        there = basket_quantities(context=request.trade, product_ids=emptied)
        quantities |= dict.fromkeys(there, Decimal(0))
        change = basket_set_many(context=request.trade, quantities=quantities)
        bad |= {
            name: TypedCell(request.POST[name], words.refusal(error))
            for error in change.refused
            if (name := fields.get(error.product_id))
        }
        typed_cells.keep(request, bad)
        answers.tell_cells(request, change, {pk: bad[n] for pk, n in fields.items() if n in bad})
        return redirect(way_back(request, "/basket/"))

    def _of_lines(self, request: Any) -> HttpResponse:
        """Cells of the basket's own table: only those that differ from what the person saw."""
        typed: dict[int, TypedQuantity] = {}
        cells: dict[int, tuple[str, str]] = {}
        bad: dict[str, TypedCell] = {}
        for name, text in request.POST.items():
            line_id, pack_id = _line_of(name)
            if line_id is None:
                continue
            cells[line_id] = (name, text)
            try:
                seen = seen_in(request.POST.get(f"was-{line_id}"))
                typed[line_id] = typed_quantity(text, pack_id, seen)
            except QuantityError as error:
                bad[name] = TypedCell(text, quantity_error(error, text))
        products = {
            line.product_id: line.pk
            for line in lines_in_basket(context=request.trade, line_ids=list(cells))
        }
        change, changed, odd = basket_lines_set(context=request.trade, typed=typed)
        refused = {products[error.product_id]: words.refusal(error) for error in change.refused}
        refused |= {error.line.pk: words.changed(error.line) for error in changed}
        refused |= {pk: quantity_error(error, cells[pk][1]) for pk, error in odd.items()}
        bad |= {cells[pk][0]: TypedCell(cells[pk][1], text) for pk, text in refused.items()}
        typed_cells.keep(request, bad)
        if change.was and not change.taken:
            basket_steps.remember_set(request, change, words.set_many(len(change.was)))
        by_product = {pk: cells[line][0] for pk, line in products.items()}
        answers.tell_cells(
            request, change, {pk: bad[name] for pk, name in by_product.items() if name in bad}
        )
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


def _line_of(name: str) -> tuple[int | None, int | None]:
    """The line that a field is of, and the pack that it counts."""
    kind, _dash, rest = name.partition("-")
    line, dash, pack = rest.partition("-")
    return (row_id(line) if kind == "q" else None), (row_id(pack) if dash else None)


def _product_of(name: str) -> int | None:
    kind, _dash, text = name.partition("-")
    return row_id(text) if kind == "p" else None

"""Lines of the basket: how many of one, what else is to be said of it, many at once.

Oscar's formset writes all lines at once; here an edit is about the lines that it names.
"""

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from b2b_apps.core.row_ids import row_id
from b2b_apps.purchasing.errors import (
    BasketMissingError,
    LineChangedError,
    ProductRefusedError,
)
from b2b_apps.purchasing.quantities import QuantityError, parse_quantity
from b2b_apps.purchasing.selectors import line_sheet, lines_in_basket
from b2b_apps.purchasing.services import (
    BasketChange,
    basket_comment,
    basket_line_change,
    basket_line_set,
    basket_lines_from,
    basket_move,
    basket_settle,
)
from b2b_apps.purchasing.typed import typed_quantity
from b2b_apps.purchasing.typed_words import quantity_error
from b2b_apps.storefront import basket_steps
from b2b_apps.storefront.basket_line import line_panel
from b2b_apps.storefront.basket_moves import other_context
from forked_oscar.basket import answers, words
from forked_oscar.basket.editing import EditView, number_in, number_of

PANEL, PAGE = "b2b/storefront/basket/_line.html", "b2b/storefront/basket/line.html"


class BasketLineView(EditView):
    """One line of the basket: its quantity; where it leaves from, its pack, its comment."""

    http_method_names = ["get", "head", "post", "options"]

    def get(self, request: Any, pk: int) -> HttpResponse:
        panel = line_panel(options=request.trade_options, line_id=pk)
        if panel is None:
            raise Http404
        template = PANEL if request.htmx else PAGE
        return render(request, template, {"panel": panel, "section": "basket"})

    def post(self, request: Any, pk: int) -> HttpResponse:
        if "panel" in request.POST:
            return self._panel(request, pk)
        if "comment" in request.POST:
            return self._comment(request, pk)
        text, pack_id = _typed(request, pk)
        try:
            typed = typed_quantity(text, pack_id, seen_in(request.POST.get(f"was-{pk}")))
            change = basket_line_set(context=request.trade, line_id=pk, typed=typed)
        except BasketMissingError as error:
            raise Http404 from error
        except LineChangedError as error:
            told = words.changed(error.line)
            return answers.line_refused(request, pk, text, told, again=error.asked)
        except (QuantityError, ProductRefusedError) as error:
            return self._refused(request, pk, text, error)
        basket_steps.remember_taken(request, change, words.deleted(len(change.taken)))
        return answers.line_changed(request, pk, change)

    def _refused(
        self, request: Any, pk: int, text: str, error: QuantityError | ProductRefusedError
    ) -> HttpResponse:
        if not lines_in_basket(context=request.trade, line_ids=[pk]):
            raise Http404
        if isinstance(error, QuantityError):
            return answers.line_refused(request, pk, text, quantity_error(error, text))
        return answers.line_refused(request, pk, text, words.refusal(error))

    def _comment(self, request: Any, pk: int) -> HttpResponse:
        text = request.POST["comment"]
        if not basket_comment(context=request.trade, line_id=pk, comment=text):
            raise Http404
        return answers.line_changed(request, pk, BasketChange(line_sheet(request.trade, pk)))

    def _panel(self, request: Any, pk: int) -> HttpResponse:
        try:
            change = basket_line_change(
                context=request.trade,
                line_id=pk,
                comment=request.POST.get("comment", ""),
                warehouse_id=_chosen(request, "warehouse"),
                pack_id=_chosen(request, "pack"),
            )
        except BasketMissingError as error:
            raise Http404 from error
        return answers.line_changed(request, pk, change)


class BasketFromView(EditView):
    """Have the chosen lines leave one warehouse, or the best one of each."""

    def post(self, request: Any) -> HttpResponse:
        ids = _lines_named(request)
        try:
            change = basket_lines_from(
                context=request.trade, line_ids=ids, warehouse_id=_chosen(request, "warehouse")
            )
        except BasketMissingError as error:
            raise Http404 from error
        number = len(change.was)
        text = ngettext(
            "%(n)d line leaves another warehouse", "%(n)d lines leave another warehouse", number
        )
        basket_steps.remember_set(request, change, text % {"n": number})
        return answers.lines_changed(request, change)


class BasketSettleView(EditView):
    """Settle at once what keeps the order back: as many as there are, or none."""

    def post(self, request: Any) -> HttpResponse:
        change = basket_settle(context=request.trade)
        changed = [words.set_many(len(change.was))] if change.was else []
        deleted = [words.deleted(len(change.taken))] if change.taken else []
        if not (changed or deleted):
            text = _("None of these lines can be settled at once: look at each.")
            return answers.only_said(request, text)
        basket_steps.remember(
            request,
            kind=basket_steps.SETTLED,
            basket_id=change.sheet.id,
            lines=[*change.was, *change.taken],
            text=". ".join(changed + deleted),
        )
        return answers.lines_changed(request, change)


class BasketCarryView(EditView):
    """Carry the chosen lines over to the basket under another contract."""

    def post(self, request: Any) -> HttpResponse:
        ids = _lines_named(request)
        contract_id = number_in(request, "contract")
        other = other_context(options=request.trade_options, contract_id=contract_id)
        if other is None:
            raise Http404
        move = basket_move(context_from=request.trade, context_to=other, line_ids=ids)
        basket_steps.remember(
            request,
            kind=basket_steps.CARRIED,
            basket_id=move.left.sheet.id,
            lines=move.moved,
            text=words.moved(move),
            contract_id=contract_id,
        )
        answers.tell_moved(request, move)
        return answers.lines_changed(request, move.left)


def seen_in(text: str | None) -> Any:
    """The base units that a page said there were, or None."""
    try:
        return parse_quantity(text) if text else None
    except QuantityError:
        return None


def _typed(request: Any, pk: int) -> tuple[str, int | None]:
    """What was typed, and the pack that it counts."""
    if "quantity" in request.POST:
        return request.POST["quantity"], None
    for name, text in request.POST.items():
        kind, _dash, rest = name.partition("-")
        line, dash, pack = rest.partition("-")
        if kind == "q" and row_id(line) == pk:
            return text, row_id(pack) if dash else None
    return "", None


def _lines_named(request: Any) -> list[int]:
    """The chosen lines; none of them of this basket is not found, as is any number that is none."""
    wanted = [number_of(text) for text in request.POST.getlist("line")]
    found = [line.pk for line in lines_in_basket(context=request.trade, line_ids=wanted)]
    if wanted and not found:
        raise Http404
    return found


def _chosen(request: Any, name: str) -> int | None:
    """A row id of a choice, None for the empty one."""
    text = request.POST.get(name, "")
    return number_of(text) if text else None

"""Statuses of orders and shipments: how they are named and shown, what may be done in them."""

from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, TypeVar

from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.amending.models import Action, Who
from b2b_apps.amending.rules import LATE, ChangeRules, rules_of
from b2b_apps.desk.selectors.statuses import orders_by_status, own_rows, status_changes
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.status_forms import StatusLookForm
from b2b_apps.fulfilment.models import StatusLook, StatusLookChange
from b2b_apps.fulfilment.services import STEPS
from b2b_apps.fulfilment.status_saving import look_journal, look_values
from b2b_apps.fulfilment.statuses import USUAL, Look, StatusBook, status_book

Of = StatusLook.Of
F = TypeVar("F", bound=StatusLookForm)


@require_safe
def statuses(request: HttpRequest) -> HttpResponse:
    """All statuses in their order: how buyers see them, what follows, what a buyer may do."""
    book, rules = status_book(), rules_of(Who.BUYER)
    numbers = {of: orders_by_status(of) for of in (Of.ORDER, Of.SHIPMENT)}
    context = {
        "kinds": [
            (
                of.value,
                capfirst(of.label),
                [
                    (look, _follow(look, book), _may(look, rules), numbers[of].get(look.code, 0))
                    for look in book.all_of(of)
                ],
            )
            for of in (Of.ORDER, Of.SHIPMENT)
        ],
        "own": own_rows(book),
        "removed": StatusLook.objects.filter(of=Of.OWN, is_removed=True),
        "changes": [_changed(change, book) for change in status_changes()],
    }
    return desk_page(request, "b2b/desk/statuses.html", context, area="orders", view="statuses")


@require_http_methods(["GET", "HEAD", "POST"])
def status_look(request: HttpRequest, of: str, code: str) -> HttpResponse:
    """One status: what it is called, its tone and place, what the buyer is told of it."""
    if (of, code) not in USUAL:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            StatusLook.objects.get_or_create(of=of, code=code)
            form, is_changed = look_saved(request, of, code, StatusLookForm)
        if form.is_valid():
            return saved_told(request, is_changed)
    else:
        row = StatusLook.objects.filter(of=of, code=code).first()
        form = StatusLookForm(instance=row or StatusLook(of=of, code=code))
    book = status_book()
    look = book.order(code) if of == Of.ORDER else book.shipment(code)
    return look_page(request, form, look, book, USUAL[of, code][0])


def look_page(
    request: HttpRequest, form: StatusLookForm, look: Look | None, book: StatusBook, tone: str = ""
) -> HttpResponse:
    """The form of a status; ``look`` as it is shown now, None for one that is new. ``tone`` is the
    usual one.
    """
    back = reverse("dashboard:statuses")
    context: dict[str, Any] = {
        "title": _("New status of your own"),
        "form": form,
        "look": look,
        "usual_tone": tone,
        "back_url": back,
        "crumbs": [(_("Statuses"), back)],
    }
    if look is not None:
        context |= {
            "title": _("Status “%(name)s”") % {"name": look.name},
            "follow": _follow(look, book),
            "may": _may(look, rules_of(Who.BUYER)),
        }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/status.html", context, area="orders", view="statuses", status=status
    )


def saved_told(request: HttpRequest, is_changed: bool) -> HttpResponse:
    """Say that a status is saved, or that it is as it was."""
    said = _("Saved: it is shown so from now on.") if is_changed else _("Nothing is different.")
    messages.success(request, said)
    return redirect(reverse("dashboard:statuses"))


def _changed(change: StatusLookChange, book: StatusBook) -> tuple[Any, str, list[list[str]]]:
    """A change, the status it is of, and (what, was, is) of each field."""
    look = change.look
    shown = Look(look.of, look.code, look.tone, look.name_ru, look)
    if look.of != Of.OWN:
        shown = book.order(look.code) if look.of == Of.ORDER else book.shipment(look.code)
    words = []
    for name, was, now in change.changes:
        field: Any = StatusLook._meta.get_field(name)
        label = str(field.verbose_name)
        words.append([label, *(_value(name, text, book) for text in (was, now))])
    return change, shown.name, words


def _value(name: str, text: str, book: StatusBook) -> str:
    if name == "is_removed":
        return _("yes") if text == "True" else _("no")
    if name == "base" and text:
        return book.shipment(text).name
    is_tone = name == "tone" and text in StatusLook.Tone.values
    return str(StatusLook.Tone(text).label) if is_tone else text


def look_saved(request: HttpRequest, of: str, code: str, form_class: type[F]) -> tuple[F, bool]:
    """Write the form of a status and enter it in the journal; return it, and whether anything was
    changed. The caller's transaction is taken back if it is refused. Locks the row.
    """
    row = StatusLook.objects.select_for_update(of=("self",)).get(of=of, code=code)
    was = look_values(row)
    form = form_class(request.POST, instance=row)
    if not form.is_valid():
        transaction.set_rollback(True)
        return form, False
    form.save()
    return form, look_journal(look=row, was=was, user_id=request.user.pk)


def _follow(look: Look, book: StatusBook) -> Sequence[Look]:
    """Statuses that may come after it: the code's rules, steps only go forward."""
    if look.of == Of.ORDER:
        following = settings.OSCAR_ORDER_STATUS_PIPELINE.get(look.code, ())
        return [book.order(code) for code in following]
    steps = [str(step) for step in STEPS]
    if look.base not in steps[:-1]:
        return []
    codes = [*steps[steps.index(look.base) + 1 :], "cancelled"]
    # A rest that is closed ends as shipped.
    return [book.shipment(c) for c in codes if (look.base, c) != ("partly", "cancelled")]


def _may(look: Look, rules: ChangeRules) -> str:
    """What a buyer may still do, in words; of an order each of its shipments counts."""
    if look.of == Of.ORDER:
        return ""
    shipment: Any = SimpleNamespace(status=look.base)
    allowed = {action for action in Action if rules.allows(action, shipment)}
    if allowed == set(Action):
        return _("change and cancel it")
    if not allowed:
        return _("nothing any more")
    if allowed == LATE:
        return _("the comment and his own number")
    if allowed == set(Action) - {Action.CANCEL}:
        return _("change it, not cancel it")
    return "; ".join(str(action.label) for action in Action if action in allowed)

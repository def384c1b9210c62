"""One form of a record: shown, checked, saved, reported."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from b2b_apps.desk.forms import Switch
from b2b_apps.desk.shell import desk_page

Crumbs = Sequence[tuple[Any, str]]


def row_locked(instance: Any) -> Any:
    """The row as it is now, locked; a new one as it is. Raises Http404 if it is gone. One query."""
    if instance._state.adding:
        return instance
    rows = type(instance)._base_manager.select_for_update(of=("self",))
    return get_object_or_404(rows, pk=instance.pk)


def form_saved(form: ModelForm, *, user_id: int | None) -> bool:
    """Save a form if nothing is wrong with it; whether it was."""
    if isinstance(form, Switch):
        form.user_id = user_id
    if not form.is_valid():
        return False
    form.save()
    return True


def edit_page(  # noqa: PLR0913 - the parts of a page
    request: HttpRequest,
    form_class: type[ModelForm],
    instance: Any,
    *,
    title: str,
    back_url: str,
    crumbs: Crumbs,
    area: str,
    view: str = "",
    saved: str = "",
    remove_url: str = "",
) -> HttpResponse:
    """Show the form of a record, or save it and go back; a refused one is shown again, 422.

    The row is locked while it is compared with the form and written.
    ``remove_url`` is the page that asks whether to delete it.
    """
    if request.method == "POST":
        with transaction.atomic():
            form = form_class(request.POST, instance=row_locked(instance))
            is_saved = form_saved(form, user_id=request.user.pk)
    else:
        form, is_saved = form_class(instance=instance), False
    if is_saved:
        messages.success(request, saved or _("Saved."))
        return redirect(back_url)
    context = {"title": title, "form": form, "back_url": back_url, "crumbs": crumbs}
    context["remove_url"] = remove_url
    status = 422 if form.is_bound else 200
    return desk_page(request, "b2b/desk/form.html", context, area=area, view=view, status=status)

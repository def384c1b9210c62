"""One form of a record: shown, checked, saved, reported."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from b2b_apps.desk.forms import Switch
from b2b_apps.desk.shell import desk_page

Crumbs = Sequence[tuple[Any, str]]


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

    ``remove_url`` is the page that asks whether to delete it.
    """
    form = form_class(request.POST if request.method == "POST" else None, instance=instance)
    if isinstance(form, Switch):
        form.user_id = request.user.pk
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, saved or _("Saved."))
        return redirect(back_url)
    context = {"title": title, "form": form, "back_url": back_url, "crumbs": crumbs}
    context["remove_url"] = remove_url
    status = 422 if form.is_bound else 200
    return desk_page(request, "b2b/desk/form.html", context, area=area, view=view, status=status)

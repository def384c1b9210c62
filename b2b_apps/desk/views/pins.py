"""Products that come first for a text: the board, and those of one text in their order."""

from collections.abc import Sequence
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from b2b_apps.desk.boards import Board, Column, board_page, clean_text
from b2b_apps.desk.pin_lines import added, ids_posted, known
from b2b_apps.desk.selectors.search import goods_by_id, pinned_texts, pins_attach, with_article
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.views.search_try import trial_context
from b2b_apps.desk.views.synonyms import who_words
from search.bodies.pinned import MOST_PINS
from search.vocabulary.errors import NothingToFindError, TooMuchError, UnknownProductError
from search.vocabulary.locks import pins_lock
from search.vocabulary.models import Pin
from search.vocabulary.selectors import pins_for, query_key
from search.vocabulary.services import pins_save

LIST = "dashboard:pins"


def goods_words(pin: Any) -> str:
    return ", ".join(product.article or product.title for product in pin.goods)


PINS = Board(
    rows=pinned_texts,
    attach=pins_attach,
    order=("text",),
    search=("text",),
    search_more=with_article,
    search_hint=gettext_lazy("Query, article"),
    columns=(
        Column("text", gettext_lazy("Query"), lambda p: p.text, "text", ("text",),
               url=lambda p: reverse("dashboard:pin", args=[p.pk]), classes="wide wrap"),
        Column("goods", gettext_lazy("First come"), goods_words, "art", classes="wrap"),
        Column("number", gettext_lazy("Products"), lambda p: len(p.goods), "num"),
        Column("who", gettext_lazy("Who"), who_words, classes="off"),
        Column("when", gettext_lazy("When"), lambda p: p.changed_at, "time", ("changed_at",)),
    ),
    empty=gettext_lazy("Nothing is pinned yet"),
    empty_hint=gettext_lazy("For a text that people often type, say which products come first."),
)  # fmt: skip


@require_safe
def pin_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Pinned results"),
        "note": _("products that come first for a text"),
        "page": board_page(PINS, request.GET),
        "add_url": reverse("dashboard:pin-new"),
        "add_title": _("Query"),
        **trial_context(),
    }
    return desk_page(request, "b2b/desk/pins.html", context, area="search", view="pins")


@require_http_methods(["GET", "HEAD", "POST"])
def pin_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """The products of one text, named by its first pin; without a key a new text.

    Nothing is written before Save: adding and moving draw the form again.
    """
    pin = get_object_or_404(Pin.objects.select_related("changed_by"), pk=pk) if pk else None
    if request.method != "POST":
        text = pin.text if pin else clean_text(request.GET.get("text", ""))
        ids = list(pins_for(text))
        return _page(request, pin, text, ids, was=ids)
    text = pin.text if pin else clean_text(request.POST.get("text", ""))
    ids, was = ids_posted(request.POST), request.POST.get("was", "")
    problem = added(ids, request.POST.get("article", ""))
    if problem or request.POST.get("do") != "save":
        return _page(request, pin, text, ids, was=was, problem=problem)
    problem = _problem_of(text, ids, was, request.user.pk)
    if problem:
        return _page(request, pin, text, ids, was=was, problem=problem)
    said = _("Saved: the next search knows it.") if ids else _("Nothing is pinned to it any more.")
    messages.success(request, said)
    return redirect(LIST)


@transaction.atomic
def _problem_of(text: str, ids: Sequence[int], was: str, user_id: int | None) -> str:
    """Save; return why it could not be done, nothing if it was. Locks the text."""
    if key := query_key(text):
        pins_lock(key=key)
        now = pins_for(text)
        if _joined(now) != was:
            return _("Other products are pinned to this text meanwhile: open it anew.")
    try:
        pins_save(text=text, product_ids=ids, user_id=user_id)
    except NothingToFindError:
        return _("Type a query that has a word or an article in it.")
    except TooMuchError as error:
        return _("Too much: no more than %(n)d.") % {"n": error.limit}
    except UnknownProductError:
        return _("One of the products is not there any more.")
    return ""


def _joined(ids: Sequence[int]) -> str:
    return ",".join(map(str, ids))


def _page(  # noqa: PLR0913 - what the page is made of
    request: HttpRequest, pin: Pin | None, text: str, ids: Sequence[int], *,
    was: str | Sequence[int], problem: str = "",
) -> HttpResponse:  # fmt: skip
    goods = goods_by_id(ids)
    context = {
        "title": text or _("New query"),
        "pin": pin,
        "who": who_words(pin) if pin else "",
        "text": text,
        "goods": [goods[pk] for pk in known(ids, goods)],
        "was": was if isinstance(was, str) else _joined(was),
        "problem": problem,
        "most": MOST_PINS,
        "back_url": reverse(LIST),
        "crumbs": [(_("Pinned results"), reverse(LIST))],
        "action": request.path,
        **trial_context(text=text),
    }
    status = 422 if problem else 200
    return desk_page(
        request, "b2b/desk/pin.html", context, area="search", view="pins", status=status
    )

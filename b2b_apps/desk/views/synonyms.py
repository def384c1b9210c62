"""Synonyms of the search: the board, a group, its deletion and the way back."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from b2b_apps.desk.boards import Board, Column, View, board_page, clean_text
from b2b_apps.desk.selectors.search import synonyms
from b2b_apps.desk.shell import desk_page
from b2b_apps.desk.statuses import active_status
from b2b_apps.desk.views.search_try import trial_context
from b2b_apps.desk.vocabulary_forms import SynonymForm
from search.vocabulary.errors import LonelyPhraseError, NothingToFindError, TooMuchError
from search.vocabulary.models import Synonym
from search.vocabulary.services import synonym_delete, synonym_save

# What a person has deleted stays in his session for a way back.
REMOVED, MOST_REMOVED = "removed_synonyms", 10
LIST = "dashboard:synonyms"


def group_words(synonym: Any) -> str:
    """The group as one line: «а = б», or «а → б» one way."""
    phrases = " = ".join(synonym.phrases)
    return f"{phrases} → {', '.join(synonym.finds)}" if synonym.finds else phrases


def who_words(row: Any) -> str:
    return (row.changed_by.get_full_name() or row.changed_by.email) if row.changed_by else ""


SYNONYMS = Board(
    rows=synonyms,
    order=("-changed_at",),
    search=("phrases", "finds"),
    search_hint=gettext_lazy("A word of the group"),
    views=(
        View("both", gettext_lazy("Both ways"), Q(finds=[], is_active=True)),
        View("one", gettext_lazy("One way"), ~Q(finds=[]) & Q(is_active=True)),
        View("off", gettext_lazy("Switched off"), Q(is_active=False)),
    ),
    columns=(
        Column("group", gettext_lazy("Group"), group_words, classes="wide wrap",
               url=lambda s: reverse("dashboard:synonym", args=[s.pk])),
        Column("ways", gettext_lazy("Works"),
               lambda s: _("one way") if s.finds else _("both ways")),
        Column("state", gettext_lazy("State"), lambda s: active_status(s.is_active), "status"),
        Column("who", gettext_lazy("Who"), who_words, classes="off"),
        Column("when", gettext_lazy("When"), lambda s: s.changed_at, "time", ("changed_at",)),
    ),
    empty=gettext_lazy("No synonyms yet"),
    empty_hint=gettext_lazy("Add a group, or give the search those of the trade by command."),
)  # fmt: skip


@require_safe
def synonym_list(request: HttpRequest) -> HttpResponse:
    context = {
        "title": _("Synonyms"),
        "note": _("a change works at the next search"),
        "page": board_page(SYNONYMS, request.GET),
        "add_url": reverse("dashboard:synonym-new"),
        "add_title": _("Group"),
        "removed": _removed(request),
        **trial_context(),
    }
    return desk_page(request, "b2b/desk/synonyms.html", context, area="search", view="synonyms")


@require_http_methods(["GET", "HEAD", "POST"])
def synonym_edit(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A group; without a key a new one, of the words in ``text`` to begin with."""
    synonym = get_object_or_404(Synonym, pk=pk) if pk else None
    if request.method == "POST":
        form = SynonymForm(request.POST)
        if form.is_valid() and _saved(form, pk, request.user.pk):
            messages.success(request, _("Saved: the next search knows it."))
            return redirect(LIST)
    else:
        form = SynonymForm(initial=_initial(synonym, clean_text(request.GET.get("text", ""))))
    context = {
        "title": _("Group of synonyms"),
        "note": who_words(synonym) if synonym else "",
        "form": form,
        "back_url": reverse(LIST),
        "crumbs": [(_("Synonyms"), reverse(LIST))],
        "remove_url": reverse("dashboard:synonym-remove", args=[pk]) if pk else "",
    }
    status = 422 if form.is_bound else 200
    return desk_page(
        request, "b2b/desk/form.html", context, area="search", view="synonyms", status=status
    )


@require_http_methods(["GET", "HEAD", "POST"])
def synonym_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask whether to delete a group, and delete it."""
    synonym = get_object_or_404(Synonym, pk=pk)
    if request.method == "POST":
        kept = {"phrases": synonym.phrases, "finds": synonym.finds,
                "is_active": synonym.is_active, "at": timezone.now().isoformat()}  # fmt: skip
        try:
            synonym_delete(synonym_id=pk)
        except Synonym.DoesNotExist:
            raise Http404 from None
        request.session[REMOVED] = [kept, *request.session.get(REMOVED, [])][:MOST_REMOVED]
        messages.success(request, _("Deleted. It stands below and can be put back."))
        return redirect(LIST)
    context = {
        "title": _("Delete the group of synonyms?"),
        "name": group_words(synonym),
        "texts": [_("The next search does without it. To let it rest, switch it off instead.")],
        "back_url": reverse("dashboard:synonym", args=[pk]),
        "crumbs": [(_("Synonyms"), reverse(LIST))],
    }
    return desk_page(request, "b2b/desk/remove.html", context, area="search", view="synonyms")


@require_POST
def synonym_put_back(request: HttpRequest) -> HttpResponse:
    """Write a deleted group again, as it was."""
    kept = list(request.session.get(REMOVED, []))
    place = request.POST.get("place", "")
    if not (place.isascii() and place.isdecimal() and int(place) < len(kept)):
        raise Http404
    row = kept.pop(int(place))
    synonym_save(
        phrases=row["phrases"], finds=row["finds"], is_active=row["is_active"],
        user_id=request.user.pk,
    )  # fmt: skip
    request.session[REMOVED] = kept
    messages.success(request, _("Put back as it was."))
    return redirect(LIST)


def _initial(synonym: Synonym | None, text: str) -> dict[str, Any]:
    if synonym is None:
        return {"phrases": text, "is_active": True}
    return {
        "phrases": "\n".join(synonym.phrases),
        "finds": "\n".join(synonym.finds),
        "is_active": synonym.is_active,
        "seen": synonym.changed_at.isoformat(),
    }


@transaction.atomic
def _saved(form: SynonymForm, pk: int | None, user_id: int | None) -> bool:
    """Write the group unless a colleague has changed it meanwhile; whether it was written."""
    if pk:
        now = get_object_or_404(Synonym.objects.select_for_update(), pk=pk)
        if form.cleaned_data["seen"] != now.changed_at.isoformat():
            text = _("It was changed meanwhile, by %(who)s: it is “%(group)s” now. Open it anew.")
            form.add_error(None, text % {"who": who_words(now) or "—", "group": group_words(now)})
            return False
    try:
        synonym_save(**form.values(), synonym_id=pk, user_id=user_id)
    except LonelyPhraseError:
        form.add_error("phrases", _("Two phrases at least, or one and what it also finds."))
    except NothingToFindError as error:
        form.add_error("phrases", _("“%(text)s” has no word in it.") % {"text": error.text})
    except TooMuchError as error:
        form.add_error("phrases", _("Too much: no more than %(n)d.") % {"n": error.limit})
    return not form.errors


def _removed(request: HttpRequest) -> list[tuple[str, Any]]:
    """What this person has deleted since he signed in, the latest first."""
    return [
        (
            group_words(Synonym(phrases=row["phrases"], finds=row["finds"])),
            parse_datetime(row["at"]),
        )
        for row in request.session.get(REMOVED, [])
    ]

"""Questions about kept lists."""

from collections.abc import Collection, Sequence

from django.apps import apps
from django.db.models import Exists, OuterRef, Q, QuerySet

from b2b_apps.assortment.selectors import seen_products
from b2b_apps.companies.roles import MANAGE_PEOPLE
from b2b_apps.core.context import TradeContext
from b2b_apps.saved.models import OrderDraft, SavedEntry, SavedLine, SavedList

# The status of a basket that is a draft: Oscar's own word for one that is put aside.
ASIDE = "Saved"
SCOPES = ("", "own", "shared", "archive")


def lists_for(context: TradeContext) -> QuerySet[SavedList]:
    """The lists of the company that the person buys for: his own, and those that are shared. The
    archive too. One query when read.
    """
    rows = SavedList.objects.filter(counterparty_id=context.counterparty_id)
    seen = rows.filter(Q(owner_id=context.user_id) | Q(is_shared=True))
    return seen.select_related("owner", "changed_by", "consignee")


def list_for(*, context: TradeContext, pk: int) -> SavedList | None:
    """Return a list that the person may see, or None. One query."""
    return lists_for(context).filter(pk=pk).first()


def lists_found(*, context: TradeContext, scope: str = "", find: str = "") -> QuerySet[SavedList]:
    """Those of a ``scope`` in whose name, site, consignee or articles all words stand. One query
    when read.
    """
    rows = lists_for(context).filter(archived_at__isnull=scope != "archive")
    if scope == "own":
        rows = rows.filter(owner_id=context.user_id)
    elif scope == "shared":
        rows = rows.filter(is_shared=True)
    for word in find.split()[:8]:
        # The company is named again: the lines are gathered once, and not those of all companies.
        lines = _lines_seen(context).filter(
            saved_list=OuterRef("pk"), saved_list__counterparty_id=context.counterparty_id
        )
        in_lines = lines.filter(Q(article__icontains=word) | Q(title__icontains=word))
        rows = rows.filter(
            Q(name__icontains=word)
            | Q(site__icontains=word)
            | Q(consignee__name__icontains=word)
            | Exists(in_lines)
        )
    return rows


def _lines_seen(context: TradeContext) -> QuerySet[SavedLine]:
    """Lines that were not removed, of goods that the context sees or that are no more: a template
    is not found by what it hides.
    """
    if context.assortment.is_whole:
        return lines_standing()
    seen = seen_products(context).filter(pk=OuterRef("product"))
    return lines_standing().filter(Q(product__isnull=True) | Exists(seen))


def lines_standing() -> QuerySet[SavedLine]:
    """Lines that were not removed."""
    return SavedLine.objects.filter(removed_at__isnull=True)


def lines_of(saved_list: SavedList) -> Sequence[SavedLine]:
    """The lines of a list in their order. One query."""
    return list(lines_standing().filter(saved_list=saved_list).order_by("position"))


def journal_of(
    *, context: TradeContext, saved_list: SavedList, most: int = 200
) -> Sequence[SavedEntry]:
    """The last entries of a list's journal with their authors, the latest first; without the names
    of goods that the context does not see. One query, four at most where it does not see all.
    """
    rows = SavedEntry.objects.filter(saved_list=saved_list).select_related("person")
    entries = list(rows.order_by("-pk")[:most])
    if context.assortment.is_whole:
        return entries
    unseen = _unseen_names(context, {t for e in entries for t in (e.about, e.was, e.now)})
    for entry in entries:
        entry.about, entry.was, entry.now = (
            "" if text in unseen else text for text in (entry.about, entry.was, entry.now)
        )
    return entries


def _unseen_names(context: TradeContext, texts: set[str]) -> set[str]:
    """Those of the texts that are articles or names of goods that the context does not see."""
    named = Q(article__in=texts) | Q(title__in=texts)
    every = apps.get_model("catalogue", "Product").objects.filter(named)
    seen = set(seen_products(context).filter(named).values_list("pk", flat=True))
    rows = every.exclude(pk__in=seen).values_list("article", "title")
    of_lines = SavedLine.objects.filter(Q(article__in=texts) | Q(title__in=texts))
    of_lines = of_lines.filter(product__isnull=False).exclude(
        Exists(seen_products(context).filter(pk=OuterRef("product")))
    )
    return {t for pair in (*rows, *of_lines.values_list("article", "title")) for t in pair if t}


def may_rule(context: TradeContext, saved_list: SavedList) -> bool:
    """Whether the person may share a list, keep it to its owner, or put it away: he owns it, or
    manages the company's people.
    """
    return saved_list.owner_id == context.user_id or context.may(MANAGE_PEOPLE)


def drafts_of(*, user_id: int, contract_ids: Collection[int]) -> QuerySet[OrderDraft]:
    """A person's own drafts under those of his contracts, with their baskets. One query when read.

    Removed ones too: what is shown leaves them out.
    """
    rows = OrderDraft.objects.filter(
        basket__owner_id=user_id, basket__contract_id__in=contract_ids, basket__status=ASIDE
    )
    return rows.select_related("basket__contract__counterparty")

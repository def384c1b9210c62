"""Questions about contracts."""

from collections.abc import Collection
from datetime import date

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, OuterRef, Q, QuerySet
from django.db.models.functions import JSONObject
from django_scopes import scopes_disabled

from b2b_apps.companies.models import Counterparty
from b2b_apps.contracts.models import Contract, CreditAccount
from b2b_apps.contracts.standing import Credit, credit_of
from b2b_apps.pricing.models import Project


def with_terms(rows: QuerySet[Contract], *, day: date) -> QuerySet[Contract]:
    """Add what prices ask of a contract: ``segment_ids`` of its counterparty and ``agreed``: the
    approved projects and answered questions valid on ``day``, the latest first, as mappings of
    id, kind, name and list.
    """
    segments = Counterparty.segments.through.objects.filter(
        counterparty_id=OuterRef("counterparty_id")
    )
    with scopes_disabled():
        projects = agreed_on(day).filter(contract_id=OuterRef("pk"))
    told = JSONObject(id="pk", kind="kind", name="name", list="price_list_id")
    return rows.annotate(
        segment_ids=ArraySubquery(segments.values("segment_id")),
        agreed=ArraySubquery(projects.values(json=told)),
    )


def agreed_on(day: date) -> QuerySet[Project]:
    """Approved projects and answered questions whose prices hold on ``day``, the latest first."""
    return (
        Project.objects.filter(price_list_id__isnull=False, status=Project.Status.APPROVED)
        .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
        .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
        .order_by("-decided_at", "-pk")
    )


def projects_under(*, contract_id: int, day: date) -> QuerySet[Project]:
    """Projects of a contract that may be bought for on ``day``. One query when read."""
    return agreed_on(day).filter(contract_id=contract_id, kind=Project.Kind.PROJECT)


def contracts_for(*, counterparty_ids: Collection[int], day: date) -> QuerySet[Contract]:
    """Contracts, with their terms, that the counterparties may buy under on ``day``; with
    ``sharing_ids``, the counterparties that share the limit of their account's group.

    One query when read.
    """
    with scopes_disabled():
        sharing = CreditAccount.objects.filter(group=OuterRef("credit__group")).values(
            "contract__counterparty_id"
        )
        rows = (
            Contract.objects.filter(counterparty__any=counterparty_ids, is_active=True)
            .filter(Q(valid_from__isnull=True) | Q(valid_from__lte=day))
            .filter(Q(valid_to__isnull=True) | Q(valid_to__gte=day))
            .filter(counterparty__is_active=True)
            .select_related("counterparty__manager__user", "price_type", "organization")
            .select_related("credit__group")
            .annotate(sharing_ids=ArraySubquery(sharing.order_by().distinct()))
            .order_by("counterparty__name", "number", "pk")
        )
        return with_terms(rows, day=day)


def contracts_closed(*, counterparty_ids: Collection[int], day: date) -> QuerySet[Contract]:
    """Contracts of the counterparties that may not be bought under on ``day``: ended, switched off
    or not begun; those that ended last, or have no end, come first. One query when read.
    """
    with scopes_disabled():
        return (
            Contract.objects.filter(counterparty_id__in=counterparty_ids)
            .filter(Q(is_active=False) | Q(valid_from__gt=day) | Q(valid_to__lt=day))
            .select_related("counterparty", "organization")
            .order_by("counterparty__name", F("valid_to").desc(nulls_first=True), "number", "pk")
        )


def credit_under(*, contract_id: int, day: date) -> Credit:
    """Return the credit of a contract on ``day``. One query; raises ``Contract.DoesNotExist``."""
    with scopes_disabled():
        contract = Contract.objects.select_related("credit__group").get(pk=contract_id)
    return credit_of(contract, day=day)

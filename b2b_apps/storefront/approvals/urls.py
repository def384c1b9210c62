"""Addresses of approvals, under ``/approvals/``."""

from django.urls import URLPattern, path

from b2b_apps.storefront.approvals import setup_views, views


def _noun(noun: str) -> list[URLPattern]:
    """The two addresses of what a company sets up."""
    about = {"noun": noun}
    return [
        path(f"setup/{noun}/new/", setup_views.noun_new, about, f"approval_{noun}_new"),
        path(f"setup/{noun}/<int:pk>/", setup_views.noun_one, about, f"approval_{noun}"),
    ]


urlpatterns: list[URLPattern] = [
    path("", views.requests, name="approvals"),
    path("setup/", setup_views.setup, name="approval_setup"),
    *(address for noun in setup_views.NOUNS for address in _noun(noun)),
    path("setup/budget/<int:pk>/ledger/", setup_views.budget_ledger, name="approval_budget_ledger"),
    path("setup/budget/<int:pk>/correct/", setup_views.budget_fix, name="approval_budget_correct"),
    path("<str:number>/", views.request_one, name="approval"),
    path("<str:number>/approve/", views.approve, name="approval_approve"),
    path("<str:number>/refuse/", views.refuse, name="approval_refuse"),
    path("<str:number>/return/", views.give_back, name="approval_return"),
    path("<str:number>/change/", views.change, name="approval_change"),
    path("<str:number>/withdraw/", views.withdraw, name="approval_withdraw"),
    path("<str:number>/to-basket/", views.to_basket, name="approval_to_basket"),
]

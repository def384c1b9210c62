"""Conditions of a method of delivery, as a page; the checkout shows them in a dialog."""

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from b2b_apps.delivery.models import DeliveryMethod


@require_safe
@login_required
def delivery_method(request: Any, pk: int) -> HttpResponse:
    """What a method is, where and when it goes. Methods are everybody's who signed in."""
    rows = DeliveryMethod.objects.filter(is_active=True)
    rows = rows.prefetch_related("zones__steps", "zones__warehouse")
    context = {"method": get_object_or_404(rows, pk=pk), "section": "basket"}
    return render(request, "b2b/storefront/delivery/method.html", context)

"""System checks: the forks are really loaded."""

from typing import Any

from django.core.checks import CheckMessage, Error, register
from oscar.core.loading import get_class

SEAMS = (
    ("partner.strategy", "Selector"),
    ("partner.availability", "PackAvailability"),
    ("basket.views", "BasketView"),
    ("checkout.views", "IndexView"),
    ("customer.forms", "EmailAuthenticationForm"),
    ("order.utils", "OrderCreator"),
    ("order.utils", "OrderNumberGenerator"),
)


@register
def forked_classes_are_loaded(app_configs: Any, **kwargs: Any) -> list[CheckMessage]:
    """Report each seam where Oscar would load its own class and not ours."""
    return [
        Error(
            f"{module}.{name} comes from {cls.__module__}",
            hint="Is the fork's AppConfig listed in INSTALLED_APPS?",
            id="b2b.E001",
        )
        for module, name in SEAMS
        if not (cls := get_class(module, name)).__module__.startswith("forked_oscar.")
    ]

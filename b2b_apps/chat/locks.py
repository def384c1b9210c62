"""What the chat locks: the basket that files are attached to."""

from django.apps import apps


def basket_status_locked(*, basket_id: int) -> str:
    """Lock a basket till the transaction ends; return its status. One query."""
    baskets = apps.get_model("basket", "Basket").objects.select_for_update(of=("self",))
    status: str = baskets.values_list("status", flat=True).get(pk=basket_id)
    return status

"""A rule of shipments as a form: everything but its conditions."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from b2b_apps.desk.assortment_forms import RuledForm
from b2b_apps.fulfilment.models import SplitRule

Kind = SplitRule.Kind


class SplitRuleForm(RuledForm):
    class Meta:
        model = SplitRule
        fields = [
            "name", "kind", "joins", "warehouse", "priority", "reason", "valid_from", "valid_to",
            "is_active",
        ]  # fmt: skip
        help_texts = {
            "joins": _("Only of those that ship with others: whose shipments they share; without"
                       " it, those of all other goods."),
            "warehouse": _("Only of those that ship from a warehouse: it is taken where it has"
                           " all of the product now."),
            "priority": _("Of several rules that fit, the one with the lower number holds."),
            "reason": _("Stands under the shipment at the checkout."),
        }  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        joins: Any = self.fields["joins"]
        joins.queryset = SplitRule.objects.filter(kind=Kind.APART).exclude(pk=self.instance.pk)
        joins.empty_label = _("all other goods")
        warehouse: Any = self.fields["warehouse"]
        warehouse.queryset = warehouse.queryset.filter(is_active=True).order_by("position", "pk")
        warehouse.label_from_instance = lambda row: row.name

    def values(self) -> dict[str, Any]:
        """As the service writes them: what the kind does not ask for is left out."""
        values = super().values()
        kind, joins, warehouse = (values.pop(n) for n in ("kind", "joins", "warehouse"))
        return {
            **values,
            "kind": kind,
            "joins_id": joins.pk if joins and kind == Kind.WITH else None,
            "warehouse_id": warehouse.pk if warehouse and kind == Kind.PREFER else None,
        }

"""Fork of ``oscar.apps.partner``: whether a quantity may be bought."""

from collections.abc import Callable
from decimal import Decimal

from django.utils.translation import gettext as _
from oscar.apps.partner import availability

from b2b_apps.contracts.standing import Verdict
from b2b_apps.core.figures import money_text, quantity_text
from b2b_apps.purchasing.quantities import raised_to_pack


class PackAvailability(availability.Base):
    """Minimum, multiple and free stock of a product, in base units; the buyer's credit.

    ``shows_figures``: whether a refusal may tell how much is free. ``credit`` answers what credit
    says to an order of so many; a mode that only stops an order permits the purchase.
    """

    def __init__(
        self,
        *,
        multiple: Decimal,
        minimum: Decimal,
        free: Decimal,
        shows_figures: bool = True,
        credit: Callable[[Decimal], Verdict] | None = None,
    ) -> None:
        self.credit = credit
        self.multiple = multiple
        self.minimum = minimum
        self.shows_figures = shows_figures
        # Oscar reads this name when it words a shortage.
        self.num_available = free

    @property
    def is_available_to_buy(self) -> bool:
        """Whether one pack is there; Oscar asks about a quantity of one, which no pack passes."""
        pack = raised_to_pack(Decimal(0), multiple=self.multiple, minimum=self.minimum)
        return self.num_available >= max(pack, self.multiple)

    def is_purchase_permitted(self, quantity: Decimal) -> tuple[bool, str]:
        taken = raised_to_pack(Decimal(quantity), multiple=self.multiple, minimum=self.minimum)
        if taken != quantity:
            text = _("Order in multiples of %(multiple)s, at least %(minimum)s")
            values = {"multiple": self.multiple, "minimum": self.minimum}
            return False, text % {k: quantity_text(v) for k, v in values.items()}
        if quantity > self.num_available and not self.shows_figures:
            return False, _("There is not so much in stock")
        if quantity > self.num_available:
            return False, _("%(left)s left in stock") % {"left": quantity_text(self.num_available)}
        return self._paid_for(Decimal(quantity))

    def _paid_for(self, quantity: Decimal) -> tuple[bool, str]:
        """Whether credit takes so many; Oscar knows payment only once an order is placed."""
        verdict = self.credit(quantity) if self.credit else None
        if verdict is None or not verdict.is_blocked:
            return True, ""
        if verdict.lack:
            return False, _("The credit limit lacks %(sum)s") % {"sum": money_text(verdict.lack)}
        return False, _("On these terms the order can't be placed.")

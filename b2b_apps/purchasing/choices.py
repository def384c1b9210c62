"""What a buyer chose of how his basket is split: a policy, lines moved, consignees of lines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation

from django.core import signing

from b2b_apps.fulfilment.splitting import Policy, Source

SALT = "purchasing.split"


@dataclass(frozen=True, slots=True)
class SplitChoice:
    """How a basket is to be split.

    ``moved`` says by line how much of it the buyer has put to which warehouse and day himself;
    the rest of it goes by the ``policy``. ``consignees`` are those of lines that do not go to
    the one of the order, by line.
    """

    policy: Policy = Policy.FEWEST
    moved: Mapping[int, Mapping[Source, Decimal]] = field(default_factory=dict)
    consignees: Mapping[int, int] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether nothing was moved or assigned by hand."""
        return not self.moved and not self.consignees


def choice_token(choice: SplitChoice, *, basket_id: int) -> str:
    """Return a choice as a signed text for the form of one basket."""
    moved = {
        str(line): [
            [source.warehouse_id, source.day.toordinal(), f"{quantity.normalize():f}"]
            for source, quantity in places.items()
        ]
        for line, places in choice.moved.items()
    }
    consignees = {str(line): pk for line, pk in choice.consignees.items()}
    value = [basket_id, choice.policy.value, moved, consignees]
    return signing.dumps(value, salt=SALT, compress=True)


def choice_from(token: str, *, basket_id: int) -> SplitChoice | None:
    """Return the choice of a token, or None if it is not one of ours for this basket."""
    try:
        of_basket, policy, moved, consignees = signing.loads(token, salt=SALT)
        if of_basket != basket_id:
            return None
        return SplitChoice(
            Policy(policy),
            {
                int(line): {
                    Source(date.fromordinal(day), warehouse): Decimal(quantity)
                    for warehouse, day, quantity in places
                }
                for line, places in moved.items()
            },
            {int(line): int(pk) for line, pk in consignees.items()},
        )
    except (signing.BadSignature, ValueError, TypeError, InvalidOperation):
        return None

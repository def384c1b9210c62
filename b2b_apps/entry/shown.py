"""A row of the list as the page shows it: what it means, its note, what may be done about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import Any

from b2b_apps.companies.roles import SEE_PRICES
from b2b_apps.core.figures import quantity_text
from b2b_apps.core.money import round_sum
from b2b_apps.entry import words
from b2b_apps.entry.models import EntryRow
from b2b_apps.entry.selectors import GOING
from b2b_apps.entry.verdicts import NO_STOCK, ZERO, Facts, free_for
from b2b_apps.inventory.seen import SeenStock, seen_stock, shows_figures
from b2b_apps.purchasing.goods import article_of, packs_of, unit_of
from b2b_apps.purchasing.pasted_lines import parted
from b2b_apps.purchasing.quantities import lowered_to_pack, parse_quantity, raised_to_pack
from b2b_apps.storefront.goods_rows import product_url
from b2b_apps.storefront.timetable import SeenReceipt, seen_receipt

State, How = EntryRow.State, EntryRow.How
# The kind of a row for the style sheet, and of its mark.
KINDS = {
    State.FOUND: ("ok", "ok"),
    State.FIXED: ("multiple", "work"),
    State.SHORT: ("short", "warn"),
    State.CHOOSE: ("choice", "warn"),
    State.UNKNOWN: ("none", "bad"),
    State.REFUSED: ("none", "bad"),
    State.SKIPPED: ("skipped", "off"),
    State.ADDED: ("ok", "ok"),
}


@dataclass(frozen=True)
class Offer:
    """A product that a row may mean; ``amount`` is of the row's quantity."""

    product: Any
    free: SeenStock
    receipt: SeenReceipt | None
    unit_price: Decimal | None
    amount: Decimal | None
    is_chosen: bool

    @property
    def article(self) -> str:
        return article_of(self.product)

    @property
    def title(self) -> str:
        return str(self.product.get_title())

    @property
    def unit(self) -> str:
        unit = unit_of(self.product)
        return unit.short_name if unit else ""


@dataclass(frozen=True)
class ShownRow:
    """A row with what is known of its product. ``first`` is the first row of the same product."""

    row: EntryRow
    facts: Facts
    first: int = 0

    @property
    def id(self) -> int:
        return self.row.pk

    @property
    def kind(self) -> str:
        return KINDS[State(self.row.state)][0]

    @property
    def mark(self) -> str:
        return KINDS[State(self.row.state)][1]

    @property
    def word(self) -> str:
        return words.state_word(self.row.state)

    @cached_property
    def product(self) -> Any | None:
        return self.facts.goods.get(self.row.product_id or 0)

    @property
    def title(self) -> str:
        return str(self.product.get_title()) if self.product else ""

    @property
    def article(self) -> str:
        return article_of(self.product) if self.product else ""

    @property
    def url(self) -> str:
        return product_url(self.product) if self.product else ""

    @property
    def unit(self) -> str:
        unit = unit_of(self.product) if self.product else None
        return unit.short_name if unit else ""

    @property
    def is_open(self) -> bool:
        return self.row.state != State.ADDED

    @property
    def is_going(self) -> bool:
        return self.row.state in GOING

    @property
    def has_quantity(self) -> bool:
        """Whether a quantity can be written; also where a row was passed over for want of one."""
        return self.is_open and (
            self.row.state != State.SKIPPED or self.row.reason == "no_quantity"
        )

    @property
    def value(self) -> str:
        """What stands in the field of the quantity."""
        if self.row.typed:
            return self.row.typed
        number = self.row.quantity if self.row.quantity is not None else self.row.asked
        return "" if number is None else quantity_text(number)

    @property
    def is_invalid(self) -> bool:
        return self.row.state == State.SHORT or bool(self.row.typed)

    @property
    def packs(self) -> tuple[Decimal, Decimal]:
        price = self.facts.book.price(self.product.pk) if self.product else None
        return packs_of(self.product, price) if self.product else (Decimal(1), Decimal(1))

    @property
    def unit_price(self) -> Decimal | None:
        price = self.facts.book.price(self.product.pk) if self.product else None
        quantity = self.row.quantity
        return price.unit_price_at(quantity) if price and quantity else None

    @property
    def amount(self) -> Decimal | None:
        return self.row.amount if self.is_going or not self.is_open else None

    @property
    def may_reword(self) -> bool:
        return self.row.state in {State.UNKNOWN, State.CHOOSE}

    @property
    def is_on_request(self) -> bool:
        return self.row.state == State.REFUSED and self.row.reason == "on_request"

    @cached_property
    def receipt(self) -> SeenReceipt | None:
        stock = self.facts.stock.get(self.row.product_id or 0, NO_STOCK)
        return seen_receipt(self.facts.context, stock.receipts)

    @property
    def note(self) -> str:
        """What is to be said of the row beside its mark."""
        told: dict[str, Callable[[], str]] = {
            State.FIXED: lambda: words.fixed_text(self.row, *self.packs),
            State.SHORT: self._short,
            State.REFUSED: lambda: words.refusal_text(self.row, self.unit),
            State.SKIPPED: lambda: words.skipped_text(self.row),
            State.CHOOSE: self._choose,
            State.UNKNOWN: lambda: words.unknown_text(has_offers=bool(self.offers)),
        }
        return told.get(self.row.state, self._found)()

    def _short(self) -> str:
        return words.short_text(seen_stock(self.facts.context, self._free), self.receipt)

    def _choose(self) -> str:
        number = len(self.offers) + int(self.row.details.get("more", 0))
        return words.choose_text(number, by_name=self.row.how == How.NAME)

    def _found(self) -> str:
        if self.first and self.first != self.row.number and self.is_open:
            return words.same_text(self.first)
        return words.how_text(self.row.how)

    @property
    def _free(self) -> Decimal:
        if self.product is None:
            return ZERO
        return free_for(self.row.quantity or ZERO, self.product, self.facts)

    @property
    def take(self) -> Decimal | None:
        """Another quantity that would settle the row: the pack below, what there is, or the number
        that was written with another unit.
        """
        if self.row.reason == "unit":
            return raised_to_pack(
                parse_quantity(parted(self.row.typed)[0]),
                multiple=self.packs[0], minimum=self.packs[1],
            )  # fmt: skip
        if self.row.state == State.FIXED:
            bound = self.row.asked or ZERO
        elif self.row.state == State.SHORT and shows_figures(self.facts.context):
            bound = self._free
        else:
            return None
        multiple, minimum = self.packs
        return lowered_to_pack(bound, multiple=multiple, minimum=minimum) or None

    @cached_property
    def offers(self) -> Sequence[Offer]:
        """What may be chosen; none of what the person does not see any more."""
        if self.row.state not in {State.CHOOSE, State.UNKNOWN}:
            return []
        ids = [pk for pk in self.row.details.get("offers", ()) if pk in self.facts.goods]
        return [self._offer(self.facts.goods[pk]) for pk in ids]

    def _offer(self, product: Any) -> Offer:
        context, book = self.facts.context, self.facts.book
        stock = self.facts.stock.get(product.pk, NO_STOCK)
        price = book.price(product.pk) if context.may(SEE_PRICES) else None
        asked = self.row.asked or Decimal(1)
        unit_price = price.unit_price_at(asked) if price else None
        return Offer(
            product,
            seen_stock(context, stock.free),
            seen_receipt(context, stock.receipts),
            unit_price,
            round_sum(unit_price * asked) if unit_price else None,
            is_chosen=product.pk == self.row.product_id,
        )

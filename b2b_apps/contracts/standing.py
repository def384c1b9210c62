"""How a credit account stands on a day, and what it says to an order. Pure.

``ACCEPTS`` in ``contracts.credit`` is the same rule in SQL; tests hold the two together.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from b2b_apps.contracts.models.credit import CreditAccount
from b2b_apps.contracts.positions import credit_part

ZERO = Decimal("0.00")
Mode = CreditAccount.Mode
# The strictest of the accounts in the way decides.
STRICTNESS = (Mode.SOFT, Mode.RELEASE, Mode.BLOCK)


@dataclass(frozen=True, slots=True)
class Standing:
    """An account on a day. ``limit`` None is not watched; ``is_shared`` is a holding's."""

    account_id: int
    is_shared: bool
    currency: str
    limit: Decimal | None
    limit_valid_to: date | None
    debt: Decimal
    overdue: Decimal
    overdue_days: int
    held: Decimal
    mode: str
    blocks_on_overdue: bool
    grace_days: int
    day: date

    @property
    def is_watched(self) -> bool:
        return self.limit is not None

    @property
    def is_expired(self) -> bool:
        return self.limit_valid_to is not None and self.limit_valid_to < self.day

    @property
    def left(self) -> Decimal:
        """What is left of the limit, below nothing when it is exceeded.

        An expired limit is none. An advance lying in 1C is no credit: a debt below nothing
        counts as nothing.
        """
        limit = ZERO if self.is_expired or self.limit is None else self.limit
        return limit - max(self.debt, ZERO) - self.held

    @property
    def free(self) -> Decimal | None:
        """What an order may take; None where credit is not watched."""
        return max(ZERO, self.left) if self.is_watched else None

    @property
    def used(self) -> Decimal:
        return max(self.debt, ZERO) + self.held

    @property
    def due_debt(self) -> Decimal:
        """Debt that is not overdue."""
        return max(ZERO, self.debt - self.overdue)

    @property
    def stops_on_overdue(self) -> bool:
        return (
            self.is_watched
            and self.blocks_on_overdue
            and self.overdue > 0
            and self.overdue_days > self.grace_days
        )

    def lacks(self, amount: Decimal) -> Decimal:
        """Return how much the limit is short of for ``amount``; never below nothing."""
        return max(ZERO, amount - self.left) if self.is_watched else ZERO

    def accepts(self, amount: Decimal) -> bool:
        """Whether an order of ``amount`` on credit may be taken."""
        if amount <= 0 or not self.is_watched:
            return True
        return self.left >= amount and not self.is_expired and not self.stops_on_overdue


@dataclass(frozen=True, slots=True)
class Verdict:
    """What becomes of an order of ``asked`` on credit. ``refusals`` empty: it goes through."""

    asked: Decimal
    refusals: tuple[Standing, ...]

    @property
    def mode(self) -> str:
        """What the strictest account in the way does with it; "" if none is."""
        return strictest(self.refusals)

    @property
    def is_blocked(self) -> bool:
        return self.mode == Mode.BLOCK

    @property
    def lack(self) -> Decimal:
        return max((s.lacks(self.asked) for s in self.refusals), default=ZERO)

    @property
    def overdue(self) -> Decimal:
        return max((s.overdue for s in self.refusals if s.stops_on_overdue), default=ZERO)


@dataclass(frozen=True, slots=True)
class Credit:
    """The accounts that an order under a contract meets: its own, and its holding's."""

    contract: Any
    own: Standing | None
    shared: Standing | None

    @property
    def accounts(self) -> tuple[Standing, ...]:
        """Those that watch."""
        return tuple(s for s in (self.own, self.shared) if s is not None and s.is_watched)

    @property
    def is_watched(self) -> bool:
        return bool(self.accounts)

    @property
    def tightest(self) -> Standing | None:
        """The account with least left."""
        return min(self.accounts, key=lambda s: s.left, default=None)

    @property
    def free(self) -> Decimal | None:
        tightest = self.tightest
        return tightest.free if tightest else None

    @property
    def stops_on_overdue(self) -> bool:
        return any(s.stops_on_overdue for s in self.accounts)

    def verdict(self, amount: Decimal) -> Verdict:
        """Return what becomes of an order of this sum."""
        asked = credit_part(contract=self.contract, amount=amount)
        return Verdict(asked, tuple(s for s in self.accounts if not s.accepts(asked)))


def standing_of(account: CreditAccount, *, day: date) -> Standing:
    """Return how an account stands on ``day``."""
    since = account.overdue_since
    return Standing(
        account_id=account.pk,
        is_shared=account.contract_id is None,
        currency=account.currency,
        limit=account.limit,
        limit_valid_to=account.limit_valid_to,
        debt=account.debt,
        overdue=account.overdue,
        overdue_days=(day - since).days if since and account.overdue > 0 else 0,
        held=account.held,
        mode=account.mode,
        blocks_on_overdue=account.blocks_on_overdue,
        grace_days=account.grace_days,
        day=day,
    )


def credit_of(contract: Any, *, day: date) -> Credit:
    """Return the credit of a contract read with ``credit__group``. No query."""
    account = getattr(contract, "credit", None)
    group = account.group if account is not None else None
    return Credit(
        contract,
        standing_of(account, day=day) if account is not None else None,
        standing_of(group, day=day) if group is not None else None,
    )


def strictest(refusals: Sequence[Standing]) -> str:
    """Return the strictest mode among accounts that refuse, "" if there are none."""
    return max((s.mode for s in refusals), key=lambda m: STRICTNESS.index(Mode(m)), default="")

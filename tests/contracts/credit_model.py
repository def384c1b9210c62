"""Credit and stock in plain Python, written from docs/algorithms and not from the code."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

ZERO = Decimal(0)
HALF = Decimal("0.5")


@dataclass
class Line:
    """Goods of one order at one warehouse, which are one shipment."""

    good: str
    quantity: int
    amount: Decimal
    # What of ``amount`` is given on credit.
    credit: Decimal
    is_held: bool = True
    is_known: bool = False
    state: str = "open"


@dataclass
class Deal:
    """An order. ``payments`` are all that was paid for it, ``state`` what credit says of it."""

    pk: int
    account: "Account"
    lines: list[Line]
    state: str = ""
    paid: Decimal = ZERO
    pending: "Decision | None" = None

    @property
    def living(self):
        return [line for line in self.lines if line.state != "cancelled"]

    @property
    def is_closed(self):
        return not any(line.state == "open" for line in self.lines)

    @property
    def is_stopped(self):
        return self.state in {"held", "waiting"} and not self.is_closed

    @property
    def cover(self):
        """What was paid beyond what is to be paid in advance."""
        return max(ZERO, self.paid - sum(line.amount - line.credit for line in self.living))

    @property
    def shipped(self):
        return sum((line.credit for line in self.lines if line.state == "shipped"), ZERO)

    @property
    def debt(self):
        return max(ZERO, self.shipped - self.cover)

    @property
    def asked(self):
        rest = sum((line.credit for line in self.lines if line.state == "open"), ZERO)
        return max(ZERO, rest - max(ZERO, self.cover - self.shipped))

    @property
    def held(self):
        return ZERO if self.state == "waiting" else self.asked


@dataclass
class Decision:
    """What the staff decided and what has not come about yet."""

    after: Decimal | None = None
    paid: Decimal = ZERO
    needs_second: bool = False


@dataclass
class Account:
    """What a contract may owe. ``changes`` are (moment, debt) of ours, ``report`` is 1C's."""

    share: Decimal
    limit: Decimal | None = None
    valid_to: date | None = None
    mode: str = "block"
    grace: int = 0
    group: "Group | None" = None
    report: tuple = ()
    changes: list = field(default_factory=list)
    deals: list = field(default_factory=list)

    @property
    def debt(self):
        at, told = self.report[:2] if self.report else (None, ZERO)
        return told + sum((d for when, d, _ in self.changes if at is None or when > at), ZERO)

    @property
    def overdue(self):
        if not self.report:
            return ZERO
        at, _debt, overdue, _days = self.report
        paid = sum((d for when, d, kind in self.changes if when > at and kind == "paid"), ZERO)
        return max(ZERO, min(overdue, overdue + paid))

    @property
    def since(self):
        """The day before which it was in time, None if nothing is overdue."""
        if not self.overdue:
            return None
        at, *_rest, days = self.report
        return at.date() - timedelta(days=max(1, days))

    @property
    def held(self):
        return sum((deal.held for deal in self.deals), ZERO)


@dataclass
class Group:
    """The shared limit of a holding."""

    limit: Decimal | None = None
    valid_to: date | None = None
    mode: str = "block"
    grace: int = 0
    members: list = field(default_factory=list)

    @property
    def debt(self):
        return sum((max(ZERO, member.debt) for member in self.members), ZERO)

    @property
    def overdue(self):
        return sum((member.overdue for member in self.members), ZERO)

    @property
    def since(self):
        return min((m.since for m in self.members if m.since), default=None)

    @property
    def held(self):
        return sum((member.held for member in self.members), ZERO)

    @property
    def deals(self):
        return [deal for member in self.members for deal in member.deals]


def left(account, today):
    """limit − debt − held; a limit whose last day is over is none."""
    is_over = account.valid_to is not None and account.valid_to < today
    return (ZERO if is_over else account.limit) - max(account.debt, ZERO) - account.held


def accepts(account, asked, today, spare=ZERO):
    """Whether an order fits, with ``spare`` of what is held not counted against it."""
    if account.limit is None or asked <= 0:
        return True
    if account.valid_to is not None and account.valid_to < today:
        return False
    if account.since is not None and (today - account.since).days > account.grace:
        return False
    return left(account, today) + spare >= asked


def above(account):
    """The accounts that an order of this one meets."""
    return [account, account.group] if account.group else [account]


def refusal(account, asked, today):
    """What becomes of an order: "" it goes, else the strictest mode that refuses."""
    modes = {a.mode for a in above(account) if not accepts(a, asked, today)}
    return next((mode for mode in ("block", "release", "soft") if mode in modes), "")


def goes_by_now(deal, today):
    """Whether a stopped order is let go when it is looked at again."""
    pending = deal.pending
    signed = pending is not None and not pending.needs_second
    if signed and pending.after is not None and pending.paid >= pending.after:
        return True
    return all(accepts(a, deal.asked, today, _spare(deal, a)) for a in above(deal.account))


def _spare(deal, account):
    if deal.state == "waiting":
        return ZERO
    later = [d for d in account.deals if d.state == "held" and not d.is_closed and d.pk > deal.pk]
    return deal.asked + sum((d.held for d in later), ZERO)

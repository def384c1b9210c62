"""Limits on guessing passwords, counted in the database by all processes together.

Rules in docs/decisions/0006-limits-of-guessing.md.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Count, Exists, Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from b2b_apps.core.addresses import address_group
from b2b_apps.core.errors import DomainError
from b2b_apps.core.models import Guess

WINDOW = timedelta(minutes=15)
FAMILIAR = timedelta(days=90)


class GuessRefusedError(DomainError):
    """So much was guessed that this try is not looked at."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many wrong tries a quarter of an hour bears.

    ``pair``: of one name from one address. ``address``: of all names from one address, and
    ``name``: of one name from all addresses; these two do not bind an address from which the
    name has signed in before, so that nobody is locked out of his own office from elsewhere.
    """

    pair: int
    name: int
    address: int | None = None


def guess_begin(*, kind: str, name: str, address: str, limits: Limits) -> Guess:
    """Count a try before it is looked at; raises GuessRefusedError, and then it does not count.

    Of tries at the same moment no more than the limit pass: each is written before it counts,
    so the one that is written tenth sees ten. Two queries, outside a transaction.
    """
    address = address_group(address)
    guess = Guess.objects.create(kind=kind, name=name, address=address)
    if _is_too_many(guess, limits):
        guess.delete()
        raise GuessRefusedError
    return guess


def _is_too_many(guess: Guess, limits: Limits) -> bool:
    pair = Q(name=guess.name, address=guess.address)
    recent = Guess.objects.filter(
        Q(name=guess.name) | Q(address=guess.address),
        kind=guess.kind,
        is_right=False,
        made_at__gte=guess.made_at - WINDOW,
    )
    was_here = Guess.objects.filter(
        pair, kind=guess.kind, is_right=True, made_at__gte=guess.made_at - FAMILIAR
    )
    found = recent.aggregate(
        of_pair=Count("pk", filter=pair),
        of_name=Count("pk", filter=Q(name=guess.name)),
        of_address=Count("pk", filter=Q(address=guess.address)),
        familiar=Count("pk", filter=Q(Exists(was_here)), distinct=True),
    )
    if found["of_pair"] > limits.pair:
        return True
    is_over = found["of_name"] > limits.name or (
        limits.address is not None and found["of_address"] > limits.address
    )
    return is_over and not found["familiar"]


def guess_right(*, guess: Guess) -> None:
    """Note that the try was right: those of the same name and address before it are forgotten.

    Of right ones at the same moment the last stands for all, so one may be gone here already. Two
    queries.
    """
    pair = Guess.objects.filter(kind=guess.kind, name=guess.name, address=guess.address)
    pair.filter(pk__lt=guess.pk).delete()
    pair.filter(pk=guess.pk).update(is_right=True)


def tried_too_often(*, kind: str, name: str, limit: int) -> frozenset[str]:
    """Return the subjects that this name has tried ``limit`` times in vain lately. One query.

    For tries at many subjects at once; they stand where others have their address.
    """
    tries = Guess.objects.filter(
        kind=kind, name=name, is_right=False, made_at__gte=timezone.now() - WINDOW
    )
    counted = tries.values_list("address").annotate(number=Count("pk")).order_by()
    return frozenset(counted.filter(number__gte=limit).values_list("address", flat=True))


def tries_note(*, kind: str, name: str, subjects: Collection[str]) -> None:
    """Count tries that were in vain, one of each subject. One query, none without any."""
    if subjects:
        Guess.objects.bulk_create(
            [Guess(kind=kind, name=name, address=subject) for subject in subjects],
            batch_size=2000,
        )


def name_digest(name: str) -> str:
    """Return what stands for a name that people type: they type passwords there too."""
    return salted_hmac("core.guesses", name.strip().casefold(), algorithm="sha256").hexdigest()


def guesses_purge() -> int:
    """Delete wrong tries of yesterday and right ones that make nobody familiar any more."""
    now = timezone.now()
    wrong = Q(is_right=False, made_at__lt=now - timedelta(days=1))
    old = Q(is_right=True, made_at__lt=now - FAMILIAR)
    return Guess.objects.filter(wrong | old).delete()[0]

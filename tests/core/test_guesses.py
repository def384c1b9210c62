"""Guesses are counted by all processes together, and lock nobody out of his own office."""

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from b2b_apps.core import guesses
from b2b_apps.core.guesses import (
    GuessRefusedError,
    Limits,
    guess_begin,
    guess_right,
    guesses_purge,
)
from b2b_apps.core.models import Guess

LIMITS = Limits(pair=10, address=30, name=20)
OWNER, OFFICE, ELSEWHERE = "owner", "203.0.113.7", "198.51.100.1"


def tried(number, *, name=OWNER, address=ELSEWHERE, kind="login"):
    """Guess so many times; return how many of the tries were looked at."""
    looked_at = 0
    for n in range(number):
        try:
            guess_begin(
                kind=kind,
                name=name.format(n=n),
                address=address.format(n=n),
                limits=LIMITS,
            )
        except GuessRefusedError:
            continue
        looked_at += 1
    return looked_at


def sign_in(address=OFFICE, name=OWNER):
    """A right try; False if it was not looked at."""
    try:
        guess_right(guess=guess_begin(kind="login", name=name, address=address, limits=LIMITS))
    except GuessRefusedError:
        return False
    return True


def test_one_name_from_one_address_has_ten_tries(db):
    assert tried(50) == 10
    assert not sign_in(ELSEWHERE)


def test_one_address_has_so_many_tries_over_all_names(db):
    assert tried(100, name="n{n}") == 30


def test_one_name_has_so_many_tries_from_all_addresses(db):
    assert tried(100, address="198.51.100.{n}") == 20


def test_the_owner_signs_in_from_his_office_whatever_is_guessed_elsewhere(db):
    assert sign_in()

    tried(100, address="198.51.100.{n}")

    assert sign_in()
    assert not sign_in("192.0.2.9")


def test_a_guesser_in_the_office_locks_out_no_neighbour_who_has_signed_in_there(db):
    assert sign_in()

    tried(100, name="n{n}", address=OFFICE)

    assert sign_in()
    assert not sign_in(name="newcomer")


def test_the_lock_ends_by_itself_and_refused_tries_do_not_prolong_it(db):
    tried(50)
    assert Guess.objects.count() == 10

    Guess.objects.update(made_at=timezone.now() - guesses.WINDOW - timedelta(seconds=1))

    assert sign_in(ELSEWHERE)


def test_a_right_try_forgets_the_wrong_ones_before_it(db):
    tried(9, address=OFFICE)
    assert sign_in()

    assert tried(50, address=OFFICE) == 10


def test_kinds_do_not_count_together(db):
    tried(50)

    assert tried(50, kind="exchange") == 10


def test_a_try_costs_two_queries_and_a_right_one_two_more(db, django_assert_num_queries):
    with django_assert_num_queries(2):
        guess = guess_begin(kind="login", name=OWNER, address=OFFICE, limits=LIMITS)
    with django_assert_num_queries(2):
        guess_right(guess=guess)


def test_what_no_longer_counts_is_deleted(db):
    now = timezone.now()
    for is_right, age in [(False, 2), (False, 0), (True, 91), (True, 89)]:
        Guess.objects.create(
            kind="login", name="x", is_right=is_right, made_at=now - timedelta(days=age)
        )

    guesses_purge()

    left = Guess.objects.order_by("made_at").values_list("is_right", flat=True)
    assert list(left) == [True, False]


def at_once(work, number=40):
    """Let so many threads do ``work`` at the same time; return how often it was let in."""
    barrier, let_in = threading.Barrier(number), []

    def run():
        try:
            barrier.wait()
            work()
            let_in.append(True)
        except GuessRefusedError:
            pass
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return len(let_in)


def begin():
    guess_begin(kind="login", name=OWNER, address=ELSEWHERE, limits=LIMITS)


def counting_first(number):
    """The naive way: count, decide, write; all ``number`` come to count before one writes."""
    counted = threading.Barrier(number)

    def begin_naively():
        num = Guess.objects.filter(name=OWNER, address=ELSEWHERE).count()
        counted.wait(timeout=60)
        if num >= LIMITS.pair:
            raise GuessRefusedError
        Guess.objects.create(kind="login", name=OWNER, address=ELSEWHERE)

    return begin_naively


@pytest.mark.django_db(transaction=True)
def test_tries_at_the_same_moment_do_not_slip_through_together():
    number = 2 * LIMITS.pair
    assert at_once(counting_first(number), number) == number
    Guess.objects.all().delete()

    assert at_once(begin) <= LIMITS.pair

"""``python -m tests.search.fuzz --count 100000``: odd texts against the embedded engine."""

import argparse
import contextlib
import os
import sys
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.test")
django.setup()

from search.analysis.synonyms import Synonyms, synonyms_of
from search.engines.base import Engine
from search.vocabulary.seed import seed_groups
from tests.search.fuzz.asking import Took, asked
from tests.search.fuzz.texts import Texts
from tests.search.relevance.catalogue import demo_goods
from tests.search.relevance.measure import engine_of

SLOW = 1.0


def main() -> int:
    """Ask; print what failed and how long it took, after Ctrl-C too. 1 if anything failed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--count", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    goods, synonyms = list(demo_goods()), synonyms_of(seed_groups())
    texts = Texts(options.seed, [one.title for one in goods], [one.article for one in goods])
    took: list[Took] = []
    bad = 0
    with tempfile.TemporaryDirectory() as folder, contextlib.suppress(KeyboardInterrupt):
        engine = engine_of(goods, Path(folder))
        for number in range(options.count):
            text = texts.one()
            if complaint := _complaint(engine, text, synonyms, took):
                bad += 1
                print(f"{number}: {complaint} for {text[:200]!a}", flush=True)
    _summary(took, bad)
    return 1 if bad else 0


def _complaint(engine: Engine, text: str, synonyms: Synonyms, took: list[Took]) -> str:
    """Ask, note how long it took, and return what is wrong with that; nothing if all is well."""
    try:
        took.append(asked(engine, text, synonyms))
    except Exception as error:  # noqa: BLE001 - all of them are counted
        return f"{type(error).__name__}: {str(error)[:200]}"
    return f"{sum(took[-1]):.1f} s" if sum(took[-1]) > SLOW else ""


def _summary(took: list[Took], bad: int) -> None:
    for name, seconds in (
        ("making the queries", sorted(one.making for one in took)),
        ("asking all of them", sorted(one.asking for one in took)),
    ):
        p50, p99 = seconds[len(seconds) // 2], seconds[len(seconds) * 99 // 100]
        print(f"{name}: p50 {p50 * 1000:.2f} ms, p99 {p99 * 1000:.2f} ms,"
              f" the longest {seconds[-1] * 1000:.0f} ms")  # fmt: skip
    print(f"{len(took)} texts, {bad} failed or slow")


sys.exit(main())

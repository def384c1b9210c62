"""``python -m tests.search.relevance`` measures and writes docs/search-relevance.md."""

import os
import tempfile
from pathlib import Path

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "b2b_apps.config.settings.test")
django.setup()

from search.analysis.synonyms import synonyms_of
from search.vocabulary.seed import seed_groups
from tests.search.relevance.catalogue import demo_goods
from tests.search.relevance.judged import judged
from tests.search.relevance.measure import engine_of, measured
from tests.search.relevance.real import real_results
from tests.search.relevance.report import written

REPORT = Path(__file__).parents[3] / "docs" / "search-relevance.md"


def main() -> None:
    """Measure and write."""
    goods, synonyms = list(demo_goods()), synonyms_of(seed_groups())
    with tempfile.TemporaryDirectory() as folder:
        engine = engine_of(goods, Path(folder))
        results = measured(engine, goods, judged(goods), synonyms)
    REPORT.write_text(written(results, real_results(synonyms), len(goods)), encoding="utf-8")


main()

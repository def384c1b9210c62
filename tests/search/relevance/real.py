"""Catalogues of other people's shops, where their exchange files are at hand.

The files are no part of the project: they lie beside it, or where ``COMMERCEML_DIR`` says.
"""

import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from lxml import etree

from search.analysis.document import text_fields
from search.analysis.synonyms import Synonyms
from tests.search.relevance.catalogue import Goods
from tests.search.relevance.judged import judged
from tests.search.relevance.measure import Result, engine_of, measured

ROOT = Path(__file__).parents[3]
QUERIES = Path(__file__).with_name("real_queries.tsv")
FILES = {
    "artemius": "ArtemiusUA+django-cml__tests_tests_fixtures_import.xml",
    "andrtechno": "andrtechno+mod-exchange1c__tests_data_import.xml",
}


def folder() -> Path | None:
    """The folder of the files, None if it is missing."""
    places = [os.environ.get("COMMERCEML_DIR"), *(up / "shared/commerceml" for up in ROOT.parents)]
    found = (Path(place) for place in places if place)
    return next((place for place in found if (place / FILES["artemius"]).is_file()), None)


def real_results(synonyms: Synonyms) -> Mapping[str, Sequence[Result]]:
    """Ask each catalogue its queries; nothing where there are no files."""
    place = folder()
    if place is None:
        return {}
    return {name: _asked(name, place / file, synonyms) for name, file in FILES.items()}


def _asked(name: str, file: Path, synonyms: Synonyms) -> Sequence[Result]:
    goods = list(goods_of(file))
    queries = [one for one in judged(goods, QUERIES) if one.kind == name]
    with tempfile.TemporaryDirectory() as index:
        return measured(engine_of(goods, Path(index)), goods, queries, synonyms)


def goods_of(file: Path) -> Iterator[Goods]:
    """Read the goods of a CommerceML file; many have no article, so the title tells them apart."""
    tree = etree.parse(file, etree.XMLParser(resolve_entities=False, no_network=True))
    for pk, element in enumerate(tree.iter("{*}Товар"), 1):
        title, article = _text(element, "Наименование"), _text(element, "Артикул")
        brand = _text(element, "Изготовитель/{*}Наименование")
        fields = text_fields(
            title=title, brand=brand, code_values=[article, _text(element, "Штрихкод")]
        )
        yield Goods(f"{pk} {title}", title, brand, {"id": pk, **fields})


def _text(element: etree._Element, path: str) -> str:
    return (element.findtext("{*}" + path) or "").strip()

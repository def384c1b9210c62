"""Elasticsearch 8 and 9, OpenSearch 2 and 3, behind the interface of ``base.Engine``.

A generation is an index ``<prefix>.<generation>`` of one shard; the alias ``<prefix>`` is what
searches ask. Bodies are those the embedded engine takes, written out by ``elastic_body``.
"""

import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from elasticsearch import NotFoundError
from elasticsearch.helpers import streaming_bulk

from search.engines.base import (
    Answer,
    Body,
    EngineAwayError,
    EngineRefusedError,
    Numbers,
    as_numbers,
)
from search.engines.documents import checked, checked_name
from search.engines.elastic_address import Address
from search.engines.elastic_answer import answer_of
from search.engines.elastic_body import BARE, body_of, query_of
from search.engines.elastic_breaker import Breaker
from search.engines.elastic_client import BUSY, SEARCH_SECONDS, asked, client_of
from search.engines.elastic_index import index_of
from search.engines.language import DEEPEST
from search.engines.reading import read_query, read_request
from search.fields import Document

CHUNK, CHUNK_BYTES = 1_000, 8_000_000
# Each hit names the clauses it meets: a server takes its time over them.
NAMED = 5_000
WRITE_RETRIES, FIRST_PAUSE, LONGEST_PAUSE = 6, 0.5, 8.0


class ElasticEngine:
    """A cluster of Elasticsearch or OpenSearch."""

    most_columns = 40_000

    def __init__(self, address: Address, *, seconds: float = SEARCH_SECONDS) -> None:
        self.kind = address.kind
        self._prefix = address.prefix
        self._client = client_of(address)
        # A page does not wait for a second try, nor a server that has just failed.
        self._reader = self._client.options(
            request_timeout=seconds, max_retries=0, retry_on_timeout=False
        )
        # The server gives up a little before us, so that it does not work for nobody.
        self._timeout = f"{int(seconds * 900)}ms"
        self._breaker = Breaker(str(address))
        self._lock = threading.Lock()
        self._has_lucene_bm25: bool | None = None

    def search(self, bodies: Sequence[Body]) -> Sequence[Answer]:
        """Answer several requests in one call to the server."""
        requests = [read_request(body) for body in bodies]
        if not requests:
            return []
        lines: list[Any] = []
        for request in requests:
            # Always the same copy of the shard: copies may score a little differently.
            lines += [{"index": self._prefix, "preference": "pakgauz"}]
            lines += [body_of(request, timeout=self._timeout)]
        with asked(self._breaker):
            found = self._reader.msearch(searches=lines)
        return [
            answer_of(request, response)
            for request, response in zip(requests, found["responses"], strict=True)
        ]

    def ids(self, query: Body, *, limit: int) -> Sequence[int]:
        """Ids of what a query finds, the smallest first, 10,000 a call."""
        hits = self._in_turn(query_of(read_query(query)), limit=limit)
        return [hit["sort"][0] for hit in hits]

    def holding(
        self, query: Body, clauses: Sequence[Body], *, limit: int
    ) -> Sequence[Sequence[int]]:
        """Ids of the documents of which each clause holds; see ``keeping.Telling``."""
        named = [
            {"bool": {"filter": [query_of(read_query(clause))], "_name": str(place)}}
            for place, clause in enumerate(clauses)
        ]
        wire = {"bool": {"filter": [query_of(read_query(query))], "should": named}}
        found: list[list[int]] = [[] for _clause in clauses]
        for hit in self._in_turn(wire, limit=limit, portion=NAMED):
            for place in hit.get("matched_queries", ()):
                found[int(place)].append(hit["sort"][0])
        return found

    def columns(self, query: Body, names: Sequence[str], *, limit: int) -> list[Numbers]:
        """Values of fields of numbers; see ``base``."""
        wire = query_of(read_query(query))
        found: list[list[int | None]] = [[] for _name in names]
        for hit in self._in_turn(wire, limit=limit, docvalue_fields=list(names)):
            fields = hit.get("fields", {})
            for column, name in zip(found, names, strict=True):
                column.append(fields.get(name, [None])[0])
        return [as_numbers(column) for column in found]

    def _in_turn(
        self, wire: Any, *, limit: int, portion: int = DEEPEST, **more: Any
    ) -> Iterator[Any]:
        """Hits by id, so many a call; the first ``limit`` of them."""
        left = limit
        after: dict[str, Any] = {}
        while left > 0:
            size = min(portion, left)
            body = {"query": wire, "sort": [{"id": "asc"}], "size": size, **BARE, **more, **after}
            with asked(self._breaker):
                answer = self._reader.search(index=self._prefix, body=body)
            hits = answer["hits"]["hits"]
            yield from hits
            if len(hits) < size:
                break
            left -= size
            after = {"search_after": hits[-1]["sort"]}

    def create(self, generation: str) -> None:
        """Make an empty index."""
        name = self._name(generation)
        with asked(self._breaker):
            is_lucene_bm25 = self._is_lucene_bm25()
            index_of(name, is_lucene_bm25=is_lucene_bm25).create(using=self._client)

    def write(self, generation: str, documents: Iterable[Document]) -> int:
        """Put documents in, a thousand a call; busy servers are asked again, ever later."""
        return self._bulk(
            generation,
            (
                {"_op_type": "index", "_id": str(row["id"]), "_source": row}
                for row in map(checked, documents)
            ),
        )

    def delete(self, generation: str, ids: Iterable[int]) -> None:
        """Take documents out; those that are not there are no error."""
        self._bulk(generation, ({"_op_type": "delete", "_id": str(pk)} for pk in ids))

    def commit(self, generation: str) -> None:
        """Let searches see what was written."""
        with asked(self._breaker):
            self._client.indices.refresh(index=self._name(generation))

    def go_live(self, generation: str) -> None:
        """Move the alias, in one call."""
        name = self._name(generation)
        moves = [
            {"remove": {"index": f"{self._prefix}.{other}", "alias": self._prefix}}
            for other in self._live_ones()
            if other != generation
        ]
        with asked(self._breaker):
            self._client.indices.update_aliases(
                actions=[*moves, {"add": {"index": name, "alias": self._prefix}}]
            )

    def live(self) -> str | None:
        """The generation that has the alias."""
        return next(iter(self._live_ones()), None)

    def generations(self) -> Sequence[str]:
        """All generations there are."""
        return sorted(self._indexes())

    def drop(self, generation: str) -> None:
        """Delete an index."""
        with asked(self._breaker):
            self._client.indices.delete(index=self._name(generation), ignore_unavailable=True)

    def count(self, generation: str) -> int:
        """How many documents an index has."""
        with asked(self._breaker):
            return int(self._reader.count(index=self._name(generation))["count"])

    def _name(self, generation: str) -> str:
        return f"{self._prefix}.{checked_name(generation)}"

    def _live_ones(self) -> list[str]:
        indexes = self._indexes().items()
        return [name for name, about in indexes if self._prefix in about["aliases"]]

    def _indexes(self) -> dict[str, Any]:
        with asked(self._breaker):
            try:
                found = self._reader.indices.get_alias(index=f"{self._prefix}.*")
            except NotFoundError:
                return {}
        start = len(self._prefix) + 1
        return {name[start:]: about for name, about in found.items()}

    def _bulk(self, generation: str, actions: Iterator[dict[str, Any]]) -> int:
        name = self._name(generation)
        with asked(self._breaker):
            # A bulk to an index that is not there would make one, without our mappings.
            if not self._client.indices.exists(index=name):
                raise EngineAwayError(f"there is no search index {generation}")
            done = streaming_bulk(
                self._client,
                ({"_index": name, **action} for action in actions),
                chunk_size=CHUNK,
                max_chunk_bytes=CHUNK_BYTES,
                max_retries=WRITE_RETRIES,
                initial_backoff=FIRST_PAUSE,
                max_backoff=LONGEST_PAUSE,
                retry_on_status=BUSY,
                raise_on_error=False,
            )
            return sum(_is_done(is_ok, info) for is_ok, info in done)

    def _is_lucene_bm25(self) -> bool:
        if self._has_lucene_bm25 is None:
            version = self._client.info()["version"]
            is_opensearch = version.get("distribution") == "opensearch"
            major = int(version["number"].partition(".")[0])
            self._has_lucene_bm25 = is_opensearch and major >= 3
        return self._has_lucene_bm25


def _is_done(is_ok: bool, info: dict[str, Any]) -> int:
    ((operation, told),) = info.items()
    if is_ok:
        return 1
    if operation == "delete" and told["status"] == 404:
        return 0
    if told["status"] in BUSY:
        raise EngineAwayError("the search server is too busy to write to")
    raise EngineRefusedError(str(told.get("error"))[:300])

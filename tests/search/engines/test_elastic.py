"""The engine of servers without one: what goes over the wire, and what happens when it breaks."""

import http.server
import json
import threading
import time

import numpy as np
import pytest
from django.core.exceptions import ImproperlyConfigured

from search.engines import elastic, elastic_breaker
from search.engines.base import EngineAwayError, EngineRefusedError
from search.engines.choice import engine
from search.engines.elastic import ElasticEngine
from search.engines.elastic_address import address_of
from search.engines.embedded import EmbeddedEngine
from search.keeping import kept_rows

BODY = {"query": {"match_all": {}}}
FOUND = {"hits": {"total": {"value": 0}, "hits": []}, "timed_out": False}


class Stub(http.server.BaseHTTPRequestHandler):
    """Answers with what the test has put into ``server.answers``, the last one for ever."""

    def do_POST(self):
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.seen.append((self.command, self.path, dict(self.headers), body))
        answers = self.server.answers
        status, answer = answers.pop(0) if len(answers) > 1 else answers[0]
        if answer == "late":
            time.sleep(1.5)
        text = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(text)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815 - names of http.server

    def log_message(self, *arguments):
        pass


@pytest.fixture
def stub():
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Stub)
    server.seen, server.answers = [], [(200, {"responses": [FOUND]})]
    server.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


def engine_of(stub, kind="opensearch", **options):
    url = stub.url.replace("http://", f"{kind}://user:s%40cret@")
    return ElasticEngine(address_of(f"{url}/shop"), **options)


def test_opensearch_is_spoken_to_in_plain_json(stub):
    (answer,) = engine_of(stub).search([BODY])

    _, path, headers, body = stub.seen[0]
    sent = {name.lower(): value for name, value in headers.items()}
    assert answer.total == 0
    assert path == "/_msearch"
    assert (sent["accept"], sent["content-type"]) == ("application/json", "application/x-ndjson")
    assert sent["authorization"] == "Basic dXNlcjpzQGNyZXQ="
    assert json.loads(body.splitlines()[0]) == {"index": "shop", "preference": "pakgauz"}


def test_elasticsearch_is_spoken_to_by_its_client_as_it_is(stub):
    # This stub does not say that it is Elasticsearch, which the client asks for.
    with pytest.raises(EngineAwayError, match="begin it with opensearch://"):
        engine_of(stub, "elasticsearch").search([BODY])

    sent = {name.lower(): value for name, value in stub.seen[0][2].items()}
    assert sent["content-type"] == "application/vnd.elasticsearch+x-ndjson; compatible-with=8"


def test_a_page_does_not_wait_for_a_slow_server_and_the_next_does_not_ask(stub):
    stub.answers = [(200, "late")]
    slow = engine_of(stub)

    began = time.monotonic()
    with pytest.raises(EngineAwayError, match="does not answer"):
        slow.search([BODY])
    first = time.monotonic() - began
    began = time.monotonic()
    for _ in range(20):
        with pytest.raises(EngineAwayError, match="asked again soon"):
            slow.search([BODY])
    others = time.monotonic() - began

    assert first < 1.2
    assert others < 0.1
    assert len(stub.seen) == 1


def test_a_server_that_is_back_is_asked_again(stub, monkeypatch):
    monkeypatch.setattr(elastic_breaker, "FIRST_SECONDS", 0.05)
    stub.answers = [(503, {}), (200, {"responses": [FOUND]})]
    broken = engine_of(stub)
    with pytest.raises(EngineAwayError, match="busy or broken"):
        broken.search([BODY])
    with pytest.raises(EngineAwayError, match="asked again soon"):
        broken.search([BODY])

    time.sleep(0.06)

    assert broken.search([BODY])[0].total == 0
    assert broken.search([BODY])[0].total == 0


def test_the_pause_doubles_up_to_half_a_minute(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(elastic_breaker.time, "monotonic", lambda: now[0])
    breaker = elastic_breaker.Breaker("x")
    pauses = []
    for _ in range(8):
        breaker.failed()
        began = now[0]
        while True:
            try:
                breaker.enter()
                break
            except EngineAwayError:
                now[0] += 0.5
        pauses.append(now[0] - began)

    assert pauses == [1, 2, 4, 8, 16, 30, 30, 30]
    # One tries; the others do not wait with it.
    with pytest.raises(EngineAwayError):
        breaker.enter()
    breaker.succeeded()
    breaker.enter()


def test_nobody_listens(stub):
    away = engine_of(stub)
    stub.shutdown()
    stub.server_close()

    for ask in (
        lambda: away.search([BODY]),
        away.live,
        lambda: away.write("g", [{"id": 1}]),
        lambda: away.commit("g"),
    ):
        with pytest.raises(EngineAwayError):
            ask()


@pytest.mark.parametrize("status", [401, 403])
def test_a_wrong_password_is_said_and_not_shown(stub, status):
    stub.answers = [(status, {"error": "x"})]

    with pytest.raises(EngineAwayError, match="does not let the user of SEARCH_URL in") as caught:
        engine_of(stub).search([BODY])

    assert "cret" not in str(caught.value)


@pytest.mark.parametrize(
    ("item", "error"),
    [
        ({"error": {"type": "index_not_found_exception"}, "status": 404}, EngineAwayError),
        ({"error": {"type": "es_rejected_execution_exception"}, "status": 429}, EngineAwayError),
        ({"error": {"type": "parsing_exception"}, "status": 400}, EngineRefusedError),
        ({**FOUND, "timed_out": True}, EngineAwayError),
        ({**FOUND, "_shards": {"failed": 1}}, EngineAwayError),
    ],
    ids=str,
)
def test_one_answer_of_several_may_be_an_error(stub, item, error):
    stub.answers = [(200, {"responses": [FOUND, item]})]

    with pytest.raises(error):
        engine_of(stub).search([BODY, BODY])


def test_documents_that_a_busy_server_puts_off_are_sent_again(stub, monkeypatch):
    monkeypatch.setattr(elastic, "FIRST_PAUSE", 0.01)

    def items(*statuses):
        return {
            "errors": any(status != 201 for status in statuses),
            "items": [{"index": {"_id": "x", "status": status}} for status in statuses],
        }

    stub.answers = [(200, {}), (200, items(201, 429, 503)), (429, {}), (200, items(201, 201))]

    assert engine_of(stub).write("g", [{"id": 1}, {"id": 2}, {"id": 3}]) == 3

    bulks = [body for _, path, _, body in stub.seen if path.startswith("/_bulk")]
    assert [body.count(b'"_id"') for body in bulks[:1] + bulks[-1:]] == [3, 2]


def test_a_server_that_stays_busy_is_given_up(stub, monkeypatch):
    monkeypatch.setattr(elastic, "FIRST_PAUSE", 0.001)
    busy = {"errors": True, "items": [{"index": {"_id": "1", "status": 429}}]}
    stub.answers = [(200, {}), (200, busy)]

    with pytest.raises(EngineAwayError, match="too busy"):
        engine_of(stub).write("g", [{"id": 1}])


def test_a_document_that_the_server_does_not_take_is_a_fault(stub):
    bad = {"index": {"_id": "1", "status": 400, "error": {"type": "mapper_parsing_exception"}}}
    stub.answers = [(200, {}), (200, {"errors": True, "items": [bad]})]

    with pytest.raises(EngineRefusedError, match="mapper_parsing"):
        engine_of(stub).write("g", [{"id": 1}])


def test_a_bulk_makes_no_index(stub):
    stub.answers = [(404, {})]

    with pytest.raises(EngineAwayError):
        engine_of(stub).write("g", [{"id": 1}])

    assert [command for command, *_ in stub.seen] == ["HEAD"]


@pytest.mark.parametrize(
    ("url", "hosts", "kind", "prefix"),
    [
        ("opensearch://h", ("http://h:9200",), "opensearch", "pakgauz"),
        ("opensearch+https://h:443/a-b/", ("https://h:443",), "opensearch", "a-b"),
        ("elasticsearch://a,b:9201/x", ("http://a:9200", "http://b:9201"), "elasticsearch", "x"),
        ("elasticsearch7://[::1]:9200", ("http://[::1]:9200",), "elasticsearch7", "pakgauz"),
    ],
)
def test_an_address_is_read(url, hosts, kind, prefix):
    address = address_of(url)

    assert (address.hosts, address.kind, address.prefix) == (hosts, kind, prefix)


def test_an_address_keeps_its_password_to_itself():
    address = address_of("elasticsearch+https://me:p%2Fw%40@h:1/x?ca=/etc/ca.pem&verify=0")

    assert (address.user, address.password) == ("me", "p/w@")
    assert (address.ca_file, address.is_verified) == ("/etc/ca.pem", False)
    assert str(address) == repr(address) == "https://h:1"


@pytest.mark.parametrize(
    "url",
    [
        "solr://h",
        "http://u:secret@h",
        "opensearch://",
        "opensearch://u:secret@h/A B",
        "opensearch://u:secret@h/x?verify_certs=0",
        "opensearch+ftp://u:secret@h",
    ],
)
def test_an_address_that_is_none_is_refused(url):
    with pytest.raises(ImproperlyConfigured) as caught:
        address_of(url)

    assert "secret" not in str(caught.value)


def test_the_engine_is_chosen_by_its_address_alone(settings, tmp_path):
    settings.SEARCH_ROOT = tmp_path
    assert isinstance(engine(), EmbeddedEngine)
    assert engine() is engine()

    settings.SEARCH_URL = "opensearch://127.0.0.1:1"

    assert isinstance(engine(), ElasticEngine)
    assert engine().kind == "opensearch"


def test_which_clauses_hold_is_asked_in_one_request(stub):
    hits = [
        {"sort": [3], "matched_queries": ["1"]},
        {"sort": [7], "matched_queries": ["0", "1"]},
        {"sort": [9]},
    ]
    stub.answers = [(200, {"hits": {"hits": hits}})]
    engine, ids = engine_of(stub), np.array([3, 7, 9])
    clauses = [{"term": {"wh": place}} for place in (1, 2, 3)]

    among = kept_rows.among(
        engine, ids, within={"match_all": {}}, asked=lambda: [*clauses, clauses[0]]
    )

    assert [ids[among.holds(clause)].tolist() for clause in clauses] == [[7], [3, 7], []]
    (seen,) = stub.seen
    assert len(json.loads(seen[3])["query"]["bool"]["should"]) == 3


def test_hits_that_name_clauses_are_read_in_portions(stub, monkeypatch):
    monkeypatch.setattr(elastic, "NAMED", 2)
    portions = [
        [{"sort": [3], "matched_queries": ["0"]}, {"sort": [7]}],
        [{"sort": [9], "matched_queries": ["0"]}],
    ]
    stub.answers = [(200, {"hits": {"hits": hits}}) for hits in portions]

    found = engine_of(stub).holding({"match_all": {}}, [{"term": {"wh": 1}}], limit=9)

    assert found == [[3, 9]]
    sent = [json.loads(seen[3]) for seen in stub.seen]
    assert [(body["size"], body.get("search_after")) for body in sent] == [(2, None), (2, [7])]

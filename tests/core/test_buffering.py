"""A slow or endless client is sent away by the event loop and never gets a thread."""

import asyncio
import threading

import pytest

from b2b_apps.core.buffering import BufferedApplication, Patience

LIMIT = 1000
QUICK = Patience(idle=0.2, grace=0.5, slowest=1_000_000, sending=0.2)


class Recorder:
    """A WSGI application that echoes the body and notes what it was asked."""

    def __init__(self):
        self.asked = []
        self.closed = 0

    def __call__(self, environ, start_response):
        body = environ["wsgi.input"].read()
        self.asked.append((environ, body, threading.current_thread().name))
        start_response("200 OK", [("Content-Type", "text/plain"), ("X-Name", "value")])
        return self.answer(body)

    def answer(self, body):
        try:
            yield b"got "
            yield body
        finally:
            self.closed += 1


def scope(path="/a", method="POST", headers=()):
    return {
        "type": "http", "method": method, "path": path, "raw_path": path.encode(),
        "query_string": b"q=%FF", "headers": list(headers), "http_version": "1.1",
        "scheme": "http", "server": ("127.0.0.1", 80), "client": ("10.0.0.7", 5000),
    }  # fmt: skip


def exchange(application, scope, messages, send_delay=0.0):
    """Run one request whose ``messages`` are dicts or pauses in seconds; return what was sent."""
    sent = []

    async def receive():
        while messages:
            message = messages.pop(0)
            if isinstance(message, dict):
                return message
            await asyncio.sleep(message)
        return await asyncio.sleep(3600)

    async def send(message):
        if message["type"] == "http.response.body":
            await asyncio.sleep(send_delay)
        sent.append(message)

    asyncio.run(application(scope, receive, send))
    return sent


def part(body, more=True):
    return {"type": "http.request", "body": body, "more_body": more}


@pytest.fixture
def recorder():
    return Recorder()


@pytest.fixture
def application(recorder):
    return BufferedApplication(recorder, limit_for=lambda path: LIMIT, patience=QUICK)


def test_a_body_in_parts_arrives_whole_and_the_answer_goes_back(application, recorder):
    headers = [
        (b"content-type", b"text/x"), (b"cookie", b"a=1"), (b"cookie", b"b=2"),
        (b"x-one", b"\xff"), (b"x_one", b"spoofed"), (b"content-length", b"6"),
    ]  # fmt: skip
    sent = exchange(
        application, scope("/a%20b/%FF", headers=headers), [part(b"abc"), part(b"def", False)]
    )

    environ, body, thread = recorder.asked[0]
    assert body == b"abcdef"
    assert thread.startswith("request")
    assert (environ["PATH_INFO"], environ["QUERY_STRING"]) == ("/a b/\xff", "q=%FF")
    assert (environ["CONTENT_TYPE"], environ["CONTENT_LENGTH"]) == ("text/x", "6")
    assert (environ["HTTP_COOKIE"], environ["HTTP_X_ONE"]) == ("a=1; b=2", "\xff")
    assert environ["REMOTE_ADDR"] == "10.0.0.7"
    assert sent[0]["status"] == 200
    assert (b"x-name", b"value") in sent[0]["headers"]
    assert b"".join(m["body"] for m in sent[1:]) == b"got abcdef"
    assert recorder.closed == 1


def test_a_long_answer_is_sent_in_pieces(recorder):
    recorder.answer = lambda body: [b"x" * 300_000, b"y" * 300_000]
    application = BufferedApplication(recorder, limit_for=lambda path: LIMIT)

    sent = exchange(application, scope(), [part(b"", False)])

    assert [m["more_body"] for m in sent[1:]] == [True, True, False]
    assert b"".join(m["body"] for m in sent[1:]) == b"x" * 300_000 + b"y" * 300_000


@pytest.mark.parametrize(
    ("messages", "status"),
    [
        ([part(b"user"), 3600], 408),
        ([m for _n in range(20) for m in (part(b"a"), 0.1)], 408),
        ([part(b"x" * 600), part(b"x" * 600)], 413),
    ],
    ids=["silent", "a byte now and then", "endless"],
)
def test_a_bad_body_never_reaches_the_application(application, recorder, messages, status):
    sent = exchange(application, scope(), messages)

    assert sent[0]["status"] == status
    assert recorder.asked == []


def test_a_body_announced_as_too_large_is_refused_unread(application, recorder):
    messages = [part(b"x", False)]
    sent = exchange(application, scope(headers=[(b"content-length", b"1001")]), messages)

    assert sent[0]["status"] == 413
    assert len(messages) == 1
    assert recorder.asked == []


def test_who_hangs_up_is_not_answered_and_leaves_no_room_taken(application, recorder):
    room = application.room

    sent = exchange(application, scope(), [part(b"abc"), {"type": "http.disconnect"}])

    assert sent == []
    assert recorder.asked == []
    assert application.room == room


def test_unfinished_bodies_have_room_for_so_much_together(recorder):
    application = BufferedApplication(
        recorder, limit_for=lambda path: LIMIT, room=500, patience=QUICK
    )
    sent = exchange(application, scope(), [part(b"x" * 600, False)])

    assert sent[0]["status"] == 503
    assert application.room == 500


def test_who_does_not_take_the_answer_is_let_go(application, recorder):
    sent = exchange(application, scope(), [part(b"", False)], send_delay=3600)

    assert [m["type"] for m in sent] == ["http.response.start"]


def test_slow_bodies_do_not_keep_others_waiting():
    recorder = Recorder()
    application = BufferedApplication(recorder, limit_for=lambda path: LIMIT, threads=1)

    async def never():
        await asyncio.sleep(3600)

    async def quick():
        return part(b"quick", False)

    async def sink(message):
        pass

    async def run():
        slow = [asyncio.create_task(application(scope(), never, sink)) for _n in range(50)]
        await asyncio.sleep(0)
        await asyncio.wait_for(application(scope(), quick, sink), 5)
        for task in slow:
            task.cancel()
        await asyncio.gather(*slow, return_exceptions=True)

    asyncio.run(run())

    assert [body for _environ, body, _thread in recorder.asked] == [b"quick"]

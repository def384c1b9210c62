"""A process of the web server with more to do than another gives its connections away."""

import os
import subprocess
import sys
from contextlib import contextmanager

import pytest

from b2b_apps.core.balance import Balance
from b2b_apps.core.buffering import BufferedApplication
from tests.core.test_buffering import LIMIT, Recorder, exchange, part, scope

OTHER = """
import sys
from pathlib import Path
from b2b_apps.core.balance import Balance
balance = Balance(Path(sys.argv[1]), int(sys.argv[2]))
for _request in range(int(sys.argv[3])):
    balance.took()
print("ready", flush=True)
sys.stdin.read()
"""


@contextmanager
def another_process(folder, num_in_hand):
    """Another child of the same server, with so many requests."""
    arguments = [sys.executable, "-c", OTHER, str(folder), str(os.getpid()), str(num_in_hand)]
    with subprocess.Popen(arguments, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"ready\n"
        yield
        other.stdin.close()


@pytest.mark.parametrize(
    ("mine", "others", "has_more"), [(1, 0, False), (2, 0, True), (5, 4, False), (6, 4, True)]
)
def test_a_process_has_more_if_another_would_have_no_more_with_one_of_its_requests(
    tmp_path, mine, others, has_more
):
    balance = Balance(tmp_path, os.getpid())

    with another_process(tmp_path, others):
        for _request in range(mine):
            balance.took()

        assert balance.has_more is has_more

        balance.gave()
        balance.gave()
        assert not balance.has_more


def test_a_process_alone_keeps_its_connections(tmp_path):
    balance = Balance(tmp_path, os.getpid())

    for _request in range(9):
        balance.took()

    assert not balance.has_more


def test_files_of_servers_that_have_ended_are_deleted(tmp_path):
    (tmp_path / "999999999").touch()

    Balance(tmp_path, os.getpid())

    assert [path.name for path in tmp_path.iterdir()] == [str(os.getpid())]


@pytest.mark.parametrize(("version", "is_ended"), [("1.1", True), ("2", False)])
def test_an_answer_ends_the_connection_where_another_process_has_less_to_do(
    tmp_path, version, is_ended
):
    balance = Balance(tmp_path, os.getpid())
    balance.took()
    application = BufferedApplication(Recorder(), limit_for=lambda path: LIMIT, balance=balance)

    with another_process(tmp_path, 0):
        asked = scope() | {"http_version": version}
        sent = exchange(application, asked, [part(b"", more=False)])

        assert ((b"connection", b"close") in sent[0]["headers"]) is is_ended

        balance.gave()
        sent = exchange(application, asked, [part(b"", more=False)])
        assert (b"connection", b"close") not in sent[0]["headers"]

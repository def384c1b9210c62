"""Who uses the embedded server is known whatever becomes of the processes that use it."""

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from b2b_apps.core.embedded import ServerProcesses

WRITER = """
import sys; from pathlib import Path; from b2b_apps.core.embedded import ServerProcesses
users = ServerProcesses(Path(sys.argv[1])); print(flush=True)
while True: users.get_and_add(%d); users.get_and_remove(%d)
"""


@pytest.fixture
def path(tmp_path):
    return tmp_path / "pids.json"


def test_the_last_to_leave_is_told_that_it_is_the_last(path):
    users, parent = ServerProcesses(path), os.getppid()

    assert users.get_and_add(os.getpid()) == []
    assert users.get_and_add(parent) == [os.getpid()]
    assert sorted(users.get_and_remove(parent)) == sorted([os.getpid(), parent])
    assert users.get_and_remove(os.getpid()) == [os.getpid()]
    assert ServerProcesses(path).get_and_add(parent) == []


def test_one_that_was_killed_is_no_user(path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path.write_text(json.dumps([gone.pid, os.getpid()]))

    assert ServerProcesses(path).get_and_add(os.getppid()) == [os.getpid()]


def test_a_kill_in_the_midst_of_a_write_loses_no_user(path):
    parent = os.getppid()
    ServerProcesses(path).get_and_add(os.getpid())
    for n in range(10):
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITER % (parent, parent), str(path)],
            stdout=subprocess.PIPE, cwd=Path(__file__).parents[2],
        )  # fmt: skip
        writer.stdout.readline()
        time.sleep(0.01 + n / 1000)
        writer.kill()
        writer.communicate()

        assert os.getpid() in json.loads(path.read_text())

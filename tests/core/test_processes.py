"""A dead worker is started again; only a dead web process ends the group."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from b2b_apps.core import processes
from b2b_apps.core.management.commands import serve
from b2b_apps.core.processes import LONGEST_PAUSE, ProcessGroup, Restart


@pytest.fixture
def group(monkeypatch):
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.05)
    before = {asked: signal.getsignal(asked) for asked in (signal.SIGINT, signal.SIGTERM)}
    group = ProcessGroup({})
    yield group
    group.__exit__()
    for asked, handler in before.items():
        signal.signal(asked, handler)


def test_the_web_goes_on_when_the_worker_dies(group, tmp_path):
    log, leave = tmp_path / "log", tmp_path / "leave"
    group.start(
        "web", "-c", f"import os,time\nwhile not os.path.exists({str(leave)!r}): time.sleep(.05)"
    )
    group.start("worker", "-c", f"open({str(log)!r}, 'a').write('x'); raise SystemExit(1)")
    ended = []
    waiting = threading.Thread(target=lambda: ended.append(group.wait(["web"], kept=["worker"])))
    waiting.start()

    begun = time.monotonic()
    while not (log.exists() and len(log.read_text()) >= 3) and time.monotonic() - begun < 20:
        time.sleep(0.05)
    assert waiting.is_alive()
    assert len(log.read_text()) >= 3
    leave.touch()
    waiting.join(10)

    assert ended == ["web"]


DEAF = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.SIG_IGN)
pathlib.Path(sys.argv[1]).touch()
time.sleep(60)
"""
GROUP = f"""
import sys, time
from b2b_apps.core import processes
processes.STOP_SECONDS = 1
with processes.ProcessGroup({{}}) as group:
    for name in sys.argv[1:]:
        group.start(name, "-c", {DEAF!r}, name)
    print(*[child.pid for child in group.children.values()], flush=True)
    time.sleep(60)
"""


def test_asked_twice_to_end_the_group_still_ends_all_its_children(tmp_path):
    """As under ``timeout``, which hands on what it got itself."""
    ready = [tmp_path / name for name in "abc"]
    root = Path(__file__).parents[2]
    group = subprocess.Popen(
        [sys.executable, "-c", GROUP, *map(str, ready)], stdout=subprocess.PIPE, text=True, cwd=root
    )
    assert group.stdout is not None
    children = [int(pid) for pid in group.stdout.readline().split()]
    until(lambda: all(path.exists() for path in ready))

    for _asked in range(3):
        group.send_signal(signal.SIGTERM)
        time.sleep(0.1)
    group.wait(20)

    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in children))


def until(met):
    deadline = time.monotonic() + 20
    while not met():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_the_pause_doubles_to_a_limit_and_is_short_again_after_a_long_life():
    restart, now, pauses = Restart(), 0.0, []
    for _death in range(9):
        pauses.append(restart.plan(now))
        restart.started(now + pauses[-1])
        now += pauses[-1] + 1
    restart.started(now)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert restart.plan(now + LONGEST_PAUSE + 1) == 1


def test_without_a_broker_one_worker_of_our_own_does_all(settings):
    settings.CELERY_BROKER_URL = ""

    assert processes.workers() == {"worker": ["-m", "django", "work"]}


def test_with_a_broker_each_queue_has_a_worker_and_one_has_the_clock(settings):
    settings.CELERY_BROKER_URL = "redis://localhost/0"

    found = processes.workers()

    queues = {name: words[words.index("-Q") + 1] for name, words in found.items()}
    assert queues == {"worker": "quick", "worker-slow": "slow"}
    assert [name for name, words in found.items() if "--beat" in words] == ["worker"]


@pytest.mark.parametrize("code", [0, 3])
def test_serve_fails_when_the_web_process_ends_by_itself(monkeypatch, tmp_path, code):
    """Whatever its own code was: nobody asked it to end, and systemd is to start it again."""
    pid = tmp_path / "pid"
    worker = f"import os,time; open({str(pid)!r}, 'w').write(str(os.getpid())); time.sleep(60)"
    web = f"import os,time\nwhile not os.path.exists({str(pid)!r}): time.sleep(.05)\nexit({code})"
    monkeypatch.setattr(serve, "web_arguments", lambda **_: ["-c", web])
    monkeypatch.setattr(processes, "workers", lambda: {"worker": ["-c", worker]})
    kept = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    try:
        with pytest.raises(CommandError, match="web process ended"):
            call_command("serve")
    finally:
        for number, handler in kept.items():
            signal.signal(number, handler)

    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text()), 0)

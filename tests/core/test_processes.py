"""A dead worker is started again; only a dead web process ends the group."""

import signal
import threading
import time

import pytest

from b2b_apps.core import processes
from b2b_apps.core.processes import LONGEST_PAUSE, ProcessGroup, Restart


@pytest.fixture
def group(monkeypatch):
    monkeypatch.setattr(processes, "FIRST_PAUSE", 0.05)
    interrupt = signal.getsignal(signal.SIGINT)
    group = ProcessGroup({})
    yield group
    group.__exit__()
    signal.signal(signal.SIGINT, interrupt)


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


def test_the_pause_doubles_to_a_limit_and_is_short_again_after_a_long_life():
    restart, now, pauses = Restart(), 0.0, []
    for _death in range(9):
        pauses.append(restart.plan(now))
        restart.started(now + pauses[-1])
        now += pauses[-1] + 1
    restart.started(now)

    assert pauses == [1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert restart.plan(now + LONGEST_PAUSE + 1) == 1


def test_without_a_broker_the_worker_is_our_own(settings):
    settings.CELERY_BROKER_URL = ""
    assert processes.worker_arguments() == ["-m", "django", "work"]
    settings.CELERY_BROKER_URL = "redis://localhost/0"
    assert "celery" in processes.worker_arguments()

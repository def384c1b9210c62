"""The demo portal in processes of its own, and a browser."""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
import requests
from playwright.sync_api import sync_playwright

ROOT = Path(__file__).resolve().parents[2]
READY_SECONDS = 240
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@pytest.fixture(scope="session")
def portal(tmp_path_factory):
    """Address of a running demo: ``manage.py demo`` with data of its own.

    E2E_URL names a portal that already runs.
    """
    if url := os.environ.get("E2E_URL"):
        yield url
        return
    data, port = tmp_path_factory.mktemp("demo"), free_port()
    environment = os.environ | {
        "DATA_DIR": str(data), "PAKGAUZ_DEMO": "1", "DEBUG": "0",
        "DJANGO_SETTINGS_MODULE": "b2b_apps.config.settings.dev",
    }  # fmt: skip
    log = (data / "demo.log").open("wb")
    demo = subprocess.Popen(
        [sys.executable, "manage.py", "demo", "--port", str(port)],
        cwd=ROOT, env=environment, stdout=log, stderr=log,
    )  # fmt: skip
    try:
        wait_for(data / "1c" / "loaded", demo, data / "demo.log")
        yield f"http://127.0.0.1:{port}"
    finally:
        demo.terminate()
        demo.wait(60)


def wait_for(marker: Path, process: subprocess.Popen, log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while not marker.exists():
        if process.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"The demo did not start:\n{log.read_text()[-4000:]}")
        time.sleep(0.5)


@pytest.fixture(scope="session")
def browser():
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=CHROMIUM,
            args=["--no-sandbox", "--disable-gpu", "--disable-background-networking"],
        )
        yield chromium
        chromium.close()


@pytest.fixture
def page(browser, portal):
    """A page of a browser that has nothing stored; it fails the test on any script error."""
    context = browser.new_context(
        base_url=portal, viewport={"width": 1440, "height": 900}, locale="ru-RU"
    )
    opened = context.new_page()
    faults: list[str] = []
    opened.on("pageerror", lambda error: faults.append(str(error)))
    opened.on(
        "console",
        lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None,
    )
    opened.on("request", lambda r: faults.append(r.url) if foreign(r.url, portal) else None)
    yield opened
    context.close()
    assert faults == []


def foreign(url: str, portal: str) -> bool:
    return not url.startswith((portal, "data:", "blob:"))


@pytest.fixture
def demo_people(portal):
    """The demo's accounts by e-mail."""
    assert requests.get(f"{portal}/readyz", timeout=10).ok
    import json

    return json.loads((ROOT / "fixtures/people.json").read_text())["employees"]

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
READY_SECONDS = 400
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
def open_page(browser, portal):
    """Open pages, each in a browser that has nothing stored: one for each person of a test.

    A script error, a refusal by the content policy or a foreign address on any fails the test.
    """
    contexts, faults = [], []

    def opened(width=1440, height=900):
        viewport = {"width": width, "height": height}
        contexts.append(browser.new_context(base_url=portal, viewport=viewport, locale="ru-RU"))
        page = contexts[-1].new_page()
        watch(page, portal, faults)
        return page

    yield opened
    for context in contexts:
        context.close()
    assert faults == []


@pytest.fixture
def page(open_page):
    """The page of a test that has one person."""
    return open_page()


def watch(page, portal: str, faults: list[str]) -> None:
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on(
        "console",
        lambda m: faults.append(m.text) if "Content Security Policy" in m.text else None,
    )
    page.on("request", lambda r: faults.append(r.url) if foreign(r.url, portal) else None)


def foreign(url: str, portal: str) -> bool:
    return not url.startswith((portal, "data:", "blob:"))


@pytest.fixture
def demo_people(portal):
    """The demo's accounts by e-mail."""
    assert requests.get(f"{portal}/readyz", timeout=10).ok
    import json

    return json.loads((ROOT / "fixtures/people.json").read_text())["employees"]

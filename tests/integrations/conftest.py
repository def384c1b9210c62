"""A bank in a process of its own."""

import subprocess
import sys

import pytest
import requests


class Bank:
    """The stub, and how to make it misbehave."""

    def __init__(self, address: str) -> None:
        self.address = address

    def behave(self, mode: str) -> int:
        """Switch the mode; return how often it was asked for rates so far."""
        answer = requests.get(f"{self.address}/mode/{mode}", timeout=5)
        assert answer.ok, mode
        return int(answer.text)


@pytest.fixture(scope="session")
def bank_process():
    stub = [sys.executable, "-m", "b2b_apps.integrations.cbr.stub"]
    with subprocess.Popen(stub, stdout=subprocess.PIPE, text=True) as process:
        yield Bank(f"http://127.0.0.1:{process.stdout.readline().strip()}")
        process.terminate()


@pytest.fixture
def bank(bank_process, settings):
    settings.CBR_URL = f"{bank_process.address}/scripts/XML_daily.asp"
    bank_process.behave("ok")
    return bank_process

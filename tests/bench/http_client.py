"""Browsers that ask for pages one after another, in a process of their own:
``python http_client.py < what to ask``. It shares the processors with what it measures, so it
does no more than to read answers to their end: no framework, no thread, a few system calls each.
"""

import json
import re
import selectors
import socket
import sys
import time
from typing import Any

LENGTH = re.compile(rb"\r\ncontent-length: (\d+)", re.IGNORECASE)
CLOSED = re.compile(rb"\r\nconnection: close", re.IGNORECASE)
PIECE = 512 * 1024


class Browser:
    """One buyer's kept connection, and the pages he asks for in turn."""

    def __init__(self, host: str, port: int, cookie: str, paths: list[str]) -> None:
        self._place, self.socket = (host, port), self._connected(host, port)
        head = f"Host: {host}:{port}\r\nCookie: {cookie}\r\nAccept: text/html\r\n\r\n"
        self._asked = [f"GET {path} HTTP/1.1\r\n{head}".encode() for path in paths]
        self._paths, self._turn = paths, -1
        self._view = memoryview(bytearray(PIECE))
        self._is_last = False
        self.begun = 0.0

    def ask(self) -> None:
        """Send the next request, by another connection if the server has ended this one."""
        self._turn = (self._turn + 1) % len(self._asked)
        self._read, self._whole = 0, 0
        self.begun = time.perf_counter()
        if self._is_last:
            self.socket.close()
            self.socket = self._connected(*self._place)
        self.socket.sendall(self._asked[self._turn])

    def has_read(self) -> bool:
        """Read what has come; whether that was the end of the page."""
        num = self.socket.recv_into(self._view[min(self._read, PIECE // 2) :])
        if not num:
            raise RuntimeError(f"no answer to {self._paths[self._turn]}")
        self._read += num
        if not self._whole:
            head, _end, _body = bytes(self._view[: self._read]).partition(b"\r\n\r\n")
            length = LENGTH.search(head)
            if not head.startswith(b"HTTP/1.1 200") or length is None:
                raise RuntimeError(f"{head[:200]!r} of {self._paths[self._turn]}")
            self._whole = len(head) + 4 + int(length[1])
            self._is_last = CLOSED.search(head) is not None
        return self._read >= self._whole

    @staticmethod
    def _connected(host: str, port: int) -> socket.socket:
        made = socket.create_connection((host, port))
        made.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return made


def load(asked: dict[str, Any]) -> dict[str, Any]:
    """Ask until the time is over; return when each page was asked for and how long it took."""
    browsers = [
        Browser(asked["host"], asked["port"], cookie, paths)
        for cookie, paths in zip(asked["cookies"], asked["paths"], strict=True)
    ]
    times: list[tuple[float, float]] = []
    ends = time.perf_counter() + asked["seconds"]
    with selectors.DefaultSelector() as selector:
        for browser in browsers:
            selector.register(browser.socket, selectors.EVENT_READ, browser)
            browser.ask()
        while time.perf_counter() < ends:
            for key, _events in selector.select(1):
                browser = key.data
                if browser.has_read():
                    times.append((browser.begun, time.perf_counter() - browser.begun))
                    browser.ask()
                    if browser.socket is not key.fileobj:
                        selector.unregister(key.fileobj)
                        selector.register(browser.socket, selectors.EVENT_READ, browser)
    return {"times": times, "cpu": time.process_time()}


if __name__ == "__main__":
    json.dump(load(json.load(sys.stdin)), sys.stdout)

"""The wire as 1C speaks it: the standard client (a) and the package client (b)."""

import base64
import io
import time
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import requests

Kind = Literal["catalog", "sale"]
TIMEOUT = 180
INIT_LINES = 2


class SiteError(Exception):
    """The site refused or answered something that 1C does not understand."""


class Client:
    """One exchange session at a time with one site.

    ``misbehave`` are names of faults to commit: ``skip-init``, ``repeat-file``, ``no-import``,
    ``break-xml``, ``drop-ack``, ``slow`` (tiny parts).
    """

    def __init__(  # noqa: PLR0913 - what a node of the exchange is set up with
        self,
        *,
        url: str,
        user: str,
        password: str,
        client: str = "a",
        misbehave: Sequence[str] = (),
        quiet: bool = False,
    ) -> None:
        self.url, self.client, self.misbehave, self.quiet = url, client, set(misbehave), quiet
        self.http = requests.Session()
        credentials = base64.b64encode(f"{user}:{password}".encode()).decode()
        self.http.headers["Authorization"] = f"Basic {credentials}"
        self.http.headers["User-Agent"] = "1C+Enterprise/8.3"
        self.cookie = self.sessid = self.timestamp = ""
        self.file_limit, self.use_zip = 0, False

    def ask(self, kind: Kind, mode: str, body: bytes | None = None, **query: str) -> str:
        """Send one request and return the answer's text; a failure raises SiteError."""
        answer = self.raw(kind, mode, body, **query)
        text = answer.content.decode(answer.encoding or "utf-8", "replace")
        if not text:
            raise SiteError("Получен пустой ответ сервера")
        if text.startswith("failure"):
            raise SiteError(text.partition("\n")[2] or text)
        return text

    def raw(self, kind: Kind, mode: str, body: bytes | None, **query: str) -> requests.Response:
        """Send one request as 1C does: no redirects, the cookie written by hand."""
        params = {"type": kind, "mode": mode, **query}
        if self.sessid:
            params["sessid"] = self.sessid
        headers = {"Cookie": self.cookie} if self.cookie else {}
        self.http.cookies.clear()
        start = time.perf_counter()
        answer = self.http.request(
            "GET" if body is None else "POST", self.url, params=params, data=body,
            headers=headers, timeout=TIMEOUT, allow_redirects=False,
        )  # fmt: skip
        if not self.quiet:
            word = (
                answer.text[:60].split("\n")[0] if mode != "query" else f"{len(answer.content)} B"
            )
            name = query.get("filename", "")
            seconds = time.perf_counter() - start
            print(f"1C {kind} {mode} {name} -> {word} ({seconds:.2f} s)", flush=True)
        return answer

    def open(self, kind: Kind, *, init: bool = True) -> None:
        """Begin a session: checkauth and, unless it is left out, init."""
        self.cookie = self.sessid = ""
        lines = self.ask(kind, "checkauth").split("\n")
        if lines[0] != "success" or len(lines) < 3:
            raise SiteError(f"Не удалось войти: {lines[0]}")
        self.cookie = f"{lines[1]}={lines[2]}"
        for line in lines[3:]:
            if line.startswith("sessid="):
                self.sessid = line.removeprefix("sessid=")
            if line.startswith("timestamp="):
                self.timestamp = line.removeprefix("timestamp=")
        if init and "skip-init" not in self.misbehave:
            self.init(kind)

    def init(self, kind: Kind) -> None:
        """Learn the site's limits; the standard client counts the lines."""
        query = {"version": "3.1"} if self.client == "b" else {}
        lines = self.ask(kind, "init", None, **query).split("\n")
        if self.client == "a" and len(lines) != INIT_LINES:
            raise SiteError("параметры обмена не получены")
        self.use_zip = lines[0] == "zip=yes"
        self.file_limit = int(lines[1].removeprefix("file_limit="))
        if "slow" in self.misbehave:
            self.file_limit = 4096

    def send(self, kind: Kind, name: str, data: bytes) -> None:
        """Send a file in parts of the site's limit; parts carry no number, only the name."""
        if "break-xml" in self.misbehave and name.endswith(".xml"):
            data = data[: len(data) * 2 // 3]
        limit = self.file_limit or max(1, len(data))
        parts = [data[at : at + limit] for at in range(0, len(data), limit)] or [b""]
        for part in parts:
            answer = self.ask(kind, "file", part, filename=name)
            if not answer.startswith("success"):
                raise SiteError(answer)
        if "repeat-file" in self.misbehave:
            # 1C does not resume: after a lost answer it begins a new session.
            self.misbehave.discard("repeat-file")
            self.open(kind)
            self.send(kind, name, data)

    def send_all(self, kind: Kind, files: Sequence[tuple[str, bytes]]) -> None:
        """Send files one by one or, if the site asks for it, as one archive."""
        if not self.use_zip:
            for name, data in files:
                self.send(kind, name, data)
            return
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in files:
                packed.writestr(name, data)
        self.send(kind, f"v8_{int(time.time()) % 10000:04}_1.zip", archive.getvalue())

    def run_import(self, kind: Kind, name: str) -> str:
        """Ask for the import of a file until it is done; "progress" is asked again at once."""
        if "no-import" in self.misbehave:
            return ""
        while True:
            answer = self.ask(kind, "import", filename=name)
            if answer.startswith("success"):
                return answer
            if not answer.startswith("progress"):
                raise SiteError(f"Неожиданный ответ: {answer[:200]}")

    def push(self, files: Sequence[Path], pictures: dict[str, list[Path]], root: Path) -> None:
        """Send catalogue files: client a in a session for each, client b all in one."""
        if self.client == "b":
            self.open("catalog")
        for file in files:
            if self.client == "a":
                self.open("catalog")
            sent = [(file.name, file.read_bytes())]
            sent += [(str(p.relative_to(root)), p.read_bytes()) for p in pictures[file.name]]
            self.send_all("catalog", sent)
            self.run_import("catalog", file.name)

    def finish(self) -> None:
        """Package client, full exchange: hide what was not named, and say that all is done."""
        while self.ask("catalog", "deactivate", timestamp=self.timestamp).startswith("progress"):
            pass
        self.ask("catalog", "complete")

    def orders(self) -> bytes:
        """Return the site's orders as it sent them; call ``acknowledge`` once they are written."""
        self.open("sale", init=self.client == "b")
        return bytes(self.raw("sale", "query", None).content)

    def acknowledge(self) -> None:
        """Tell the site that its orders are written."""
        if "drop-ack" not in self.misbehave:
            self.ask("sale", "success")

    def give_back(self, name: str, data: bytes) -> None:
        """Send documents back: the sale's file, imported at once or on ``mode=import``."""
        self.open("sale")
        self.send("sale", name, data)
        self.run_import("sale", name)

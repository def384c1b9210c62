"""The wire as 1C speaks it: the standard client (a) and the package client (b)."""

import base64
import io
import random
import time
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from typing import Literal

import requests

Kind = Literal["catalog", "sale"]
File = tuple[str, bytes]
TIMEOUT = 180
TINY_PART = 4096
FAULTS = ("drop-ack", "repeat-file", "skip-init", "no-import", "break-xml", "slow")


class SiteError(Exception):
    """The site refused, or answered what 1C does not understand; the text is the site's."""


@dataclass(frozen=True, slots=True)
class Node:
    """How a node of the exchange is set up in 1C; ``faults`` are what it does wrong, of FAULTS."""

    url: str
    user: str
    password: str
    client: str = "a"
    use_zip: bool = False
    faults: frozenset[str] = frozenset()


class Client:
    """One exchange session at a time with one site. ``say`` gets a line for each request."""

    def __init__(self, node: Node, say: Callable[[str], None]) -> None:
        self.node, self.say = node, say
        self.http = requests.Session()
        self.http.trust_env = False
        # 1C has no cookie jar: it repeats lines 2 and 3 of checkauth, Set-Cookie is nothing to it.
        self.http.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        pair = base64.b64encode(f"{node.user}:{node.password}".encode()).decode()
        self.http.headers["Authorization"] = f"Basic {pair}"
        self.http.headers["User-Agent"] = "1C+Enterprise/8.3"
        self.cookie = self.sessid = self.timestamp = ""
        self.file_limit, self.use_zip = 0, node.use_zip

    def ask(self, kind: Kind, mode: str, body: bytes | None = None, **query: str) -> str:
        """Send one request and return the answer's text. Raises SiteError for a failure."""
        answer = self.request(kind, mode, body, query)
        text = answer.content.decode(_charset(answer), "replace").removeprefix("\ufeff")
        if not text.strip():
            raise SiteError("Получен пустой ответ сервера")
        word, _, more = text.partition("\n")
        if word.strip() == "failure":
            raise SiteError(more.strip() or "Сайт отказал без объяснений")
        return text

    def request(
        self, kind: Kind, mode: str, body: bytes | None, query: dict[str, str]
    ) -> requests.Response:
        """Send one request; whatever its status, 1C looks at the body only."""
        params = {"type": kind, "mode": mode, **query}
        if self.sessid:
            params["sessid"] = self.sessid
        start = time.perf_counter()
        answer = self.http.request(
            "GET" if body is None else "POST", self.node.url, params=params, data=body,
            headers={"Cookie": self.cookie} if self.cookie else {},
            timeout=TIMEOUT, allow_redirects=False,
        )  # fmt: skip
        word = answer.content[:60].decode(_charset(answer), "replace").partition("\n")[0].strip()
        if word.startswith("<?xml"):
            word = f"{len(answer.content)} bytes"
        name = query.get("filename", "")
        seconds = time.perf_counter() - start
        self.say(f"{' '.join(filter(None, (kind, mode, name)))}: {word} ({seconds:.2f} s)")
        return answer

    def open(self, kind: Kind, *, init: bool = True) -> None:
        """Begin a session: checkauth and, unless it is left out, init."""
        self.cookie = self.sessid = self.timestamp = ""
        lines = self.ask(kind, "checkauth").split("\n")
        if lines[0] != "success" or len(lines) < 3:
            raise SiteError(f"Не удалось войти: {lines[0][:200]}")
        self.cookie = f"{lines[1]}={lines[2]}"
        for line in lines[3:]:
            if line.startswith("sessid="):
                self.sessid = line.removeprefix("sessid=")
            elif line.startswith("timestamp="):
                self.timestamp = line.removeprefix("timestamp=")
        if init and "skip-init" not in self.node.faults:
            self.init(kind)
        if "slow" in self.node.faults:
            self.file_limit = TINY_PART

    def init(self, kind: Kind) -> None:
        """Learn the site's limits. The standard client wants two lines, no more and none empty."""
        is_standard = self.node.client == "a"
        version = {} if is_standard else {"version": "3.1"}
        lines = self.ask(kind, "init", None, **version).split("\n")
        if len(lines) < 2 or (is_standard and (len(lines) != 2 or not all(lines))):
            raise SiteError("Параметры обмена не получены")
        self.use_zip = lines[0] == "zip=yes" or self.node.use_zip
        limit = lines[1].removeprefix("file_limit=").strip()
        # 1C takes what it can't parse, and 0, for "don't split".
        self.file_limit = int(limit) if limit.isascii() and limit.isdigit() else 0

    def send(self, kind: Kind, name: str, data: bytes) -> None:
        """Send a file in parts of the site's limit; parts carry no number, only the name."""
        limit = self.file_limit or max(1, len(data))
        for start in range(0, max(1, len(data)), limit):
            answer = self.ask(kind, "file", data[start : start + limit], filename=name)
            if not answer.startswith("success"):
                raise SiteError(f"Неожиданный ответ: {answer[:200]}")

    def send_all(self, kind: Kind, files: Sequence[File]) -> None:
        """Send files one by one or, if the site asks for it, as one archive."""
        if not self.use_zip:
            for name, data in files:
                self.send(kind, name, data)
            return
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
            for name, data in files:
                packed.writestr(name, data)
        part = random.SystemRandom().randrange(0x10000)
        self.send(kind, f"v8_{part:04X}_1.zip", archive.getvalue())

    def run_import(self, kind: Kind, name: str) -> None:
        """Ask for the import of a file until it is done; "progress" is asked again at once."""
        if "no-import" not in self.node.faults:
            self.until_done(kind, "import", filename=name)

    def until_done(self, kind: Kind, mode: str, **query: str) -> None:
        """Repeat a request while the answer is "progress"."""
        while True:
            answer = self.ask(kind, mode, None, **query)
            word, _, more = answer.partition("\n")
            if word.strip() == "success":
                for line in more.splitlines():
                    self.say(f"  {line}")
                return
            if word.strip() != "progress":
                raise SiteError(f"Неожиданный ответ: {answer[:200]}")

    def session(self, kind: Kind, files: Sequence[File], imports: Sequence[str]) -> None:
        """A whole session: files with all they refer to, then the imports of these names.

        ``repeat-file`` does all of it again, as 1C does when it has lost an answer.
        """
        for _ in range(2 if "repeat-file" in self.node.faults else 1):
            self.open(kind)
            self.send_all(kind, files)
            for name in imports:
                self.run_import(kind, name)

    def finish(self) -> None:
        """Package client, full exchange: hide what was not named, and say that all is done."""
        more = {"timestamp": self.timestamp} if self.timestamp else {}
        self.until_done("catalog", "deactivate", **more)
        self.until_done("catalog", "complete")

    def orders(self) -> bytes:
        """Return the site's orders as it sent them; call ``acknowledge`` once they are written."""
        # The standard client asks for orders without init.
        self.open("sale", init=self.node.client == "b")
        body = self.request("sale", "query", None, {}).content
        if not body.strip():
            raise SiteError("Получен пустой ответ сервера")
        if body.startswith(b"failure"):
            raise SiteError(body.decode("utf-8", "replace").partition("\n")[2])
        return bytes(body)

    def acknowledge(self) -> None:
        """Tell the site that its orders are written."""
        if "drop-ack" not in self.node.faults:
            self.ask("sale", "success")


def _charset(answer: requests.Response) -> str:
    # requests takes latin-1 for a text without a charset; 1C takes UTF-8.
    named = "charset" in answer.headers.get("Content-Type", "").lower()
    return (answer.encoding or "utf-8") if named else "utf-8"

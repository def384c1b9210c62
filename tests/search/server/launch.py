"""Real search servers for tests: OpenSearch and Elasticsearch from Maven Central.

The poms beside name them; ``scripts/search_servers.sh`` brings the jars under ``var``. What is
started depends on the Java that is here.
"""

import contextlib
import json
import os
import random
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
JARS = ROOT / "var" / "search-servers"
START_SECONDS = 120
# The server ends with the tests, however they end.
TIED = ["setpriv", "--pdeathsig", "KILL"] if shutil.which("setpriv") else []


class NoServerError(Exception):
    """A server can't be started, or it does not answer."""


class NoJarsError(NoServerError):
    """The jars of a server are not here."""


class NoJavaError(NoServerError):
    """There is no Java here that a server runs on."""


@dataclass(frozen=True)
class Runner:
    """A server: its folder here, its main class, the Java it runs on."""

    name: str
    main: str
    scheme: str
    oldest: int
    newest: int


NEWEST = 99
OPENSEARCH = "org.codelibs.opensearch.runner.OpenSearchRunner"
ELASTICSEARCH = "org.codelibs.elasticsearch.runner.ElasticsearchClusterRunner"
RUNNERS = {
    "opensearch": (
        Runner("opensearch3", OPENSEARCH, "opensearch", 21, NEWEST),
        Runner("opensearch2", OPENSEARCH, "opensearch", 17, 20),
    ),
    "opensearch2": (Runner("opensearch2", OPENSEARCH, "opensearch", 17, 20),),
    "elasticsearch": (Runner("elasticsearch7", ELASTICSEARCH, "elasticsearch7", 11, 17),),
}

TESTED = ("opensearch", "elasticsearch")


def javas():
    """Homes of the Javas of this machine by their version."""
    homes = [Path(os.environ["JAVA_HOME"])] if os.environ.get("JAVA_HOME") else []
    if found := shutil.which("java"):
        homes.append(Path(found).resolve().parents[1])
    homes += sorted(Path("/usr/lib/jvm").glob("*"))
    out = {}
    for home in homes:
        with contextlib.suppress(OSError):
            version = re.search(r'JAVA_VERSION="(\d+)', (home / "release").read_text())
            if version and (home / "bin" / "java").exists():
                out.setdefault(int(version[1]), home)
    return out


def chosen(kind):
    """The runner of a kind that a Java here can run, and that Java. Raises NoJavaError."""
    here = javas()
    for runner in RUNNERS[kind]:
        fitting = [v for v in sorted(here) if runner.oldest <= v <= runner.newest]
        if fitting:
            return runner, here[fitting[0]]
    oldest = min(runner.oldest for runner in RUNNERS[kind])
    newest = max(runner.newest for runner in RUNNERS[kind])
    wanted = f"{oldest} or newer" if newest == NEWEST else f"{oldest} to {newest}"
    found = ", ".join(map(str, sorted(here))) or "none"
    raise NoJavaError(f"{kind} (it runs on Java {wanted}; here: {found})")


def brought(kind):
    """What ``chosen`` gives, and the folder of its jars. Raises NoJavaError, NoJarsError."""
    runner, java = chosen(kind)
    jars = JARS / runner.name
    if not any(jars.glob("*.jar")):
        raise NoJarsError(f"{runner.name} (no jars in {jars}; make search-servers brings them)")
    return runner, java, jars


@contextlib.contextmanager
def server(kind, *, heap="512m"):
    """Start a server on a free port; yield its ``SEARCH_URL`` without a prefix. A disk that is
    nearly full is its tests' no matter.
    """
    runner, java, jars = brought(kind)
    port = free_port()
    with tempfile.TemporaryDirectory(prefix="search-server-") as folder:
        log = Path(folder) / "log"
        process = subprocess.Popen(
            [
                *TIED,
                java / "bin" / "java",
                f"-Xms{heap}",
                f"-Xmx{heap}",
                "-XX:+UseSerialGC",
                "-cp",
                f"{jars}/*",
                runner.main,
                "-basePath",
                f"{folder}/data",
                "-numOfNode",
                "1",
                "-baseHttpPort",
                str(port - 1),
                "-disableESLogger",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log.open("w"),
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=folder,
        )
        try:
            _wait(process, port, log)
            _heed_no_disk(port)
            yield f"{runner.scheme}://127.0.0.1:{port}"
        finally:
            stop(process)


def _heed_no_disk(port):
    settings = {"transient": {"cluster.routing.allocation.disk.threshold_enabled": False}}
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/_cluster/settings",
        data=json.dumps(settings).encode(),
        headers={"content-type": "application/json"},
        method="PUT",
    )
    urllib.request.urlopen(request, timeout=30).read()


def stop(process):
    """Stop a server and whatever it started."""
    for sign in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, sign)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(timeout=15)
            return


def free_port():
    """A port that nobody listens on; the runners take none above 9299."""
    ports = list(range(9211, 9299))
    random.shuffle(ports)
    for port in ports:
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port
    raise NoServerError("no free port from 9211 to 9298")


def _wait(process, port, log):
    until = time.monotonic() + START_SECONDS
    url = f"http://127.0.0.1:{port}/_cluster/health?wait_for_status=yellow&timeout=5s"
    while time.monotonic() < until:
        if process.poll() is not None:
            raise NoServerError(f"it ended: {log.read_text()[-2_000:]}")
        with contextlib.suppress(OSError, urllib.error.URLError):
            urllib.request.urlopen(url, timeout=10).read()
            return
        time.sleep(0.5)
    raise NoServerError(f"no answer in {START_SECONDS} s: {log.read_text()[-2_000:]}")


def main():
    """Print the servers that can be started, one a line; say which can't, fail if none can."""
    names, left_out = [], []
    for kind in TESTED:
        try:
            names.append(chosen(kind)[0].name)
        except NoJavaError as error:
            left_out.append(str(error))
    if left_out:
        print(f"Left out: {', '.join(left_out)}.", file=sys.stderr)
    print("\n".join(names))
    return 0 if names else 1


if __name__ == "__main__":
    sys.exit(main())

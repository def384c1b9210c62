"""What the stub servers of outside services share: how they answer and how they are started.

Knows nothing of Django.
"""

import sys
from argparse import ArgumentParser
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StubHandler(BaseHTTPRequestHandler):
    """Answers in JSON unless ``content_type`` is another, and logs nothing.

    ``mode`` is how the service behaves at present, ``num_asked`` how often it was asked.
    """

    content_type = "application/json"
    mode = "ok"
    num_asked = 0

    def send(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
        """Answer; ``headers`` go before the usual ones."""
        self.send_response(status)
        for name, value in {"Content-Type": self.content_type, **headers}.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


def stub_serve(handler: type[StubHandler], *, about: str | None) -> None:
    """Serve on 127.0.0.1 and the ``--port`` of the command line; it is printed first."""
    parser = ArgumentParser(description=about)
    parser.add_argument("--port", type=int, default=0, help="0: any; it is printed")
    server = ThreadingHTTPServer(("127.0.0.1", parser.parse_args().port), handler)
    sys.stdout.write(f"{server.server_address[1]}\n")
    sys.stdout.flush()
    server.serve_forever()

"""What a document may load while it becomes a PDF: its own style sheets and fonts, nothing else."""

from functools import cache
from pathlib import Path

from weasyprint.urls import URLFetcher, URLFetcherResponse

ASSETS = Path(__file__).resolve().parent / "static"
# RFC 2606: a name that never resolves, should anything ever try.
BASE_URL = "https://document.invalid/"
MIME_TYPES = {
    "documents/document.css": "text/css",
    "documents/fonts-document.css": "text/css",
    "documents/fonts/plex-doc-400.woff2": "font/woff2",
    "documents/fonts/plex-doc-600.woff2": "font/woff2",
    "documents/fonts/plex-mono-latin-400.woff2": "font/woff2",
    "documents/fonts/plex-mono-cyrillic-400.woff2": "font/woff2",
}


class ResourceRefusedError(ValueError):
    """A document asked for ``url``, which is not one of its own files."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class DocumentFetcher(URLFetcher):
    """Serves the fixed list of our own files from memory and refuses every other address.

    The URL is only ever a key of that list: no part of it becomes a path or a request, so
    there is nothing to normalise, to redirect or to escape from. WeasyPrint's own fetcher
    opens files and sockets for links, images, attachments and style sheets alike.
    """

    def __init__(self) -> None:
        super().__init__(allowed_protocols=(), allow_redirects=False)

    def fetch(self, url: str, headers: object = None) -> URLFetcherResponse:
        name = url.removeprefix(BASE_URL)
        if name == url or name not in MIME_TYPES:
            raise ResourceRefusedError(url)
        return URLFetcherResponse(url, asset(name), {"Content-Type": MIME_TYPES[name]})


@cache
def asset(name: str) -> bytes:
    """Return one of our files; read once per process."""
    return (ASSETS / name).read_bytes()

"""Nothing that a document says makes the server open a file or a connection."""

import base64
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pypdf
import pytest

from b2b_apps.documents.fetcher import ASSETS, MIME_TYPES, DocumentFetcher, ResourceRefusedError

PROJECT = Path(__file__).resolve().parents[2]
MARKER = "CANARY-7f3a91"
# Nothing listens on the discard port; a try to connect is what counts.
HOST = "http://127.0.0.1:9"
# WeasyPrint writes our fonts there for fontconfig, and removes them.
OWN_TEMPORARY = re.compile(r".*/weasyprint-[^/]*(/.*)?")


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "secret.txt"
    path.write_text(MARKER)
    (tmp_path / "secret.css").write_text(f'body::before {{ content: "{MARKER}" }}')
    (tmp_path / "secret.svg").write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" width="300" height="50">'
        f'<text id="a" y="20">{MARKER}</text></svg>'
    )
    return path.as_uri().removesuffix(".txt")


def attacks(secret: str) -> list[str]:
    """Return every way to name an address that WeasyPrint follows, and some that it should not."""
    nested = f"<svg xmlns='http://www.w3.org/2000/svg'><image href='{secret}.svg'/></svg>"
    encoded = base64.b64encode(nested.encode()).decode()
    return [
        f'<img src="{HOST}/a.png">',
        f'<img src="{secret}.svg">',
        f'<img src="data:image/svg+xml;base64,{encoded}">',
        f'<link rel="attachment" href="{secret}.txt">',
        f'<a rel="attachment" href="{secret}.txt">приложение</a>',
        '<link rel="attachment" href="file:///etc/passwd">',
        f'<link rel="stylesheet" href="{secret}.css">',
        f'<link rel="stylesheet" href="{HOST}/a.css">',
        f'<style>@import "{secret}.css"; @import url({HOST}/b.css);</style>',
        (
            f"<style>body {{ background: url({secret}.svg) }} @page {{ background: url({HOST}/c) }}"
            f"@font-face {{ font-family: x; src: url({HOST}/x.woff2), url({secret}.txt) }}"
            f"p {{ font-family: x; list-style: url({HOST}/d); content: url({secret}.svg) }}</style>"
        ),
        f'<p style="background: url({HOST}/e)">text</p>',
        f'<object data="{secret}.svg"></object><embed src="{secret}.svg">',
        f'<iframe src="{secret}.txt"></iframe>',
        (
            f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink">'
            f'<style>@import "{secret}.css";</style><image href="{secret}.svg"/>'
            f'<use xlink:href="{secret}.svg#a"/></svg>'
        ),
        '<base href="file:///etc/"><link rel="attachment" href="passwd">',
        '<link rel="attachment" href="https://document.invalid/documents/../../pdf.py">',
        '<link rel="attachment" href="//document.invalid/../../../etc/passwd">',
        f"url({secret}.svg) url({HOST}/f)",
        f'"><script>fetch("{HOST}/g")</script>',
        f'{{% include "{secret}.txt" %}}{{{{ data.seller }}}}',
    ]


def rendered(kind: str, content: str) -> dict:
    """Return what the child opened outside, where it connected to, and its PDF."""
    result = subprocess.run(
        [sys.executable, "-m", "tests.documents.rendering_child"],
        input=json.dumps({"kind": kind, "content": content}),
        capture_output=True,
        text=True,
        check=True,
        cwd=PROJECT,
        timeout=120,
    )
    report = json.loads(result.stdout)
    outside = [path for path in report["opened"] if not OWN_TEMPORARY.fullmatch(path)]
    pdf = pypdf.PdfReader(io.BytesIO(base64.b64decode(report["pdf"])))
    return {"opened": outside, "connected": report["connected"], "pdf": pdf}


def everything_in(pdf: pypdf.PdfReader) -> str:
    """Return the text, the attachments and all decompressed streams of a PDF."""
    found = [page.extract_text() for page in pdf.pages]
    for number in pdf.xref[0]:
        item = pdf.get_object(number)
        if isinstance(item, pypdf.generic.StreamObject):
            found.append(item.get_data().decode("latin-1"))
    found += [data.decode("latin-1") for many in pdf.attachments.values() for data in many]
    return "\n".join(found)


def test_text_in_every_field_opens_nothing(secret):
    content = "\n".join(attacks(secret))

    outcome = rendered("text", content)

    assert outcome["opened"] == []
    assert outcome["connected"] == []
    assert dict(outcome["pdf"].attachments) == {}
    assert MARKER not in everything_in(outcome["pdf"])


def test_even_markup_that_slipped_through_opens_nothing(secret):
    page = "<html><body>{}<p>конец</p></body></html>".format("\n".join(attacks(secret)))

    outcome = rendered("html", page)

    assert outcome["opened"] == []
    assert outcome["connected"] == []
    assert dict(outcome["pdf"].attachments) == {}
    assert MARKER not in everything_in(outcome["pdf"])


def test_the_same_markup_leaks_through_the_fetcher_of_weasyprint(secret):
    """If this ever fails, the two tests above have stopped to prove anything."""
    page = "<html><body>{}<p>конец</p></body></html>".format("\n".join(attacks(secret)))

    outcome = rendered("unguarded", page)

    assert f"{secret}.txt".removeprefix("file://") in outcome["opened"]
    assert "/etc/passwd" in outcome["opened"]
    assert outcome["connected"] != []
    assert MARKER in everything_in(outcome["pdf"])


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd",
        "http://document.invalid/documents/document.css",
        "https://document.invalid/documents/../../models.py",
        "https://document.invalid/documents/document.css?x",
        "https://document.invalid/documents/document.css#x",
        "https://document.invalid//etc/passwd",
        "https://document.invalid.example.org/documents/document.css",
        "documents/document.css",
        "data:text/plain,x",
        "",
    ],
)
def test_an_address_that_is_not_on_the_list_is_refused(url):
    fetcher = DocumentFetcher()

    for ask in (fetcher.fetch, fetcher.open, fetcher):
        with pytest.raises(ResourceRefusedError) as refusal:
            ask(url)
        assert refusal.value.url == url


def test_every_file_of_the_list_is_served():
    fetcher = DocumentFetcher()

    for name, mime_type in MIME_TYPES.items():
        response = fetcher.fetch(f"https://document.invalid/{name}")

        assert response.content_type == mime_type
        assert response.read() == (ASSETS / name).read_bytes()

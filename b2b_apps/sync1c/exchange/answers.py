"""What 1C reads: always status 200, lines of text parted by a bare line feed."""

from django.http import HttpResponse

TEXT = "text/plain; charset=utf-8"


def lines(*parts: str) -> HttpResponse:
    """Answer with these lines and nothing after the last: 1C counts them."""
    clean = [part.replace("\r", " ") for part in parts]
    return HttpResponse("\n".join(clean), content_type=TEXT)


def success(*more: str) -> HttpResponse:
    return lines("success", *more)


def failure(text: str) -> HttpResponse:
    """The text is shown to the person who runs the exchange in 1C."""
    return lines("failure", text)


def progress(text: str) -> HttpResponse:
    """1C repeats the same request at once."""
    return lines("progress", text)


def xml(body: bytes, encoding: str) -> HttpResponse:
    charset = "utf-8" if encoding.startswith("utf-8") else encoding
    return HttpResponse(body, content_type=f"application/xml; charset={charset}")

"""Health of the process, and pictures of goods."""

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe
from django.views.static import serve


@require_safe
def healthz(request: HttpRequest) -> HttpResponse:
    """The process lives."""
    return HttpResponse("ok\n", content_type="text/plain")


@require_safe
def readyz(request: HttpRequest) -> HttpResponse:
    """The portal can serve: its database answers and has the tables that this code knows."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        is_current = _is_migrated()
    except DatabaseError:
        return HttpResponse("database\n", status=503, content_type="text/plain")
    if not is_current:
        return HttpResponse("migrations\n", status=503, content_type="text/plain")
    return HttpResponse("ok\n", content_type="text/plain")


def _is_migrated() -> bool:
    """Whether no migration of this code waits; a yes is kept, for it stays one."""
    if not _migrated:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _migrated.append(True)
    return True


_migrated: list[bool] = []


def no_asset(request: HttpRequest, path: str) -> HttpResponse:
    """A static file that WhiteNoise does not have: no page with a person's name stands here."""
    return HttpResponse("Not found\n", status=404, content_type="text/plain")


@require_safe
@login_required
def media(request: HttpRequest, path: str) -> HttpResponseBase:
    """Serve a picture to whoever is signed in; nothing but pictures lies in MEDIA_ROOT."""
    try:
        response = serve(request, path, document_root=str(settings.MEDIA_ROOT))
    except (OSError, ValueError) as error:
        # A name that the file system can't even ask for.
        raise Http404 from error
    response.headers["Cache-Control"] = "private, max-age=86400"
    return response

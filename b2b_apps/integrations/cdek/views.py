"""Where СДЭК tells that something has happened to a consignment."""

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.crypto import constant_time_compare
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from b2b_apps.integrations.cdek.client import CODE
from b2b_apps.integrations.cdek.orders import news_put
from b2b_apps.integrations.cdek.wire import hook_uuid
from b2b_apps.integrations.models import CarrierAccount


@csrf_exempt
@require_POST
def news(request: HttpRequest, key: str) -> HttpResponse:
    """Have the consignment asked after; nothing else of the message is used. A wrong key is 404."""
    account = CarrierAccount.objects.filter(carrier=CODE).exclude(hook_key="").first()
    if account is None or not constant_time_compare(account.hook_key, key):
        raise Http404
    news_put(uuid=hook_uuid(request.body))
    return HttpResponse(status=200)

"""Names that other systems give to our rows."""

from collections.abc import Collection, Mapping

from b2b_apps.core.models import ExternalId


def external_ids_for(*, source: str, kind: str, object_ids: Collection[int]) -> Mapping[int, str]:
    """Return external ids by our row ids; rows that the source does not know are missing.

    One query. Of several names of one row the oldest wins.
    """
    rows = ExternalId.objects.filter(source=source, kind=kind, object_id__in=object_ids)
    return dict(rows.order_by("-pk").values_list("object_id", "external_id"))

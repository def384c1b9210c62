"""The answer of a page that shows hundreds of values."""

from typing import Any

from django.template.context import make_context
from django.template.response import TemplateResponse


class PageResponse(TemplateResponse):
    """Lets what it showed go at once. Django's context and its first layers know each other, so
    thousands of values would wait for the collector of cycles, which took a seventh of the time
    of all pages to find them.
    """

    @property
    def rendered_content(self) -> str:
        page: Any = self.resolve_template(self.template_name)
        # As django.template.backends.django does.
        context: Any = make_context(
            self.resolve_context(self.context_data),
            self._request,
            autoescape=page.backend.engine.autoescape,
        )
        try:
            html: str = page.template.render(context)
        finally:
            context.dicts.clear()
        return html

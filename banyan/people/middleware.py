"""Pages of allauth answer as ours do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.forms import BaseForm


class InvalidFormMiddleware:
    """A form of allauth with something to mend answers 422, not 200, as all our forms do."""

    def __init__(self, get_response: Callable[[Any], Any]) -> None:
        self.get_response = get_response

    def __call__(self, request: Any) -> Any:
        return self.get_response(request)

    def process_template_response(self, request: Any, response: Any) -> Any:
        if (
            request.method == "POST"
            and response.status_code == 200
            and request.resolver_match.func.__module__.startswith("allauth.")
            and any(
                isinstance(value, BaseForm) and value.is_bound and value.errors
                for value in (response.context_data or {}).values()
            )
        ):
            response.status_code = 422
        return response

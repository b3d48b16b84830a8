"""Where allauth asks us."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.http import HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone, translation

from .cookies import keep_choices
from .models import Person

TOLD_SECONDS = 3600  # an owner hears of guessing once an hour


class AccountAdapter(DefaultAccountAdapter):
    def save_user(self, request: Any, user: Any, form: Any, commit: bool = True) -> Any:
        user = super().save_user(request, user, form, commit=False)
        user.email = user.email.lower()
        user.language = getattr(request, "LANGUAGE_CODE", "")
        if commit:
            user.save()
        return user

    def post_login(self, request: Any, user: Any, **kwargs: Any) -> Any:
        """Whoever has no name yet gives it first; what they chose elsewhere holds here too."""
        response = super().post_login(request, user, **kwargs)
        if not user.name and isinstance(response, HttpResponseRedirect):
            query = urlencode({"next": response.url})
            response = HttpResponseRedirect(f"{reverse('me-hello')}?{query}")
        keep_choices(response, user)
        return response

    def pre_authenticate(self, request: Any, **credentials: Any) -> None:
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError:
            self._tell_owner(request, credentials.get("email", ""))
            raise

    def _tell_owner(self, request: Any, email: str) -> None:
        """Somebody guesses passwords: the owner of the account is told by mail, once an hour."""
        person = Person.objects.here().filter(email=email.lower()).first() if email else None
        if person is None or not cache.add(f"guessing:{person.pk}", 1, TOLD_SECONDS):
            return
        with translation.override(person.language or settings.LANGUAGE_CODE):
            self.send_mail(
                "account/email/guessing",
                person.email,
                {"ip": self.get_client_ip(request), "timestamp": timezone.now()},
            )

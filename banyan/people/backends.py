"""Who signs in: Django's and allauth's ways, with the person of each request read quickly."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.backends import ModelBackend

from banyan.core.db.prepared import Prepared

from .models import Person

_by_pk = Prepared(lambda pk: Person.objects.filter(pk=pk)[:1], 0)


class _Quick:
    def get_user(self, user_id: Any) -> Person | None:
        found: Person | None = _by_pk.first(user_id)
        if found is None or not self.user_can_authenticate(found):  # type: ignore[attr-defined]
            return None
        return found


class PasswordBackend(_Quick, ModelBackend):
    pass


class AccountBackend(_Quick, AuthenticationBackend):
    pass

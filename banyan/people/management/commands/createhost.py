"""banyan createhost: somebody who runs this instance."""

from __future__ import annotations

import getpass
import os
from typing import Any

from allauth.account.models import EmailAddress
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.core.validators import validate_email
from django.db import transaction

from banyan.people.models import Person


class Command(BaseCommand):
    help = "Create a host (who runs this instance), or make a person one."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument(
            "--no-password", action="store_true", help="sign in by e-mailed code only"
        )

    @transaction.atomic
    def handle(self, *args: Any, email: str, name: str, no_password: bool, **options: Any) -> None:
        email = email.lower()
        try:
            validate_email(email)
        except ValidationError as wrong:
            raise CommandError(f"{email} is not an e-mail address.") from wrong
        person = Person.objects.here().filter(email=email).first()
        if person is None:
            person = Person.objects.create_user(email, self._password(no_password), name=name)
            EmailAddress.objects.create(user=person, email=email, verified=True, primary=True)
        Person.objects.filter(pk=person.pk).update(is_host=True)
        self.stdout.write(f"{email} runs this instance now.")

    def _password(self, without: bool) -> str | None:
        if without:
            return None
        password = os.environ.get("BANYAN_HOST_PASSWORD") or getpass.getpass("Password: ")
        try:
            validate_password(password)
        except ValidationError as weak:
            raise CommandError(" ".join(weak.messages)) from weak
        return password

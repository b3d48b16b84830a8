from __future__ import annotations

from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from banyan.people.models import Person

pytestmark = pytest.mark.django_db


def test_a_real_site_is_never_seeded() -> None:
    with override_settings(DEBUG=False), pytest.raises(CommandError, match="known password"):
        call_command("seed")
    assert not Person.objects.exists()


@override_settings(DEBUG=True)
def test_a_peopled_site_is_left_alone(cast: Any) -> None:
    count = Person.objects.count()
    with pytest.raises(CommandError, match="people here already"):
        call_command("seed")
    call_command("seed", "--if-empty")
    assert Person.objects.count() == count


def test_there_are_no_signins_without_a_demo(cast: Any) -> None:
    out = StringIO()
    call_command("seed", "--signins", stdout=out)
    assert out.getvalue() == ""

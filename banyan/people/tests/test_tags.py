"""TRUST 23: without source, purpose, consent, end and language no tag is stored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from banyan.people import actions, rules
from banyan.people.models import Tag

GOOD = {"key": "tea", "source": rules.SELF, "purpose": rules.FIND_PEOPLE}
texts = st.text(max_size=9, alphabet=st.characters(codec="ascii", exclude_characters="\0"))


@pytest.mark.trust
@pytest.mark.django_db
@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    source=st.one_of(texts, st.sampled_from([rules.SELF, rules.OPERATOR])),
    purpose=st.one_of(texts, st.just(rules.FIND_PEOPLE)),
    key=st.one_of(texts, st.just("tea")),
    consents=st.booleans(),
    days=st.integers(min_value=-3, max_value=900),
    lang=st.sampled_from(["", "en", "zh-Hans"]),
    why=st.sampled_from(["", "Asked for help with glazes"]),
    gives=st.booleans(),
)
def test_a_tag_without_source_purpose_and_consent_is_not_stored(
    cast, now, source, purpose, key, consents, days, lang, why, gives
):
    of_operator = source == rules.OPERATOR
    lawful = (
        source in dict(rules.TAG_SOURCES)
        and purpose in dict(rules.TAG_PURPOSES)
        and key != ""
        and consents
        and days > 0
        and lang != ""
        and (not of_operator or (why != "" and gives))
    )
    Tag.objects.all().delete()
    try:
        with transaction.atomic():
            Tag.objects.create(
                person=cast.jonas,
                key=key,
                source=source,
                purpose=purpose,
                consented_at=now if consents else None,
                expires_at=now + timedelta(days=days),
                lang=lang,
                why=why,
                community_id=1 if gives else None,
                given_by=cast.mei.pseudonym if gives else None,
            )
    except IntegrityError:
        assert not lawful
    assert Tag.objects.exists() == lawful


def test_choosing_again_keeps_what_stays_and_removes_what_goes(cast, now):
    actions.choose_likes(person=cast.jonas, keys=["tea", "books"], now=now)
    kept = Tag.objects.get(person=cast.jonas, key="tea")
    actions.choose_likes(person=cast.jonas, keys=["tea", "wood", "no such thing"], now=now)
    assert set(Tag.objects.filter(person=cast.jonas).values_list("key", flat=True)) == {
        "tea",
        "wood",
    }
    assert Tag.objects.get(person=cast.jonas, key="tea").pk == kept.pk

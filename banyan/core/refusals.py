"""What a person may not do: one translatable sentence, shown as a friendly page or JSON problem."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Refusal(Exception):
    """Raised by an action; the page answers with `status` and the sentence."""

    status = 422
    sentence: str | Promise = _("That cannot be done.")

    def __init__(self, sentence: str | Promise | None = None) -> None:
        if sentence is not None:
            self.sentence = sentence
        super().__init__(str(self.sentence))


class WrongMoment(Refusal):
    """Somebody or something was faster, or it is too late: nothing was changed."""

    status = 409
    sentence = _("The moment for this has passed. Look again and decide anew.")


class NotAllowed(Refusal):
    status = 403
    sentence = _("You may not do this here.")


class TooMany(Refusal):
    status = 429
    sentence = _("That was a little fast. Wait a minute and try again.")

"""Words for pages that say what went wrong: what happened and one next step."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _


def words(
    status: int, *, sentence: Any = None, next_url: str = "/", next_label: Any = None
) -> dict[str, Any]:
    """Context of `ui/error.html` for a status; a Refusal's own sentence goes first."""
    told = {
        400: (
            _("We could not read that"),
            _("Something in the address or the form was cut off. Go back and send it once more."),
            _("Go home"),
        ),
        403: (
            _("This door is not yours"),
            _("You are signed in, but this page belongs to somebody else’s work here."),
            _("Go home"),
        ),
        404: (
            _("Nothing hangs here"),
            _("The page may have moved, or the address has a slip in it."),
            _("Go home"),
        ),
        409: (
            _("The moment has passed"),
            _("Somebody or something was faster. Nothing was changed, and nothing was charged."),
            _("Look again"),
        ),
        413: (
            _("That file is too large"),
            _("Nothing was kept of it. Choose a smaller one and send it again."),
            _("Go back"),
        ),
        422: (
            _("That cannot be done"),
            _("Nothing was changed. Look at the page again and decide anew."),
            _("Look again"),
        ),
        429: (
            _("That was a little fast"),
            _("Wait a minute, then try once more. Nothing was lost."),
            _("Go home"),
        ),
        500: (
            _("Something broke on our side"),
            _("It was written down for the people who run this place. Nothing was charged."),
            _("Go home"),
        ),
        503: (
            _("We are repotting"),
            _("The site is resting for a short while. Come back in a few minutes."),
            _("Try again"),
        ),
    }
    title, said, step = told.get(status) or told[500 if status >= 500 else 400]
    return {
        "status": status,
        "title": title,
        "sentence": sentence or said,
        "next_url": next_url,
        "next_label": next_label or step,
    }

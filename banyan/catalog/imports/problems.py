"""What is wrong with a file, in a sentence of the reader's language."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from .given import Problem

_SENTENCES = {
    "file-too-big": gettext_lazy("The file is larger than 30 MB. Split it into smaller ones."),
    "not-text": gettext_lazy("This is not a CSV file of a known encoding. Save it as UTF-8."),
    "file-empty": gettext_lazy("The file is empty."),
    "no-products": gettext_lazy("The file has a header and no products."),
    "missing-column": gettext_lazy("This column is missing. The file needs it."),
    "double-column": gettext_lazy("This column stands in the file twice."),
    "too-many-cells": gettext_lazy("More cells than the header has. Is a quotation mark missing?"),
    "broken-quotes": gettext_lazy("The quotation marks do not pair up from here on."),
    "too-many-products": gettext_lazy("%(value)s products are too many; the most is 5,000."),
    "too-many-variants": gettext_lazy("“%(value)s” has more than 100 variants."),
    "too-many-photos": gettext_lazy("“%(value)s” has more than 20 photos; the first 20 are taken."),
    "empty": gettext_lazy("This cell must not be empty."),
    "too-long": gettext_lazy("“%(value)s…” is too long."),
    "bad-price": gettext_lazy("“%(value)s” is not a price in this currency. Write it like 158.00."),
    "bad-number": gettext_lazy("“%(value)s” is not a whole number."),
    "bad-flag": gettext_lazy("“%(value)s” is neither true nor false."),
    "bad-status": gettext_lazy("“%(value)s” is not a status. Use active, draft or archived."),
    "bad-policy": gettext_lazy("“%(value)s” is not a policy. Use deny or continue."),
    "bad-address": gettext_lazy("“%(value)s” is not a web address; the photo will be missing."),
    "two-titles": gettext_lazy("Two titles under one handle: “%(value)s” is the second."),
    "option-gap": gettext_lazy("This option has no name, but the next one has."),
    "option-without-name": gettext_lazy("“%(value)s” is the value of an option that has no name."),
    "double-variant": gettext_lazy("“%(value)s” is there twice in one product."),
    "double-sku": gettext_lazy("The SKU “%(value)s” is there twice in one product."),
    "shared-sku": gettext_lazy("Several products share the SKU “%(value)s”."),
    "below-zero": gettext_lazy("A stock of %(value)s is taken as 0."),
    "no-price": gettext_lazy("“%(value)s” costs nothing, so it stays a draft."),
}  # fmt: skip


def sentence(problem: Problem) -> str:
    """The problem without its place."""
    words = str(_SENTENCES[problem.code])
    return words % {"value": problem.value} if "%(value)s" in words else words


def place(problem: Problem) -> str:
    """ "Row 12, Variant Price"; "" for the whole file."""
    if problem.row and problem.column:
        return _("Row %(row)d, %(column)s") % {"row": problem.row, "column": problem.column}
    return _("Row %(row)d") % {"row": problem.row} if problem.row else ""

"""{% load ui %}: everything a page needs from the kit. docs/ui.md shows each with an example."""

from ..tags import buttons, figures, forms, kept, numbers, parts, pictures, register

__all__ = ["buttons", "figures", "forms", "kept", "numbers", "parts", "pictures", "register"]

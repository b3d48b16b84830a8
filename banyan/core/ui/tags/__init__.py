"""What {% load ui %} brings, one file per kind; templatetags/ui.py gathers them."""

from django.template import Library

register = Library()

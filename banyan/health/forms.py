from __future__ import annotations

from typing import Any

from django import forms

from . import stages


class ThresholdsForm(forms.Form):
    """One whole number for each threshold."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for key, one in stages.THRESHOLDS.items():
            self.fields[key] = forms.IntegerField(
                label=one.label, min_value=one.least, max_value=one.most
            )

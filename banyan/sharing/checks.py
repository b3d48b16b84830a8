"""What `banyan check` says about posters."""

from __future__ import annotations

from collections.abc import Iterator

from django.core.checks import CheckMessage, Warning

from banyan.core.checks import before_serving

from . import fonts


@before_serving
def posters_can_be_written() -> Iterator[CheckMessage]:
    if not fonts.can_write_chinese():
        yield Warning(
            "No typeface for Chinese was found: posters leave Chinese words out.",
            hint="Install one (Debian, Ubuntu: apt-get install fonts-noto-cjk), or name a file: "
            "BANYAN_POSTER_FONT=/path/to/NotoSansSC-Regular.otf",
            id="banyan.W001",
        )

from __future__ import annotations

import re
from typing import Any

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404

from .doors import public

_NAME = re.compile(r"pictures/\d{4}/\d{2}/[0-9a-z]{26}(\.w\d{3,4})?\.jpg\Z")


@public
def media(request: Any, name: str) -> FileResponse:
    """A public picture. Names are ours and never change, so browsers may keep them for ever."""
    if not _NAME.match(name):
        raise Http404
    try:
        handle = default_storage.open(name, "rb")
    except FileNotFoundError as missing:
        raise Http404 from missing
    response = FileResponse(handle, content_type="image/jpeg")
    response["Cache-Control"] = "public, max-age=31536000, immutable"
    response["Content-Security-Policy"] = "default-src 'none'"
    return response

"""Pictures people give us: checked, re-encoded, stripped of metadata, copied at useful widths."""

from __future__ import annotations

import io
import warnings
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps, UnidentifiedImageError

from .ids import uuid7, write_id
from .models import Picture
from .refusals import Refusal

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_SIDE = 1920
WIDTHS = (320, 640, 1280)
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF")

Image.MAX_IMAGE_PIXELS = MAX_PIXELS


class NotAPicture(Refusal):
    sentence = _("That file is not a picture we can read. Use JPEG, PNG or WebP, up to 15 MB.")


def _open(data: bytes) -> Image.Image:
    with warnings.catch_warnings():
        warnings.simplefilter("error", Image.DecompressionBombWarning)
        try:
            image = Image.open(io.BytesIO(data), formats=_FORMATS)
            if image.width * image.height > MAX_PIXELS or min(image.size) < 1:
                raise NotAPicture
            image.draft("RGB", (MAX_SIDE, MAX_SIDE))
            image.load()
            image = ImageOps.exif_transpose(image)
        except (UnidentifiedImageError, OSError, ValueError, SyntaxError, EOFError,
                Image.DecompressionBombError, Image.DecompressionBombWarning,
                MemoryError, OverflowError, TypeError, KeyError, IndexError) as fault:  # fmt: skip
            raise NotAPicture from fault
    if image.mode in ("RGBA", "LA", "P", "PA"):
        image = image.convert("RGBA")
        ground = Image.new("RGB", image.size, (255, 255, 255))
        ground.paste(image, mask=image.getchannel("A"))
        return ground
    return image.convert("RGB")


def _jpeg(image: Image.Image) -> ContentFile:
    out = io.BytesIO()
    image.info.clear()  # a comment in the given file would be written into ours
    image.save(out, "JPEG", quality=82, optimize=False, progressive=True)
    return ContentFile(out.getvalue())


def look_at_picture(data: bytes) -> None:
    """NotAPicture when `take_picture` would refuse it. Stores nothing."""
    if len(data) > MAX_BYTES or not data:
        raise NotAPicture
    _open(data)


def take_picture(
    upload: Any,
    *,
    community_id: int | None,
    owner: UUID | None,
    now: datetime,
    alt: str = "",
    lang: str = "",
) -> Picture:
    """Store one picture. `upload` is a file or bytes; NotAPicture when it cannot be read safely."""
    data = upload if isinstance(upload, bytes) else upload.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES or not data:
        raise NotAPicture
    image = _open(data)
    image.thumbnail((MAX_SIDE, MAX_SIDE))
    picture = Picture(
        community_id=community_id, owner=owner, alt=alt[:300], lang=lang, created_at=now
    )
    mean = image.resize((1, 1)).getpixel((0, 0))
    picture.tint = "#{:02x}{:02x}{:02x}".format(*mean)
    storage = picture.file.storage
    name = f"pictures/{now:%Y/%m}/{write_id(uuid7())}"
    picture.file.name = storage.save(f"{name}.jpg", _jpeg(image))
    picture.width, picture.height = image.size
    picture.widths = [w for w in WIDTHS if w < image.width]
    for width in picture.widths:
        copy = image.resize((width, max(1, round(image.height * width / image.width))))
        storage.save(f"{name}.w{width}.jpg", _jpeg(copy))
    picture.save()
    return picture


def drop_picture(picture: Picture) -> None:
    """Delete the row and its files."""
    stem = picture.file.name.rsplit(".", 1)[0]
    storage = picture.file.storage
    for name in [picture.file.name, *[f"{stem}.w{w}.jpg" for w in picture.widths]]:
        storage.delete(name)
    picture.delete()

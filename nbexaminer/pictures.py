"""Pictures that a student handed in, as a page can show them."""

import base64
import io
import warnings
from typing import NamedTuple

SHOWN = (".png", ".jpg", ".jpeg", ".webp", ".gif", ".bmp")
"""Ends of the names of pictures that can be shown."""
NOT_SHOWN = (".heic", ".heif", ".avif", ".tif", ".tiff", ".pdf")
"""Of those that cannot: no browser shows them, or nothing here reads them."""
_SIGNATURES = {"image/png": b"\x89PNG\r\n\x1a\n", "image/jpeg": b"\xff\xd8\xff"}
_FORMATS = ("PNG", "JPEG", "WEBP", "GIF", "BMP")
_SMALL = 1_000_000
"""Bytes of a PNG or JPEG that is shown as it is."""
_EDGE = 1600
"""Pixels of the longer edge of one that is made smaller: a page of handwriting can be read."""
_MOST_PIXELS = 60_000_000
"""A telephone's camera has 50 million."""


class Picture(NamedTuple):
    """A picture as notebooks keep it."""

    kind: str
    """image/png or image/jpeg."""
    encoded: str
    """Its bytes in base64."""


def is_picture(name: str) -> bool:
    """Whether a file's name is that of a picture, shown or not."""
    return name.lower().endswith((*SHOWN, *NOT_SHOWN))


def shown(raw: bytes) -> Picture | None:
    """Return the picture in `raw`, made smaller where it is large; None where it is none.

    What a camera writes of place and person is left out of a picture that is made smaller.
    """
    for kind, signature in _SIGNATURES.items():
        if len(raw) <= _SMALL and raw.startswith(signature):
            return Picture(kind, base64.b64encode(raw).decode())
    smaller = _smaller(raw)
    return None if smaller is None else Picture("image/jpeg", base64.b64encode(smaller).decode())


def _smaller(raw: bytes) -> bytes | None:
    from PIL import Image, ImageOps

    try:
        with warnings.catch_warnings(), Image.open(io.BytesIO(raw), formats=_FORMATS) as picture:
            warnings.simplefilter("ignore")
            if picture.width * picture.height > _MOST_PIXELS:
                return None
            picture.draft("RGB", (_EDGE, _EDGE))  # of a JPEG, only as much as is needed
            upright = ImageOps.exif_transpose(picture)
            upright.thumbnail((_EDGE, _EDGE))
            if "A" in upright.getbands() or "transparency" in upright.info:
                layer = upright.convert("RGBA")
                upright = Image.new("RGB", layer.size, "white")
                upright.paste(layer, mask=layer.getchannel("A"))
            made = io.BytesIO()
            upright.convert("RGB").save(made, "JPEG", quality=80)
    except Exception:  # a decoder raises many kinds; what cannot be read is not shown
        return None
    return made.getvalue()

"""Pictures are written anew: what was hidden behind or between the pixels does not come along."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Final

from django.utils.translation import gettext as _t
from PIL import Image, ImageOps, UnidentifiedImageError

from contributions.files.checking import FileRefusedError, MediaType

MAX_PIXELS: Final = 40_000_000
# No screen shows more; a phone's camera makes twice that.
LONGEST_SIDE: Final = 4_000
_FORMATS: Final = {MediaType.PNG: "PNG", MediaType.JPEG: "JPEG"}


def written_anew(data: bytes, media_type: str) -> bytes:
    """The picture upright, without EXIF (place, camera, time) and other data.

    Raises FileRefusedError for what is no picture of that type, or too large a one.
    """
    kind = _FORMATS[MediaType(media_type)]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=(kind,)) as opened:
                if opened.width * opened.height > MAX_PIXELS:
                    raise FileRefusedError(_t("The picture has more than 40 million pixels."))
                upright = ImageOps.exif_transpose(opened)
                upright.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
                return _encoded(upright, kind)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise FileRefusedError(_t("The picture has more than 40 million pixels.")) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise FileRefusedError(_t("The picture is damaged and cannot be shown.")) from error


def _encoded(picture: Image.Image, kind: str) -> bytes:
    modes = ("RGB", "L") if kind == "JPEG" else ("RGB", "RGBA", "L", "LA", "1", "P")
    plain = picture if picture.mode in modes else picture.convert("RGB")
    # Only the pixels (and the palette of those that have one) go over.
    bare = Image.new(plain.mode, plain.size)
    if plain.mode == "P" and (palette := plain.getpalette("RGBA")):
        bare.putpalette(palette, "RGBA")
    bare.paste(plain)
    out = BytesIO()
    options = {"quality": 85, "optimize": True} if kind == "JPEG" else {"optimize": True}
    bare.save(out, kind, **options)
    return out.getvalue()

"""What a web server reads once for all its workers, before it makes them.

With `--preload` the workers share the memory of whatever is there when they are made: addresses,
views, templates, words of the languages. Left to the first requests, each worker reads them for
itself, and the first readers wait for it.
"""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Final

from django.conf import settings
from django.template import engines
from django.template.backends.django import DjangoTemplates
from django.urls import get_resolver
from django.utils import translation

# Objects that may be made before the youngest are looked through for what nobody holds any more:
# a page makes some ten thousand and drops nearly all without that.
_MADE: Final = 20_000


def warm() -> None:
    """Read addresses, templates and words; then leave what was made out of the search for
    rubbish, which would also copy the memory into each worker. No query."""
    get_resolver().url_patterns  # noqa: B018  imports the views
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            translation.gettext("Search")
    engine = engines["django"]
    assert isinstance(engine, DjangoTemplates)  # noqa: S101  for the types
    for folder in engine.dirs:
        for path in sorted(Path(folder).rglob("*.html")):
            engine.get_template(path.relative_to(folder).as_posix())
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE, 20, 20)

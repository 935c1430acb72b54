"""{% files_of revision %}: the files that a version names, on every page that shows one."""

from __future__ import annotations

from typing import Any

from django import template

from contributions.models import Revision

register = template.Library()


@register.inclusion_tag("contributions/_files_of.html")
def files_of(revision: Revision) -> dict[str, Any]:
    """One query where the version names files, none otherwise. The caller has asked `can_read`."""
    return {"revision": revision, "files": revision.files()}

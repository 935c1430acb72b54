"""Bringing concepts in from a file: what it would do is shown before it is done."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from contributions import curating
from contributions.forms.concepts import ConceptFileForm
from vocabulary import importing
from vocabulary.catalogue import Entry, Label

_SALT = "concepts-from-a-file"


def bring_in(request: HttpRequest, site: dict[str, Any], opts: Any) -> HttpResponse:
    """The caller has checked that the person keeps the vocabulary.

    What was read travels in the confirming page, signed, so that the file is chosen once.
    """
    confirmed = _unpack(request.POST.get("read", ""))
    if confirmed is not None:
        outcome = curating.bring_in(confirmed, by=request.user)  # type: ignore[arg-type]  # checked
        said = ngettext(
            "Brought in: %(count)d new concept, %(names)d more names.",
            "Brought in: %(count)d new concepts, %(names)d more names.",
            len(outcome.created),
        )
        numbers = {"count": len(outcome.created), "names": len(outcome.labels)}
        messages.success(request, said % numbers)
        return redirect("admin:vocabulary_concept_changelist")
    posted = request.method == "POST"
    form = ConceptFileForm(*((request.POST, request.FILES) if posted else ()))
    context = {**site, "title": _t("Bring in concepts"), "opts": opts, "form": form}
    if posted and form.is_valid():
        entries: list[Entry] = form.cleaned_data["file"]
        context["outcome"] = importing.preview(entries, by=request.user)  # type: ignore[arg-type]
        context["read"] = _pack(entries)
        context["total"] = len(entries)
    return TemplateResponse(request, "admin/vocabulary/concept/import.html", context)


def _pack(entries: list[Entry]) -> str:
    rows = [
        [
            entry.slug, entry.group, [[x.language, x.kind, x.text] for x in entry.labels],
            entry.scope_note, entry.source, entry.broader, sorted(entry.related),
        ]
        for entry in entries
    ]  # fmt: skip
    return signing.dumps(rows, salt=_SALT, compress=True)


def _unpack(packed: str) -> list[Entry] | None:
    """The entries of the page before, or None where there was none or it is older than a day."""
    try:
        rows = signing.loads(packed, salt=_SALT, max_age=86_400)
    except signing.BadSignature:
        return None
    return [
        Entry(slug, group, tuple(Label(*x) for x in labels), note, source, broader, frozenset(near))
        for slug, group, labels, note, source, broader, near in rows
    ]

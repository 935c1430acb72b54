"""The log of queries as coordinators read it: what is asked often, what finds nothing, what is not
opened, in which languages; and from there one step to a synonym (ADR 0016)."""

from __future__ import annotations

import datetime
from typing import Any, Final
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import BadRequest, PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions import curating
from contributions.admin.concepts import curator
from contributions.forms.queries import ReadoutForm, SynonymForm
from search import log
from search.models import LoggedQuery
from vocabulary.models import Concept, ConceptLabel, content_languages
from vocabulary.permissions import can_curate

SHOWN: Final = 50
_INITIAL: Final = {"show": ReadoutForm.NOTHING, "days": "90", "language": ""}


@admin.register(LoggedQuery)
class LoggedQueryAdmin(admin.ModelAdmin[LoggedQuery]):
    """Read-outs instead of lines: a line is one day, and nobody writes one by hand."""

    def has_add_permission(self, request: HttpRequest, obj: object = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        return [
            path("", view(self.changelist_view), name="search_loggedquery_changelist"),
            path("<uuid:pk>/", view(self.decide), name="search_loggedquery_decide"),
        ]

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One read-out. Two queries of the log; where synonyms can be made one more for names."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        form = ReadoutForm({**_INITIAL, **request.GET.dict()})
        if not form.is_valid():
            raise BadRequest("No such read-out of the log of queries.")
        chosen = form.cleaned_data
        rows = Paginator(_rows(**chosen), SHOWN).get_page(request.GET.get("page"))
        languages = dict(content_languages())
        rows.object_list = [
            row | {"language_name": languages.get(row["language"], "")} for row in rows
        ]
        may_decide = can_curate(request.user) and chosen["show"] == ReadoutForm.NOTHING
        return self._page(
            request,
            "change_list",
            _t("What people search for"),
            form=form,
            show=chosen["show"],
            rows=rows,
            may_decide=may_decide,
            names=Concept.objects.accepted().order_by("name") if may_decide else (),
        )

    def decide(self, request: HttpRequest, pk: UUID) -> HttpResponse:
        """A question that found nothing: a name of a concept, nothing to do, or not to be kept."""
        user = curator(request)
        line = get_object_or_404(LoggedQuery, pk=pk)
        if request.method == "POST" and "settle" in request.POST:
            log.settle(line)
            return _done(request, _t("“%(words)s” is off the list."), line)
        if request.method == "POST" and "remove" in request.POST:
            log.remove(line)
            return _done(request, _t("“%(words)s” is deleted from the log."), line)
        known = {
            "text": line.words,
            "language": line.language or line.interface,
            "kind": ConceptLabel.Kind.SYNONYM,
        }
        form = SynonymForm(
            {**known, **request.POST.dict()} if request.method == "POST" else None, initial=known
        )
        if form.is_valid() and _make(form, line, by=user):
            name = form.cleaned_data["into"].label()
            return _done(request, _t("“%(words)s” now finds “%(concept)s”."), line, concept=name)
        return self._page(
            request,
            "decide",
            _t("What “%s” means") % line.words,
            line=line,
            form=form,
            names=Concept.objects.accepted().order_by("name"),
        )

    def _page(self, request: HttpRequest, name: str, title: str, **more: Any) -> HttpResponse:
        context = {
            **self.admin_site.each_context(request),
            "title": title,
            "opts": self.opts,
            **more,
        }
        return TemplateResponse(request, f"admin/search/loggedquery/{name}.html", context)


def _rows(show: str, days: int, language: str) -> QuerySet[LoggedQuery, dict[str, Any]]:
    lines = LoggedQuery.objects.since(timezone.now().date() - datetime.timedelta(days=days))
    if language:
        lines = lines.filter(language=language)
    return {
        ReadoutForm.FREQUENT: lines.by_words,
        ReadoutForm.NOTHING: lines.without_result,
        ReadoutForm.UNOPENED: lines.without_opened,
        ReadoutForm.LANGUAGES: lines.by_language,
    }[show]()


def _make(form: SynonymForm, line: LoggedQuery, *, by: User) -> bool:
    """False, with the message beside the field, where the concept has that name already."""
    entered = form.cleaned_data
    try:
        curating.make_synonym(
            line,
            entered["into"],
            text=entered["text"],
            language=entered["language"],
            kind=ConceptLabel.Kind(entered["kind"]),
            by=by,
        )
    except ValidationError as error:
        form.add_error("text", error.messages)
        return False
    return True


def _done(request: HttpRequest, said: str, line: LoggedQuery, **words: str) -> HttpResponse:
    messages.success(request, said % {"words": line.words, **words})
    return redirect("admin:search_loggedquery_changelist")

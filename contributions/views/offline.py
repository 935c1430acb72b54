"""Writing without a connection: forms as Word files, out and back in."""

from __future__ import annotations

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from accounts.http import MemberRequest
from accounts.models import User
from contributions import drafts, editing, keeping, kinds, permissions, word, workflow
from contributions.forms.base import FULL, REPORT, SNAPSHOT
from contributions.models import Contribution, Revision
from contributions.views.access import form_methods, open_revision, writable_or_404


class FileForm(forms.Form):
    """A filled form; cleans to its answers."""

    file = forms.FileField(
        label=_("The filled file"),
        help_text=_("A Word file (.docx) that was downloaded here, at most 5 MB."),
        widget=forms.FileInput(attrs={"accept": ".docx"}),
        error_messages={"required": _("Choose a file.")},
    )

    def clean_file(self) -> word.Answers:
        file: UploadedFile[bytes] = self.cleaned_data["file"]
        if (file.size or 0) > word.LARGEST:
            raise ValidationError(_t("The file is larger than 5 MB."), code="large")
        try:
            return word.read(file.read())
        except word.WordFileError as error:
            raise ValidationError(str(error), code="unreadable") from error


@never_cache
@require_safe
def blank(request: MemberRequest, kind_name: str, level: str) -> HttpResponse:
    """The empty form of a kind, with what every draft of the person begins with."""
    kind = _kind_or_404(request.user, kind_name)
    if level not in (SNAPSHOT, FULL):
        raise Http404
    content = kind.form.first_content(request.user) | {"form": level}
    form = kind.form(content=content, author=request.user, checked=False)
    return _as_file(word.write(form, kind), f"{kind.name}-{level}.docx")


@never_cache
@require_safe
def draft(request: MemberRequest, code: str) -> HttpResponse:
    """The draft as a file; its answers find their way back into it."""
    revision = _editable_or_404(request.user, code)
    kind = kinds.get(revision.contribution.kind)
    form = kind.bind(revision, checked=False)
    return _as_file(word.write(form, kind, revision), f"{code}.docx")


@form_methods
def bring_back(request: MemberRequest, kind_name: str) -> HttpResponse:
    """A filled file becomes a draft, or goes back into the one it was made from."""
    kind = _kind_or_404(request.user, kind_name)
    form = FileForm(request.POST, request.FILES) if request.method == "POST" else FileForm()
    if form.is_valid():
        answers: word.Answers = form.cleaned_data["file"]
        own = _draft_of(request.user, answers)
        if own is not None:
            return _into(request, own, answers)
        kind = kinds.get(answers.kind)
        revision = drafts.begin(kind.name, by=request.user, content=answers.content)
        return _read_page(request, revision, answers)
    context = {"kind": kind, "form": form, "levels": (SNAPSHOT, FULL)}
    return render(request, "contributions/offline.html", context)


@never_cache
@form_methods
def unread(request: MemberRequest, code: str) -> HttpResponse:
    """What of the file was not understood, beside the way to the draft; a POST says that this is
    seen to."""
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if request.method == "POST" and revision is not None:
        drafts.say_unread(revision, [], language="")
        messages.success(request, _t("Done: the list is gone."))
    if request.method == "POST" or revision is None or not revision.unread:
        return redirect("contributions:edit", code)
    context = {"contribution": contribution, "revision": revision}
    return render(request, "contributions/unread.html", context)


def _into(request: MemberRequest, revision: Revision, answers: word.Answers) -> HttpResponse:
    """Save over the draft, or show both texts where it was changed since it was downloaded."""
    code = revision.contribution.code
    if editing.level_of(revision.content) == REPORT:
        del answers.content["form"]  # what came from a report stays that
    try:
        drafts.save(revision, answers.content, by=request.user, lock=answers.lock)
    except drafts.StaleFormError:
        if keeping.keep(request, code, answers.content, answers.lock):
            _keep_unread(revision, answers)
            return redirect("contributions:unsaved", code)
        messages.warning(request, _t("The draft was changed since: nothing was taken over."))
        return redirect("contributions:edit", code)
    except workflow.WrongStateError:
        messages.warning(request, _t("This text is not a draft any more: nothing was changed."))
        return redirect("contributions:status", code)
    return _read_page(request, revision, answers)


def _read_page(request: MemberRequest, revision: Revision, answers: word.Answers) -> HttpResponse:
    """On to the draft; by way of what was not understood, where there is such."""
    messages.success(request, _t("Your answers were read from the file."))
    _keep_unread(revision, answers)
    page = "contributions:unread" if answers.unread else "contributions:edit"
    return redirect(page, revision.contribution.code)


def _keep_unread(revision: Revision, answers: word.Answers) -> None:
    drafts.say_unread(revision, answers.unread, language=get_language() or "en")


def _draft_of(user: User, answers: word.Answers) -> Revision | None:
    """The draft that the file was made from, if it still is one and the person may write in it."""
    found = Contribution.objects.visible_to(user).filter(code=answers.code).first()
    if found is None or not permissions.can_edit(user, found):
        return None
    revision = open_revision(found)
    return revision if revision is not None and found.kind == answers.kind else None


def _editable_or_404(user: User, code: str) -> Revision:
    revision = open_revision(writable_or_404(user, code))
    if revision is None or not revision.is_editable:
        raise Http404
    return revision


def _kind_or_404(user: User, name: str) -> kinds.Kind:
    if not permissions.can_contribute(user):
        raise PermissionDenied
    if name not in kinds.names():
        raise Http404
    return kinds.get(name)


def _as_file(data: bytes, name: str) -> HttpResponse:
    response = HttpResponse(data, content_type=word.MEDIA_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response

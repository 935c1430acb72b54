"""Attaching a file to a draft, and reading one."""

from __future__ import annotations

from typing import Any, Final
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control, never_cache
from django.views.decorators.http import require_safe

from accounts.models import User
from contributions import drafts, keeping, kinds, workflow
from contributions.content import Content, clean_text, rows_of
from contributions.files import attaching, checking
from contributions.models import Attachment, Revision
from contributions.models.attachment import FILES
from contributions.views.access import form_methods, open_revision, writable_or_404

SAID: Final = ("title", "language", "credit")


class AttachForm(forms.ModelForm[Attachment]):
    """A file with what readers are told of it; `checked` is what will be kept."""

    use_required_attribute = False
    upload = forms.FileField(
        label=_("File"),
        help_text=_(
            "PDF, Word, Excel, PowerPoint, PNG or JPEG, at most 20 MB. No names, faces or case"
            " details; where a picture was taken is removed from it."
        ),
        widget=forms.FileInput(attrs={"accept": ",".join(f".{x}" for x in checking.SUFFIXES)}),
        error_messages={"required": _("Choose a file.")},
    )

    class Meta:
        model = Attachment
        fields = SAID
        labels = {"language": _("Language of the file")}
        help_texts = {"credit": _("Who made it, if it is not yours: a body before a person.")}

    field_order = ("upload", *SAID)

    def clean_upload(self) -> checking.Checked:
        file: UploadedFile[bytes] = self.cleaned_data["upload"]
        self.name = file.name or ""
        if (file.size or 0) > checking.LARGEST:
            raise ValidationError(_t("The file is larger than 20 MB."), code="large")
        try:
            return checking.check(self.name, file.read())
        except checking.FileRefusedError as error:
            raise ValidationError(str(error), code="refused") from error


@login_not_required  # what is said of a file is kept, then the person signs in
@never_cache
@form_methods
def attach(request: HttpRequest, code: str) -> HttpResponse:
    """Choose a file and say what it is; it joins the draft's files."""
    if not isinstance(request.user, User) or not request.user.is_active:
        return _keep_and_sign_in(request, code)
    contribution = writable_or_404(request.user, code)
    revision = open_revision(contribution)
    if revision is None or not revision.is_editable:
        return redirect("contributions:status", code)
    kept = keeping.kept_text(request, _place(code))
    form = _form(request, revision, kept.content if kept else {})
    if form.is_valid() and _attached(request, revision, form):
        keeping.forget(request, _place(code))
        return _onward(request, code)
    context = {
        "contribution": contribution,
        "revision": revision,
        "form": form,
        "count": len(rows_of(revision.content, FILES)),
        "most": attaching.MOST,
        "kept": kept and not form.is_bound,
    }
    return render(request, "contributions/attach.html", context)


def _onward(request: HttpRequest, code: str) -> HttpResponse:
    """Back to the draft. The page's script is told where that is: following a redirect would show
    the message of success to the script alone."""
    onward = redirect("contributions:edit", code)
    if "X-Upload" in request.headers:
        return HttpResponse(status=204, headers={"Location": onward["Location"]})
    return onward


def _form(request: HttpRequest, revision: Revision, kept: Content) -> AttachForm:
    if request.method == "POST":
        return AttachForm(request.POST, request.FILES)
    return AttachForm(initial={"language": revision.language} | kept)


def _place(code: str) -> str:
    """Where `keeping` has what was said of a file: beside the text of the form."""
    return f"{code} attach"


def _keep_and_sign_in(request: HttpRequest, code: str) -> HttpResponse:
    """Keep what an expired session sent, but for the file itself, which a browser must be given
    again; the page's script still has it and is told to wait. Nothing is looked up."""
    page = reverse("contributions:attach", args=[code])
    if request.method == "POST" and kinds.of_code(code):
        said = {name: clean_text(request.POST.get(name, ""))[:150] for name in SAID}
        keeping.keep(request, _place(code), said, 0)
        if "X-Upload" in request.headers:
            return HttpResponse(status=401)
    return redirect_to_login(page)


def _attached(request: HttpRequest, revision: Revision, form: AttachForm) -> bool:
    """Whether the file was kept; otherwise the form says why not."""
    said: dict[str, Any] = form.cleaned_data
    row = {name: str(said[name] or "") for name in SAID}
    assert isinstance(request.user, User)  # noqa: S101  narrowed by the caller
    try:
        attaching.attach(revision, said["upload"], by=request.user, name=form.name, row=row)
    except attaching.TooManyFilesError:
        form.add_error(
            "upload", _t("There are %d files already: remove one first.") % attaching.MOST
        )
        return False
    except (workflow.WrongStateError, drafts.StaleFormError):
        form.add_error(None, _t("The draft was changed meanwhile. Try again."))
        return False
    messages.success(request, _t("The file is attached."))
    return True


@login_not_required  # whoever may see the record may read its files
@cache_control(private=True, no_cache=True)
@require_safe
def read(request: HttpRequest, code: str, key: UUID) -> HttpResponse | FileResponse:
    """The file, so that a browser shows or keeps it and never runs it."""
    stored = attaching.readable(request.user, code, key)
    if stored is None:
        raise Http404
    try:
        opened = stored.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    response = FileResponse(
        opened,
        as_attachment=not stored.is_picture,
        filename=stored.name,
        content_type=stored.media_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    # Found is the record, which says what the file is and whether it still counts.
    response["X-Robots-Tag"] = "noindex"
    return response

"""Beginning a contribution: what it asks, and the button that makes the draft."""

from __future__ import annotations

from django import forms
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect, render

from accounts.http import MemberRequest
from contributions import drafts, editing, kinds, permissions
from contributions.forms.base import FULL, SNAPSHOT, ContributionForm
from contributions.models import Contribution, Revision
from contributions.views.access import form_methods


class BeginForm(forms.Form):
    """Which form; what a lesson is about. Anything unknown is passed over."""

    level = forms.ChoiceField(choices=[(SNAPSHOT, ""), (FULL, "")], required=False)
    source = forms.RegexField(r"^[A-Z]{2}-[0-9]{1,8}$", required=False)

    def content(self, form: type[ContributionForm]) -> dict[str, str]:
        self.is_valid()
        found = {"form": self.cleaned_data.get("level") or SNAPSHOT}
        if "source_contribution" in form.base_fields and self.cleaned_data.get("source"):
            found["source_contribution"] = self.cleaned_data["source"]
        return found


@form_methods
def new(request: MemberRequest, kind_name: str) -> HttpResponse:
    """Say what the form asks; a POST begins the draft. Looking writes nothing."""
    if not permissions.can_contribute(request.user):
        raise PermissionDenied
    kind = kinds.get(kind_name)
    if request.method == "POST":
        content = BeginForm(request.POST).content(kind.form)
        revision = drafts.begin_once(kind.name, by=request.user, content=content)
        return redirect("contributions:edit", revision.contribution.code)
    begun = Revision.objects.editable().written_by(request.user).of_kind(kind.name)
    return render(
        request,
        "contributions/new.html",
        {
            "kind": kind,
            "kinds": list(kinds.all_kinds()),
            "source": BeginForm(request.GET).content(kind.form).get("source_contribution", ""),
            "short": kind.form.shown_sections(SNAPSHOT),
            "full": kind.form.shown_sections(FULL),
            "asked": editing.answered(kind, {"form": SNAPSHOT})[1],
            "begun": begun.select_related("contribution")[:5],
            "is_effort": kind.name == Contribution.Kind.EFFORT,
        },
    )

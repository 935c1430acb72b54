"""Forms about people. They validate; rights and mails are elsewhere."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, JoinRequest, User, tidy_email
from accounts.permissions import can_invite_as, invitable_roles
from countries.models import Country


class CountryField(forms.ModelChoiceField[Country]):
    """All countries, in the alphabetical order of the language the page is shown in."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            Country.objects.only("iso2", "names"),
            empty_label=_("Choose"),
            label=options.pop("label", _("Country")),
            **options,
        )

    def sort(self) -> None:
        rows = self.queryset.by_label() if self.queryset is not None else []  # type: ignore[attr-defined]  # our own queryset class
        empty = [("", self.empty_label)]
        self.choices = empty + [(country.pk, country.label()) for country in rows]


class JoinForm(forms.ModelForm[JoinRequest]):
    country = CountryField()
    # Left empty by people; programs that fill in every field give themselves away.
    website = forms.CharField(
        required=False,
        label=_("Leave this empty"),
        widget=forms.TextInput({"tabindex": "-1", "autocomplete": "off"}),
    )

    class Meta:
        model = JoinRequest
        fields = ("name", "email", "organisation", "function", "country", "role", "why")
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "email": forms.EmailInput({"autocomplete": "email"}),
            "organisation": forms.TextInput({"autocomplete": "organization"}),
            "function": forms.TextInput({"autocomplete": "organization-title"}),
            "why": forms.Textarea({"rows": 5}),
        }
        help_texts = {
            "email": _("The official address, if you have one. We answer there."),
            "function": _("For example: Prosecutor. It stands under what you write."),
            "why": _("Two or three sentences: what you do, what you look for."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _prepare(self)

    @property
    def is_from_program(self) -> bool:
        return bool(self.cleaned_data.get("website"))


class InvitationForm(forms.ModelForm[Invitation]):
    country = CountryField(required=False)

    class Meta:
        model = Invitation
        fields = ("email", "role", "country", "language")
        widgets = {"email": forms.EmailInput({"autocomplete": "off"})}

    def __init__(self, *args: Any, by: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.by = by
        labels = dict(Invitation.Role.choices)
        self.fields["role"] = forms.ChoiceField(
            label=_("Role"),
            choices=[(role, labels[role]) for role in invitable_roles(by)],
        )
        self.fields["language"] = forms.ChoiceField(
            label=_("Language of the mail"), choices=settings.LANGUAGES
        )
        if not by.is_coordinator:
            own = CountryField(initial=min(by.focal_countries, default=None))
            own.queryset = Country.objects.filter(pk__in=by.focal_countries)
            self.fields["country"] = own
        _prepare(self)

    def clean_email(self) -> str:
        email = tidy_email(self.cleaned_data["email"])
        if User.objects.filter(email__iexact=email).exists():
            raise forms.ValidationError(_("Somebody with this address is here already."))
        if Invitation.objects.open().filter(email__iexact=email).exists():
            raise forms.ValidationError(_("An invitation to this address is on its way already."))
        return email

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        role, country = cleaned.get("role"), cleaned.get("country")
        if role == Invitation.Role.FOCAL_POINT and country is None and "country" not in self.errors:
            self.add_error("country", _("Choose the country of the focal point."))
        elif role and not self.errors and not can_invite_as(self.by, role, country):
            self.add_error("country", _("You can invite people for your own country."))
        return cleaned


class AcceptForm(forms.ModelForm[User]):
    """What an invited person confirms."""

    password = forms.CharField(
        label=_("Password"),
        widget=forms.PasswordInput({"autocomplete": "new-password"}),
        help_text=_("Ten characters or more. You can also sign in by a code we mail to you."),
        max_length=1000,
    )

    class Meta:
        model = User
        fields = ("name", "function", "organisation")
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "organisation": forms.TextInput({"autocomplete": "organization"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("name", "function", "organisation"):
            self.fields[name].required = True
        _prepare(self)

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, self.instance)
        return password


class ProfileForm(forms.ModelForm[User]):
    country = CountryField(required=False)
    language = forms.ChoiceField(
        label=_("Language of the interface and of mails"), choices=settings.LANGUAGES
    )

    class Meta:
        model = User
        fields = ("name", "function", "organisation", "country", "language")
        widgets = {
            "name": forms.TextInput({"autocomplete": "name"}),
            "organisation": forms.TextInput({"autocomplete": "organization"}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        _prepare(self)


class DecisionForm(forms.Form):
    """A coordinator's answer to a request to join."""

    answer = forms.ChoiceField(
        label=_("Answer"),
        choices=[("approve", _("Approve")), ("decline", _("Decline"))],
        widget=forms.RadioSelect,
    )
    role = forms.ChoiceField(
        label=_("Role, when approved"), choices=JoinRequest.Role.choices, required=False
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        max_length=2000,
        widget=forms.Textarea({"rows": 4}),
        help_text=_("Obligatory when declining. The person reads it in the mail."),
    )

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("answer") == "decline" and not cleaned.get("reason", "").strip():
            self.add_error("reason", _("Write the reason: the person reads it."))
        return cleaned


def _prepare(form: forms.BaseForm) -> None:
    """Countries in alphabetical order; what people write in any script, in its own direction."""
    for field in form.fields.values():
        if isinstance(field, CountryField):
            field.sort()
        elif type(field.widget) in {forms.TextInput, forms.Textarea}:
            field.widget.attrs["dir"] = "auto"

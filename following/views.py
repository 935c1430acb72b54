"""My searches: saving one, changing it, going there; the button that follows."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from accounts.http import MemberRequest
from contributions import browse, kinds, selection
from contributions.views.access import form_methods
from following import naming, news, searches
from following.forms import FollowForm, SearchForm
from following.models import SavedSearch


@never_cache
@require_safe
def index(request: MemberRequest) -> HttpResponse:
    """All of them with the number of what is new, and the one just taken away."""
    own = SavedSearch.objects.of(request.user)
    kept = list(own.kept().order_by("name", "pk"))
    for saved in kept:
        saved.user = request.user
    numbers = news.numbers(request.user, kept)
    return render(
        request,
        "following/index.html",
        {
            "searches": [(saved, numbers[saved.pk]) for saved in kept],
            "removed": own.exclude(removed_at=None).order_by("-removed_at", "-pk").first(),
        },
    )


@never_cache
@form_methods
def save(request: MemberRequest) -> HttpResponse:
    """The search of the query string (`in`: the kind of the list), named by what it asks for."""
    asked = _asked(request)
    results = browse.results(asked, request.user)
    kind, query = asked.kind, searches.query_of(results.selection)
    saved = searches.find(request.user, kind, query)
    if saved is not None and request.method != "POST":
        return redirect("following:change", saved.pk)
    name = naming.of(results)
    form = SearchForm(request.POST if request.method == "POST" else None, initial={"name": name})
    if len(query) > SavedSearch.QUERY_LENGTH:
        messages.error(request, _("This search is too long to be saved."))
        return redirect(results_url(asked))
    if form.is_valid() and _save(request, kind, query, form):
        return redirect(results_url(results.selection))
    context = {"form": form, "results": results, "back": results_url(results.selection)}
    return render(request, "following/save.html", context)


@never_cache
@form_methods
def change(request: MemberRequest, pk: int) -> HttpResponse:
    """Another name, another alert."""
    saved = _own_or_404(request, pk)
    form = SearchForm(request.POST if request.method == "POST" else None, instance=saved)
    if form.is_valid():
        form.save()
        messages.success(request, _("Changed."))
        return redirect("following:index")
    return render(request, "following/change.html", {"form": form, "saved": saved})


@require_safe
def run(request: MemberRequest, pk: int) -> HttpResponse:
    """To the results, what is new first."""
    saved = _own_or_404(request, pk)
    return redirect(
        results_url(replace(saved.selection, sort="newest" if saved.selection.q else ""))
    )


@require_POST
def remove(request: MemberRequest, pk: int) -> HttpResponse:
    searches.remove(_own_or_404(request, pk))
    return redirect("following:index")


@require_POST
def restore(request: MemberRequest, pk: int) -> HttpResponse:
    removed = SavedSearch.objects.of(request.user).exclude(removed_at=None)
    searches.restore(get_object_or_404(removed, pk=pk))
    return redirect("following:index")


@require_POST
def follow(request: MemberRequest) -> HttpResponse:
    """Follow a thing or stop; pressed twice it changes nothing. Back to its page."""
    form = FollowForm(request.POST)
    thing = naming.thing(form.cleaned_data, request.user) if form.is_valid() else None
    if thing is None:
        raise Http404
    saved = searches.find(request.user, "", thing.query)
    if form.cleaned_data["follow"] and saved is None:
        try:
            searches.save(
                request.user, kind="", query=thing.query, name=thing.label,
                alert=SavedSearch.Alert.WEEKLY,
            )  # fmt: skip
        except searches.TooManyError:
            messages.error(request, _too_many())
    elif not form.cleaned_data["follow"] and saved is not None:
        searches.remove(saved)
    return redirect(thing.url)


def results_url(asked: selection.Selection) -> str:
    """The page that shows it."""
    return naming.page(asked.kind) + asked.url()


def _asked(request: HttpRequest) -> selection.Selection:
    parameters = request.GET.copy()
    kind = "".join(parameters.pop("in", [])[:1])
    if kind and kind not in {known.name for known in kinds.all_kinds()}:
        raise Http404
    return replace(selection.read(parameters, kind), page=1)


def _save(request: MemberRequest, kind: str, query: str, form: SearchForm) -> bool:
    """Save and say so; False where there are too many, which the form then says."""
    try:
        searches.save(request.user, kind=kind, query=query, **form.cleaned_data)
    except searches.TooManyError:
        form.add_error(None, _too_many())
        return False
    messages.success(request, _("Saved. You find it under “My searches”."))
    return True


def _too_many() -> str:
    return _("You keep %(most)d searches already. Remove one first.") % {"most": SavedSearch.MOST}


def _own_or_404(request: MemberRequest, pk: int) -> SavedSearch:
    saved = get_object_or_404(SavedSearch.objects.of(request.user).kept(), pk=pk)
    saved.user = request.user
    return saved

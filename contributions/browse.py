"""What the page of a list or a search shows: found, corrected, counted, said in words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from hashlib import blake2b
from typing import Any, Final

from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Page, Paginator
from django.urls import reverse
from django.utils.functional import Promise

from accounts.models import User
from contributions import correcting, filter_names, filters_shown, listing, sentence
from contributions.facets import FACETS, turned
from contributions.listing_request import Request
from contributions.selection import PER_PAGE, SORTS, Selection, offered
from search import query, reading, snippets

# So many of the words that begin as typed are named.
BEGUN_SHOWN: Final = 4


@dataclass(frozen=True)
class Line:
    """One result; `is_cut` for the first that lacks some of the words."""

    card: str  # see at_once.card_json
    published_at: datetime
    kind: str
    headline: snippets.Fragments
    passage: snippets.Fragments
    is_cut: bool


@dataclass(frozen=True)
class Results:
    """Everything the page shows. What is only shown is worked out when a template asks for it."""

    selection: Selection
    listing: listing.Listing
    asked: query.Query
    # What was looked for in place of what was typed.
    better: correcting.Better | None = None
    # The filter of which all values are offered, not the commonest alone.
    all_of: str = ""

    @cached_property
    def key(self) -> bytes:
        """A sign of all the others: parts of the page that show nothing else are kept by it. Empty
        where words were looked for: few ask for the same."""
        if self.selection.q:
            return b""
        said = (self.selection, self.listing, self.asked, self.better, self.all_of)
        return blake2b(repr(said).encode("utf-8", "surrogatepass"), digest_size=16).digest()

    @cached_property
    def page(self) -> Page[Line]:
        return _page(self.listing, self.asked, self.selection.per_page)

    @cached_property
    def groups(self) -> list[filters_shown.Group]:
        return filters_shown.groups(self.selection, self.listing, self.all_of)

    @property
    def has_groups(self) -> bool:
        """Whether there is something to filter by, or filters to take away."""
        return bool(self.listing.counts or self.selection.chosen)

    @cached_property
    def chips(self) -> list[filters_shown.Chip]:
        return filters_shown.chips(self.selection, self._labels)

    @cached_property
    def ways_out(self) -> list[filters_shown.WayOut]:
        return filters_shown.ways_out(self.selection, self.listing, self._labels)

    @cached_property
    def summary(self) -> str:
        """All of it in one sentence."""
        labels = {name: list(values.values()) for name, values in self._labels.items()}
        return sentence.of(self.selection, self.listing.total, self.asked, labels)

    @property
    def words(self) -> tuple[str, ...]:
        """The words that something was looked for by, in the order they were typed."""
        return tuple(term.typed for term in self.asked.terms if term.required)

    @cached_property
    def _labels(self) -> filters_shown.Labels:
        return filters_shown.labels(self.selection, self.listing)

    @property
    def sorts(self) -> list[tuple[str, str | Promise]]:
        """Without words nothing matches better than anything else; practices alone are adapted."""
        senseless = set() if self.selection.q else {"relevance"}
        if self.selection.kind not in ("", "practice"):
            senseless.add("adapted")
        return [(code, label) for code, label in SORTS.items() if code not in senseless]

    @property
    def lengths(self) -> tuple[int, ...]:
        """How many lines a page may have, while there are more than the fewest."""
        return PER_PAGE if self.listing.total > PER_PAGE[0] else ()

    @property
    def has_practices(self) -> bool:
        """Whether there are two that could be compared."""
        return sum(hit.kind == "practice" for hit in self.listing.hits) > 1

    @property
    def corrected(self) -> str:
        """The words in their place, where the typed ones were corrected."""
        return self.better.text if self.better else ""

    @cached_property
    def begun(self) -> str:
        """Some of the words that the last one was taken for the beginning of, or nothing.

        Those that stand on the page: others may be known from texts that this reader does not see.
        """
        if not self.better or not self.better.words:
            return ""
        standing = {
            word
            for hit in self.listing.hits
            for text in (hit.title, hit.summary, hit.body)
            for word in reading.read(text, hit.language).folded.split()
        }
        return sentence.quoted(
            [word for word in self.better.words if word in standing][:BEGUN_SHOWN]
        )

    @property
    def clear_url(self) -> str:
        return self.selection.url(filters=False)

    @property
    def as_typed_url(self) -> str:
        return replace(self.selection, exact=True).url()

    @property
    def everywhere_url(self) -> str:
        return reverse("search") + self.selection.url(filters=False)


def results(selection: Selection, user: User | AnonymousUser, *, all_of: str = "") -> Results:
    """Find, correct, count; of the filter `all_of` all values, not the commonest alone.

    Four queries for a visitor; more where a word matches nothing.
    """
    selection, asked = _with_typed_filters(selection)
    found = _find(selection, asked, user, all_of)
    unknown = [
        (name, code)
        for name, code in selection.pairs
        if FACETS[turned(name)].from_rows and not filters_shown.label_of(found, turned(name), code)
    ]
    if unknown:
        selection = _dropping(selection, unknown)
        found = _find(selection, asked, user, all_of)
    better = None if selection.exact else correcting.better(asked, found.words_found, user)
    if better:
        asked = better.query
        found = _find(selection, asked, user, all_of)
    return Results(selection, found, asked, better, all_of)


def newest(selection: Selection, user: User | AnonymousUser, most: int) -> list[int]:
    """Ids of what has all the words as typed and all the filters, newest first. One query.

    A filter that is no more (a country without texts, a tag taken away) finds nothing here.
    """
    plain, asked = _with_typed_filters(replace(selection, sort="newest", page=1, per=most))
    found = _find(plain, asked, user)
    return [hit.contribution_id for hit in found.hits if hit.place <= found.whole]


def _with_typed_filters(selection: Selection) -> tuple[Selection, query.Query]:
    """Move country:ma and the like from the words to the filters; signs alone ask for nothing."""
    words, typed = filter_names.taken_out(selection.q, offered(selection.kind))
    chosen = {name: list(codes) for name, codes in selection.chosen.items()}
    for name, code in typed:
        if code not in chosen.setdefault(name, []):
            chosen[name].append(code)
    asked = query.parse(words)
    ignored = selection.ignored
    if words and not (asked.wanted or asked.unwanted):
        words, ignored = "", (*ignored, words)
    return replace(selection, q=words, chosen=chosen, ignored=ignored), asked


def _find(
    selection: Selection, asked: query.Query, user: User | AnonymousUser, all_of: str = ""
) -> listing.Listing:
    request = Request(
        query=asked,
        kind=selection.kind,
        chosen=selection.chosen,
        sort=selection.effective_sort,
        page=selection.page,
        page_size=selection.per_page,
        all_of=all_of,
    )
    return listing.find(request, user)


def _dropping(selection: Selection, unknown: list[tuple[str, str]]) -> Selection:
    """Without what is not known; a tag that was merged is asked for under its new address."""
    moved = filter_names.moved_tags([code for name, code in unknown if turned(name) == "tag"])
    kept: dict[str, list[str]] = {}
    ignored = selection.ignored
    for name, code in selection.pairs:
        if (name, code) not in unknown:
            kept.setdefault(name, []).append(code)
        elif turned(name) == "tag" and code in moved:
            kept.setdefault(name, []).append(moved[code])
        else:
            ignored = (*ignored, f"{name}={code}")
    chosen = {name: list(dict.fromkeys(codes)) for name, codes in kept.items()}
    return replace(selection, chosen=chosen, ignored=ignored)


def _page(found: listing.Listing, asked: query.Query, size: int) -> Page[Line]:
    """The lines of the page, with what cards show. No query."""
    forms = {form for term in asked.terms if term.required for form in term.forms}
    lines = [
        Line(
            card=hit.card,
            published_at=hit.published_at,
            kind=hit.kind,
            headline=snippets.marked(hit.title, forms, hit.language) if forms else [],
            passage=(
                snippets.passage([hit.summary, hit.body], forms, hit.language) if forms else []
            ),
            is_cut=hit.place == found.whole + 1,
        )
        for hit in found.hits
    ]
    # The rows are here already; the paginator only knows how many there are.
    paginator: Paginator[Any] = Paginator(range(found.total), size)
    return Page(lines, found.page, paginator)

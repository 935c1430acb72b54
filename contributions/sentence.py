"""What a list shows, in one sentence: "12 practices about “court”, from Morocco, newest first"."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext

from contributions import kinds
from contributions.facets import FACETS, OUT
from contributions.selection import Selection
from search.query import Query

_SORTED: Final = {
    "relevance": _("best match first"),
    "newest": _("newest first"),
    "adapted": _("most adapted first"),
    "confirmed": _("last confirmed first"),
    "title": _("by title"),
}
# A phrase of their own; the others read "maturity: promising practice".
_PHRASES: Final[Mapping[str, Callable[[str], str]]] = {
    "did-not-work": lambda names: _t("about what did not work"),
    "objective": lambda names: _t("for objective %(names)s") % {"names": names},
    "country": lambda names: _t("from %(names)s") % {"names": names},
    "region": lambda names: _t("from the region %(names)s") % {"names": names},
    "tag": lambda names: _t("with the tag %(names)s") % {"names": names},
    "year": lambda names: _t("of the year %(names)s") % {"names": names},
}


def of(
    selection: Selection, number: int, asked: Query, labels: Mapping[str, Sequence[str | Promise]]
) -> str:
    """The sentence without a full stop. `labels`: filter → what its chosen values are called."""
    parts = []
    if asked.wanted:
        parts.append(_t("about “%(words)s”") % {"words": isolated(asked.wanted)})
    if asked.unwanted:
        parts.append(_t("without the words %(words)s") % {"words": quoted(asked.unwanted)})
    parts += _filters(selection, labels)
    left_out = pgettext("what is left out, in a sentence about a search", "but not %(phrase)s")
    parts += [left_out % {"phrase": phrase} for phrase in _filters(selection, labels, OUT)]
    # Where nothing is asked for, nothing matches better.
    is_alike = selection.effective_sort == "relevance" and not asked.wanted
    parts.append(str(_SORTED["newest" if is_alike else selection.effective_sort]))
    subject = _subject(selection, number)
    first = f"{subject} {parts[0]}" if asked.wanted else subject
    rest = parts[1:] if asked.wanted else parts
    return pgettext("between the parts of a sentence about a search", ", ").join([first, *rest])


def _filters(
    selection: Selection, labels: Mapping[str, Sequence[str | Promise]], out: str = ""
) -> Iterator[str]:
    """A phrase for each filter in use, or with OUT for each that leaves out."""
    for name in FACETS:
        # An objective is known by its number; the one kind that is wanted is the subject.
        values = (selection.chosen if name == "objective" else labels).get(out + name, [])
        if values and not (name == "kind" and len(values) == 1 and not out):
            yield _phrase(name, any_of(sorted(map(str, values))))


def any_of(names: Sequence[str]) -> str:
    """ "Morocco, Niger or Egypt"."""
    shown = [isolated(name) for name in names]
    if len(shown) < 2:
        return "".join(shown)
    before = pgettext("between items of a list", ", ").join(shown[:-1])
    return pgettext("any of several", "%(names)s or %(last)s") % {
        "names": before,
        "last": shown[-1],
    }


def quoted(words: Sequence[str]) -> str:
    """ "“court” or “trial”"."""
    quote = pgettext("a word in a sentence about a search", "“%(word)s”")
    return any_of([quote % {"word": word} for word in words])


def isolated(text: str) -> str:
    """Keeps its own direction inside a sentence of another."""
    return text if text.isdigit() else f"\u2068{text}\u2069"


def _subject(selection: Selection, number: int) -> str:
    chosen = [selection.kind] if selection.kind else selection.chosen.get("kind", [])
    if len(chosen) == 1:
        return kinds.get(chosen[0]).counted(number)
    return ngettext("%(n)d contribution", "%(n)d contributions", number) % {"n": number}


def _phrase(name: str, names: str) -> str:
    if name in _PHRASES:
        return _PHRASES[name](names)
    title = str(FACETS[name].title)
    return pgettext("a filter in a sentence about a search", "%(filter)s: %(values)s") % {
        "filter": title[:1].lower() + title[1:],
        "values": names,
    }

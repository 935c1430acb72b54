"""One contribution as a line of a list: what it shows, and its markup.

A list has twenty to a hundred of them. Templates within templates took longer for these lines than
everything else of the page, so they are put together here (ADR 0022); drawings and words that have
a few values only are those of `templates/components/`, rendered once for each value and language.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from typing import Any, Final

from django.db.models import Field
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _t

from contributions import at_once
from contributions.models import Contribution
from contributions.templatetags.interface import knot_of
from contributions.templatetags.text import dir_of

Fragments = Iterable[tuple[str, bool]]

# What a kind's own row says of how it stands: shown first of a lesson and an effort, last of a
# practice.
_STANDING: Final = {"practice": "maturity", "lesson": "lesson_type", "effort": "standing"}


@dataclass(frozen=True, slots=True)
class Card:
    """What a line shows, in the active language where it has languages."""

    kind: str
    code: str
    title: str
    summary: str
    language: str
    visibility: str
    doubtful: bool
    crime_scope: str
    international: bool
    standing: str  # see _STANDING
    countries: tuple[str, ...]  # names
    objectives: tuple[tuple[int, bool], ...]  # number, is main
    objective: tuple[int, str] | None  # number and short name of the main one


def read(text: str) -> Card:
    """From the text that `at_once.card_json` makes. No query."""
    row = json.loads(text)
    kind = row["row"]["kind"]
    objectives = row["objectives"]
    return _card(
        row["row"].__getitem__,
        row[kind][_STANDING[kind]],
        sorted(name for _iso2, name in row["countries"]),
        [(number, is_main) for number, _name, is_main in objectives],
        next(((number, name) for number, name, is_main in objectives if is_main), None),
    )


def of(contribution: Contribution) -> Card:
    """From a contribution of `at_once.cards`. No query."""
    kind = contribution.kind
    main = contribution.primary_objective
    return _card(
        lambda name: getattr(contribution, name),
        getattr(getattr(contribution, kind), _STANDING[kind]),
        [country.label() for country in contribution.country_list],
        contribution.objective_numbers,
        (main.number, main.short_label()) if main else None,
    )


def _card(
    value: Callable[[str], Any],
    standing: str,
    countries: list[str],
    objectives: list[tuple[int, bool]],
    objective: tuple[int, str] | None,
) -> Card:
    return Card(
        kind=value("kind"),
        code=value("code"),
        title=value("title"),
        summary=value("summary"),
        language=value("original_language"),
        visibility=value("visibility"),
        doubtful=value("doubtful"),
        crime_scope=value("crime_scope"),
        international=value("international"),
        standing=standing,
        countries=tuple(countries),
        objectives=tuple(objectives),
        objective=objective,
    )


def html(
    card: Card,
    *,
    level: int = 2,
    headline: Fragments = (),
    passage: Fragments = (),
    is_new: bool = False,
    comparable: bool = False,
) -> SafeString:
    """The line as `<li>`.

    `level` is that of its heading; `headline` and `passage` stand in place of title and summary,
    with the words that were searched for; `comparable` offers practices to the form "compare".
    """
    spoken = f' lang="{escape(card.language)}" dir="{dir_of(card.language)}"'
    title = _marked(headline) or escape(card.title)
    summary = _marked(passage) or escape(card.summary)
    address = _address(card.kind, card.code)
    return SafeString(
        f'<li class="hit">\n<p class="hit-top">{_top(card, is_new=is_new)}</p>\n'
        f'<h{level}{spoken}><a href="{escape(address)}">{title}</a></h{level}>\n'
        + (f"<p{spoken}>{summary}</p>\n" if summary else "")
        + f'<p class="meta">{_meta(card, comparable=comparable)}</p>\n</li>\n'
    )


def _marked(fragments: Fragments) -> str:
    return "".join(
        f"<mark>{escape(text)}</mark>" if found else escape(text) for text, found in fragments
    )


def _top(card: Card, *, is_new: bool) -> str:
    language = get_language() or ""
    pieces = [_kind(language, card.kind)]
    if is_new:
        new = escape(pgettext("since the last look", "New"))
        pieces.insert(0, f'<span class="kind"><span class="dot"></span>{new}</span>')
    if card.standing and card.kind != "practice":
        pieces.append(_state(language, card.kind, card.standing))
    pieces.append(f'<span class="code">{escape(card.code)}</span>')
    if card.visibility != Contribution.Visibility.PUBLIC:
        pieces.append(_piece(language, "_visibility", visibility=card.visibility))
    if card.doubtful:
        pieces.append(f'<span class="sample">{escape(_t("to be confirmed"))}</span>')
    if card.objectives:
        pieces.append(_piece(language, "_strip", objectives=card.objectives))
    return " ".join(pieces)


def _meta(card: Card, *, comparable: bool) -> str:
    language = get_language() or ""
    pieces = [
        f"<span>{_places(card)}</span>",
        _piece(language, "_scope", crime_scope=card.crime_scope),
    ]
    if card.standing and card.kind == "practice":
        label = _label(language, card.kind, card.standing)
        pieces.append(_piece(language, "_maturity", maturity=card.standing, label=label))
    if card.objective:
        number, name = card.objective
        pieces.append(f'<span class="om o{number}"><b>{number}</b> {escape(name)}</span>')
    if comparable and card.kind == "practice":
        code = escape(card.code)
        pieces.append(
            f'<label class="row end"><input type="checkbox" name="p" value="{code}" form="compare">'
            f'{escape(_t("Compare"))}<span class="sr"> {code}</span></label>'
        )
    return " ".join(pieces)


def _places(card: Card) -> str:
    names = [*card.countries, *([_t("International")] if card.international else [])]
    if not names:
        return f'<span class="soft">{escape(_t("Country not recorded"))}</span>'
    return escape(pgettext("between names of countries", ", ").join(names))


@lru_cache(maxsize=500)
def _address(kind: str, code: str) -> str:
    return reverse(f"{kind}s:detail", args=[code])


@lru_cache(maxsize=64)
def _kind(_language: str, kind: str) -> str:
    return f'<span class="kind">{escape(capfirst(str(Contribution.Kind(kind).label)))}</span>'


@lru_cache(maxsize=64)
def _state(language: str, kind: str, value: str) -> str:
    context = {"state": knot_of(value), "text": _label(language, kind, value)}
    return render_to_string("components/_state.html", context).strip()


@lru_cache(maxsize=512)
def _piece(_language: str, template: str, **values: Any) -> str:
    """A component with these values; for those that have few."""
    return render_to_string(f"components/{template}.html", values).strip()


@lru_cache(maxsize=128)
def _label(_language: str, kind: str, value: str) -> str:
    """What a value of the kind's own row is called."""
    field = at_once.child_model(kind)._meta.get_field(_STANDING[kind])
    assert isinstance(field, Field)  # noqa: S101  for the types
    choices: dict[Any, Any] = dict(field.flatchoices)
    return str(choices.get(value, value))

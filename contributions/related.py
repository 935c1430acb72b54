"""What else to read beside a contribution, and why: shared tags, the rarer the better; where none
is shared, words of title and summary."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions.models import Contribution, SearchDocument
from contributions.seen import Seen
from search import analysis, engine
from search.models import Document
from search.ranking import Sql

# Likeness is looked for among so many texts. Where even the rare tags of a text are on more, a
# text that shares only its common ones is not found; nobody would miss it.
LOOKED_AT: Final = 2000
# Where no tag is shared: so many of the best that the search finds for title and summary are looked
# at, and so many words that say something must stand in both.
_SEARCHED: Final = 12
_FEWEST_WORDS: Final = 3
_MOST_WORDS: Final = 4
# A shared objective says far less than a shared tag: there are six of them. It decides between
# texts that share tags, and alone it makes no relation; neither does the country.
_WEIGHTS: Final = """
    WITH mine AS (
        SELECT unnest(facets) AS token FROM contributions_searchdocument
        WHERE contribution_id = %s AND language = %s
    ), kept AS (
        SELECT other AS token, sum(number)::float AS number FROM contributions_facetcount
        WHERE token = '' AND visibility = ANY(%s) GROUP BY other HAVING sum(number) > 0
    ), weight AS (
        -- A tag of nothing that is open to this person is at least on the text looked at.
        SELECT token, coalesce(number, 1) AS number,
            ln(1 + coalesce((SELECT number FROM kept WHERE token = ''), 1) / coalesce(number, 1))
            * CASE WHEN token LIKE 'tag:%%' THEN 1
                WHEN token LIKE 'objective:%%' THEN 0.2 ELSE 0 END
            AS weight
        FROM mine LEFT JOIN kept USING (token)
        WHERE split_part(token, ':', 1) IN ('tag', 'objective', 'country')
    ), rare AS (
        -- The rarest tags, as many as lead to no more than this many texts, but at least one.
        SELECT token FROM (
            SELECT token, sum(number) OVER (ORDER BY number, token) AS texts,
                row_number() OVER (ORDER BY number, token) AS place
            FROM weight WHERE token LIKE 'tag:%%'
        ) t WHERE texts <= %s OR place = 1
    ), near AS (
        SELECT o.contribution_id, sum(w.weight) AS likeness,
            array_agg(w.token ORDER BY w.weight DESC, w.token) AS tokens
        FROM contributions_searchdocument o CROSS JOIN unnest(o.facets) AS token
        JOIN weight w USING (token)
        WHERE o.facets && ARRAY(SELECT token FROM rare) AND o.contribution_id <> %s AND """
_LABELS: Final = """
        GROUP BY o.contribution_id
        HAVING bool_or(w.token LIKE 'tag:%%')
        ORDER BY likeness DESC, o.contribution_id DESC LIMIT %s
    )
    SELECT n.contribution_id, split_part(t.token, ':', 1), CASE
        WHEN k.id IS NOT NULL THEN coalesce(l.text, k.name)
        WHEN o.number IS NOT NULL THEN coalesce(o.short_names->>%s, o.short_name)
        ELSE coalesce(s.names->>%s, s.names->>'en') END
    FROM near n CROSS JOIN unnest(n.tokens) WITH ORDINALITY AS t (token, place)
    LEFT JOIN vocabulary_concept k ON 'tag:' || k.slug = t.token
    LEFT JOIN vocabulary_conceptlabel l
        ON l.concept_id = k.id AND l.kind = 'preferred' AND l.language = %s
    LEFT JOIN objectives_objective o ON 'objective:' || o.number = t.token
    LEFT JOIN countries_country s ON 'country:' || lower(s.iso2) = t.token
    ORDER BY n.likeness DESC, n.contribution_id DESC, t.place
"""


@dataclass(frozen=True)
class RelatedItem:
    """A contribution and why it stands here, each reason a phrase for the reader."""

    contribution: Contribution
    reasons: list[str]


def related(
    contribution: Contribution, user: User | AnonymousUser, limit: int = 4
) -> list[RelatedItem]:
    """The likest published texts this person may read. Two queries, one where there is none.

    The kinds' rows are joined (`item.contribution.lesson` costs nothing), no other relation is.
    """
    reasons = near(contribution, user, limit)
    if not reasons:
        return []
    rows = Contribution.objects.select_related("practice", "lesson", "effort").in_bulk(reasons)
    return [RelatedItem(rows[pk], why) for pk, why in reasons.items()]


def near(
    contribution: Contribution, user: User | AnonymousUser, limit: int = 4
) -> dict[int, list[str]]:
    """Ids of the same texts with the reasons, for pages that load more in one go.

    One query; two more where no tag is shared.
    """
    shared = _shared(contribution, user, limit)
    if not shared and contribution.published_at:
        return _alike(contribution, user, limit)
    return {pk: _reasons(names) for pk, names in shared.items()}


def _alike(
    contribution: Contribution, user: User | AnonymousUser, limit: int
) -> dict[int, list[str]]:
    """Texts that say what this one is about in the same words, best first."""
    mine = _telling_words(contribution)
    others = Contribution.objects.published().visible_to(user).exclude(pk=contribution.pk)
    documents = SearchDocument.objects.filter(contribution__in=others.order_by())
    among = Document.objects.filter(pk__in=documents.values("document"))
    found = engine.search(f"{contribution.title} {contribution.summary}", among, limit=_SEARCHED)
    order = [one.document_id for one in found]
    rows = SearchDocument.objects.filter(document__in=order).select_related("contribution")
    near: dict[int, list[str]] = {}
    for row in sorted(rows, key=lambda row: order.index(row.pk)):
        shared = mine.keys() & _telling_words(row.contribution).keys()
        if len(shared) >= _FEWEST_WORDS and len(near) < limit:
            words = [word for term, word in mine.items() if term in shared][:_MOST_WORDS]
            joined = pgettext("between items of a list", ", ").join(words)
            near[row.contribution_id] = [_t("Same words: %(words)s") % {"words": joined}]
    return near


def _telling_words(contribution: Contribution) -> dict[str, str]:
    """Term → the word as it is written, of title and summary."""
    text = f"{contribution.title}\n{contribution.summary}"
    language = contribution.original_language
    found: dict[str, str] = {}
    for word, term in analysis.terms(text, language):
        if not analysis.is_stopword(word.folded, language):
            found.setdefault(term, text[word.start : word.end])
    return found


def _shared(
    contribution: Contribution, user: User | AnonymousUser, limit: int
) -> dict[int, dict[str, list[str]]]:
    """Id → {"tag": names, "objective": names, "country": names} of what is shared, best first."""
    seen = Seen.by(user)
    language = (get_language() or "en").split("-")[0]
    own = (contribution.pk, contribution.original_language)
    sql = (
        Sql(_WEIGHTS, (*own, seen.open_to, LOOKED_AT, contribution.pk))
        + seen.condition()
        + Sql(_LABELS, (limit, *[language] * 3))
    )
    found: dict[int, dict[str, list[str]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        for pk, name, label in cursor.fetchall():
            if label:
                found.setdefault(pk, {}).setdefault(name, []).append(label)
    return found


def _reasons(shared: dict[str, list[str]]) -> list[str]:
    """At most three tags, the objective, the country: "Same tag: training"."""
    tags = shared.get("tag", [])[:3]
    reasons = [
        ngettext("Same tag: %(names)s", "Same tags: %(names)s", len(tags))
        % {"names": pgettext("between names of tags", ", ").join(tags)}
    ]
    if objectives := shared.get("objective"):
        reasons.append(_t("Same objective: %(name)s") % {"name": objectives[0]})
    if countries := shared.get("country"):
        reasons.append(_t("Also %(country)s") % {"country": countries[0]})
    return reasons

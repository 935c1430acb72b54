"""What else to read beside a contribution, and why: shared tags, the rarer the better; where none
is shared, words of title and summary."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter
from typing import Final

from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _t

from accounts.models import User
from contributions.models import Contribution
from contributions.seen import Seen
from search import analysis, query, ranking
from search.ranking import Sql

# Likeness is looked for among so many texts. Where even the rare tags of a text are on more, a
# text that shares only its common ones is not found; nobody would miss it.
LOOKED_AT: Final = 500
# Where no tag is shared, texts are looked for by the first words of title and summary that say
# something; of so many of the best those stay that have so many words in common.
_ASKED_WORDS: Final = 16
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
_NEAR: Final = """
        GROUP BY o.contribution_id
        HAVING bool_or(w.token LIKE 'tag:%%')
        ORDER BY likeness DESC, o.contribution_id DESC LIMIT %s
    )"""
_LABELS: Final = """
    SELECT n.contribution_id, split_part(t.token, ':', 1), CASE
        WHEN k.id IS NOT NULL THEN coalesce(l.text, k.name)
        WHEN o.number IS NOT NULL THEN coalesce(o.short_names->>%s, o.short_name)
        ELSE coalesce(s.names->>%s, s.names->>'en') END,
        row_number() OVER (ORDER BY n.likeness DESC, n.contribution_id DESC, t.place)
    FROM near n CROSS JOIN unnest(n.tokens) WITH ORDINALITY AS t (token, place)
    LEFT JOIN vocabulary_concept k ON 'tag:' || k.slug = t.token
    LEFT JOIN vocabulary_conceptlabel l
        ON l.concept_id = k.id AND l.kind = 'preferred' AND l.language = %s
    LEFT JOIN objectives_objective o ON 'objective:' || o.number = t.token
    LEFT JOIN countries_country s ON 'country:' || lower(s.iso2) = t.token
"""
# Not begun where tags are shared: the condition needs no row of what is searched.
_ALIKE: Final = """
    UNION ALL SELECT contribution_id, 'words ' || language, title || E'\\n' || summary,
        row_number() OVER (ORDER BY score DESC, contribution_id DESC)
    FROM (
        SELECT o.contribution_id, d.language, d.title, d.summary, s.score
        FROM scored s JOIN contributions_searchdocument o ON o.document_id = s.document_id
        JOIN search_document d ON d.id = s.document_id
        WHERE NOT EXISTS (SELECT FROM near) AND o.contribution_id <> %s AND """


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
    """Ids of the same texts with the reasons, for pages that load more in one go. One query."""
    shared: dict[int, dict[str, list[str]]] = {}
    mine = analysis.telling_words(
        f"{contribution.title}\n{contribution.summary}", contribution.original_language
    )
    alike: dict[int, list[str]] = {}
    for pk, name, text, _place in _rows(contribution, user, limit, mine):
        what, _space, language = name.partition(" ")
        if what == "words":
            common = mine.keys() & analysis.telling_words(text, language).keys()
            if len(common) >= _FEWEST_WORDS and len(alike) < limit:
                alike[pk] = [_same_words([mine[term] for term in mine if term in common])]
        elif text:
            shared.setdefault(pk, {}).setdefault(what, []).append(text)
    return {pk: _reasons(names) for pk, names in shared.items()} or alike


def _rows(
    contribution: Contribution, user: User | AnonymousUser, limit: int, mine: dict[str, str]
) -> list[tuple[int, str, str, int]]:
    """(id, "tag", "objective" or "country", its name, place) of what is shared, best first; where
    no tag is, (id, "words" and a language, title and summary, place)."""
    seen = Seen.by(user)
    language = (get_language() or "en").split("-")[0]
    own = (contribution.pk, contribution.original_language)
    asked = query.parse(" ".join(list(mine.values())[:_ASKED_WORDS]))
    with_words = contribution.published_at is not None and bool(asked.terms)
    sql = (
        Sql(_WEIGHTS, (*own, seen.open_to, LOOKED_AT, contribution.pk))
        + seen.condition()
        + Sql(_NEAR, (limit,))
        + (Sql(", ") + ranking.scored(asked) if with_words else Sql(""))
        + Sql(_LABELS, (language,) * 3)
    )
    if with_words:
        sql += Sql(_ALIKE, (contribution.pk,)) + seen.condition()
        sql += Sql(" ORDER BY score DESC, contribution_id DESC LIMIT %s) t", (_SEARCHED,))
    with connection.cursor() as cursor:
        cursor.execute(sql.text, sql.params)
        return sorted(cursor.fetchall(), key=itemgetter(3))


def _same_words(words: list[str]) -> str:
    joined = pgettext("between items of a list", ", ").join(words[:_MOST_WORDS])
    return _t("Same words: %(words)s") % {"words": joined}


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

"""What a reviewer should look at in a submission: completeness, do no harm, likely twins.

Findings advise; they never decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from django.conf import settings
from django.utils.translation import gettext as _t
from django.utils.translation import ngettext

from accounts.models import User
from contributions import harm, kinds, rendering, twins
from contributions.content import rows_of
from contributions.models import Revision
from contributions.sentence import isolated
from search import languages

Level = Literal["stop", "look", "fine"]


@dataclass(frozen=True)
class Finding:
    """One line of the list of checks; `field` is the form's field it is about, if any."""

    level: Level
    text: str
    field: str = ""


def of(
    revision: Revision, reader: User, shown: list[rendering.ShownSection] | None = None
) -> list[Finding]:
    """All findings, the gravest first. Queries: those of the form, two for twins, one for
    files where there are any.

    `shown` is the text in words where the caller has it already.
    """
    if shown is None:
        shown = rendering.sections(kinds.get(revision.contribution.kind), revision.content)
    found = [
        *_completeness(revision),
        *_do_no_harm(revision, shown),
        *_language(revision, shown),
        *_sources(revision),
        *_twins(revision, reader),
    ]
    return ordered(found)


def ordered(found: list[Finding]) -> list[Finding]:
    """The gravest first."""
    order: dict[Level, int] = {"stop": 0, "look": 1, "fine": 2}
    return sorted(found, key=lambda finding: order[finding.level])


def _completeness(revision: Revision) -> list[Finding]:
    form = kinds.get(revision.contribution.kind).bind(revision)
    if form.is_valid():
        return [Finding("fine", _t("All obligatory questions are answered."))]
    labels = {name: str(form.fields[name].label) for name in form.errors if name in form.fields}
    labels |= {name: str(form.rows[name].title) for name in form.row_errors}
    return [
        Finding("stop", _t("Missing or wrong: %s") % label, name) for name, label in labels.items()
    ]


def _do_no_harm(revision: Revision, shown: list[rendering.ShownSection]) -> list[Finding]:
    content, found = revision.content, []
    for mark in harm.marks(revision, shown):
        text = _t("%(field)s may hold %(sign)s: “%(words)s”") % {
            "field": mark.label, "sign": mark.sign.label, "words": isolated(mark.words[:60]),
        }  # fmt: skip
        if answer := harm.answer_to(mark, revision):
            text = _t("%(finding)s. The author says: %(answer)s.") % {
                "finding": text, "answer": harm.Answer(answer).label,
            }  # fmt: skip
        found.append(Finding("look", text, mark.field))
    if not content.get("consent_to_publish"):
        found.append(Finding("stop", _t("Consent to publish is missing."), "consent_to_publish"))
    if content.get("operational_detail") == "yes":
        text = _t("The author says that it holds operational detail: not for the public.")
        found.append(Finding("look", text, "visibility"))
    return found or [Finding("fine", _t("No sign of names, numbers or case details found."))]


def _language(revision: Revision, shown: list[rendering.ShownSection]) -> list[Finding]:
    """Whether the text is in the language it says; nothing where that is not clear."""
    text = "\n".join(
        line
        for part in shown
        for item in part.fields
        if item.is_written
        # Of rows only what is written, not the names of their columns.
        for line in (item.text, *(cell for row in item.rows for _label, cell in row))
    )
    found = languages.detect(text)
    names = dict(settings.CONTENT_LANGUAGES)
    if not found:
        return []
    if found == revision.language:
        return [Finding("fine", _t("The text is in the language it says: %s.") % names[found])]
    said = names.get(revision.language, revision.language)
    text = _t("The text seems to be in %(found)s, but says that it is in %(said)s.") % {
        "found": names[found], "said": said,
    }  # fmt: skip
    return [Finding("look", text, "original_language")]


def _sources(revision: Revision) -> list[Finding]:
    unsourced = [
        row
        for row in rows_of(revision.content, "results")
        if (row.get("value") or row.get("indicator")) and not row.get("source")
    ]
    if not unsourced:
        return []
    text = ngettext(
        "%d result with a figure has no source.",
        "%d results with a figure have no source.",
        len(unsourced),
    )
    return [Finding("look", text % len(unsourced), "results")]


def _twins(revision: Revision, reader: User) -> list[Finding]:
    found = []
    for twin in twins.likely(revision, reader):
        text = _t("Much like %(code)s: %(title)s") % {
            "code": twin.contribution.code, "title": isolated(twin.contribution.title),
        }  # fmt: skip
        if twin.said:
            text = _t("%(finding)s. The author says what is different: “%(why)s”") % {
                "finding": text, "why": isolated(twin.said),
            }  # fmt: skip
        found.append(Finding("look", text))
    return found or [Finding("fine", _t("No likely twin among what is published."))]

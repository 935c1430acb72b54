"""The components page: every part of the interface once, with made-up content, no queries.

Developers look at it before they build a page; tests photograph it and hold it against axe.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace as Sample

from django import forms
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

NAMES = {
    1: "Strategy and policy",
    2: "Legislative assistance",
    3: "Capacity building",
    4: "Regional cooperation",
    5: "Protection and assistance",
    6: "Support to children",
}
OBJECTIVES = [
    Sample(
        number=number,
        short_label=lambda name=name: name,
        label=name,
        get_absolute_url=f"#o{number}",
    )
    for number, name in NAMES.items()
]
SPRITE = settings.BASE_DIR / "static" / "icons.svg"


class SampleForm(forms.Form):
    """One field of each sort, filled in wrongly so that errors show."""

    use_required_attribute = False

    title = forms.CharField(label="Title", help_text="Say what is done.", initial="A network")
    summary = forms.CharField(label="Summary", widget=forms.Textarea(attrs={"rows": 2}))
    crime = forms.ChoiceField(
        label="Crime",
        choices=[("TIP", "Trafficking in persons"), ("SOM", "Smuggling of migrants")],
        widget=forms.RadioSelect,
    )
    groups = forms.MultipleChoiceField(
        label="For whom",
        choices=[(str(number), name) for number, name in NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    kind = forms.ChoiceField(label="Type", choices=[("", "Choose"), ("law", "Law")])
    consent = forms.BooleanField(label="Everybody who contributed agrees.")
    main = forms.ChoiceField(
        label="Main objective",
        choices=[(str(number), name) for number, name in NAMES.items()],
        widget=forms.RadioSelect,
    )
    also = forms.MultipleChoiceField(
        label="Also",
        choices=[(str(number), name) for number, name in NAMES.items()],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )


class SampleRow(forms.Form):
    """A row of a form."""

    use_required_attribute = False

    statement = forms.CharField(label="Result")
    year = forms.CharField(label="Year", max_length=4)


@login_not_required
@require_safe
def components(request: HttpRequest) -> HttpResponse:
    return render(request, "copkb/components.html", samples())


def samples() -> dict[str, object]:
    """Made-up inputs of all partials."""
    return {
        "objectives": OBJECTIVES,
        "icons": re.findall(r'id="i-([^"]+)"', SPRITE.read_text()),
        "practice": _contribution(),
        "found": [("A network of ", False), ("prosecutors", True), (" in each court", False)],
        "foreign": _contribution(
            code="PR-9002",
            original_language="ar",
            title="شبكة من المدعين العامين المتخصصين",
            summary="يشكل المدعون العامون شبكة واحدة.",
            visibility="members",
            crime_scope="BOTH",
            doubtful=True,
            practice=Sample(maturity="promising", get_maturity_display="Promising practice"),
        ),
        "lesson": _contribution(
            code="LE-9001",
            kind="lesson",
            get_kind_display="lesson learned",
            title="People move on",
            summary="When people rotate, train trainers, because knowledge leaves with them.",
            crime_scope="",
            country_list=[],
            objective_numbers=[],
            primary_objective=None,
            lesson=Sample(
                lesson_type="did_not_work", get_lesson_type_display="Did not work", statement=""
            ),
        ),
        "effort": _contribution(
            code="EF-9001",
            kind="effort",
            get_kind_display="country effort",
            title="Training centre of the academy",
            effort=Sample(standing="implementing", get_standing_display="Being carried out"),
        ),
        "results": [
            Sample(
                statement="Every court of appeal is represented",
                impact_level="institutional",
                get_impact_level_display="Institutional",
                indicator="courts",
                baseline="0",
                value="22",
                year="2019",
                source="Workshop report",
            ),
            Sample(statement="People who swapped roles understand each other better"),
        ],
        "tree": [_comment_tree()],
        "events": [
            {"knot": "plan", "title": "Agreements with other countries", "state": "Announced"},
            {"knot": "done", "title": "Act on trafficking", "when": "2018", "state": "In force"},
            {"knot": "no", "title": "Plan without a budget", "text": "Nobody carried it out."},
        ],
        "stages": [
            {"knot": "done", "title": "What it is", "text": "4 of 4 answered", "url": "#c-form"},
            {"knot": "part", "title": "Where and for whom", "text": "2 of 4 answered"},
            {"knot": "none", "title": "What came of it", "text": "Nothing yet"},
            {"knot": "plan", "title": "Do no harm", "text": "Comes last"},
        ],
        "group": _facet(),
        "chips": [
            {"label": NAMES[3], "objective": 3, "remove_url": "#c-chip"},
            {"label": "Morocco", "remove_url": "#c-chip"},
        ],
        "page": Paginator(range(200), 10).page(7),
        "crumbs": [("Practices", "#c-crumbs"), (NAMES[3], "#c-crumbs")],
        "tags": [{"label": "training of trainers", "url": "#c-chip"}],
        "form": _form(),
        "rows": _rows(),
        "steps": "1. Start from the **law**.\n2. Train several services in one room.\n3. Go on.",
        "prose": "> One agency cannot.\n\n- groups\n- [a link](https://example.org/)\n\n<script>",
        "confirmed": date(2019, 5, 21),
        "guide": ["Guidance stands beside the field; below it on a phone."],
    }


def _contribution(**changes: object) -> Sample:
    given = {
        "code": "PR-9001",
        "kind": "practice",
        "get_kind_display": "good practice",
        "original_language": "en",
        "title": "A network of prosecutors in each court",
        "summary": "Prosecutors who specialise in trafficking form one network.",
        "visibility": "public",
        "doubtful": False,
        "crime_scope": "TIP",
        "country_list": [Sample(label=lambda: "Morocco", get_absolute_url="#c-hit")],
        "international": False,
        "objective_numbers": [(3, True), (5, False)],
        "primary_objective": OBJECTIVES[2],
        "get_absolute_url": "#c-hit",
        "practice": Sample(maturity="good", get_maturity_display="Good practice"),
    }
    return Sample(**(given | changes))


def _comment(number: int, text: str) -> Sample:
    return Sample(
        anchor=f"comment-{number}",
        language="en",
        created_at=datetime(2019, 5, 21, 10, tzinfo=UTC),
        text=text,
    )


def _comment_tree() -> dict[str, object]:
    return {
        "comment": _comment(1, ""),
        "function": "Prosecutor, Morocco",
        "text": "We open such a group after each training.",
        "reply_url": "#c-tree",
        "hide_url": "#c-tree",
        "answers": [
            {
                "comment": _comment(2, ""),
                "function": "Police trainer, Belarus",
                "text": "Rotation is high.\n\nRe-training is obligatory every three years.",
                "reply_url": "#c-tree",
                "answers": [],
            },
            {
                "comment": _comment(3, ""),
                "function": "Member",
                "hidden_reason": "It named a case.",
                "answers": [],
            },
        ],
    }


def _facet() -> Sample:
    choices = [
        Sample(value="3", label=NAMES[3], objective="3", count=17, checked=True),
        Sample(value="MA", label="Morocco", objective="", count=6, checked=False),
    ]
    return Sample(name="sample", title="Objective", is_open=True, choices=choices)


def _form() -> SampleForm:
    form = SampleForm(
        {"title": "A network", "summary": "Too many words stand here.", "also": ["3"]}
    )
    form.fields["summary"].max_words = 3  # type: ignore[attr-defined] # what WordLimitField has
    form.add_error("summary", "Shorten this: it has 5 words, 3 are allowed.")
    return form


def _rows() -> Sample:
    filled = [
        SampleRow({"results-0-statement": "Courts act", "results-0-year": ""}, prefix="results-0")
    ]
    return Sample(
        name="results",
        title="Results",
        add="Add a result",
        help_text="What changed, also if it is small.",
        error="Look at row 1.",
        forms=filled,
        blank=SampleRow(prefix="results-__prefix__"),
    )

"""Between a page and the content of a revision: whatever is typed arrives as typed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from contributions import content as contents
from contributions import editing, kinds
from contributions.forms.fields import TagsField

# What PostgreSQL's JSON can hold and a browser sends: no NUL, no half characters, one line end.
texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00\r"))
choices = st.lists(st.sampled_from(["a", "b", "c"]), unique=True)
FIELDS: dict[str, forms.Field] = {
    "title": forms.CharField(),
    "agrees": forms.BooleanField(),
    "groups": forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple),
    "tags": TagsField(),
}
COLUMNS = {"results": ["statement", "year"]}


def posted(fields: dict[str, Any]) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, value in fields.items():
        query.setlist(name, value if isinstance(value, list) else [str(value)])
    return query


def read(fields: dict[str, Any]) -> contents.Content:
    return contents.from_post(posted(fields), FIELDS, COLUMNS)


@given(title=texts, agrees=st.booleans(), groups=choices)
def test_plain_fields_come_back_as_they_were(title: str, agrees: bool, groups: list[str]) -> None:
    typed: dict[str, Any] = {"title": title, "groups": groups}
    if agrees:
        typed["agrees"] = "on"

    content = read(typed)
    again = contents.from_post(_query(contents.to_data(content)), FIELDS, {})

    assert (content["title"], content["agrees"], content["groups"]) == (title, agrees, groups)
    assert again == {name: content[name] for name in FIELDS}


def _query(data: Any) -> QueryDict:
    query = QueryDict(mutable=True)
    for name, values in data.lists():
        query.setlist(name, values)
    return query


@given(st.lists(st.fixed_dictionaries({"statement": texts, "year": texts}), max_size=8))
def test_rows_come_back_in_order_without_the_empty_ones(rows: list[dict[str, str]]) -> None:
    typed: dict[str, Any] = {"results-TOTAL_FORMS": len(rows)}
    for i, row in enumerate(rows):
        typed |= {f"results-{i}-{column}": text for column, text in row.items()}

    content = read(typed)

    kept = [row for row in rows if row["statement"].strip() or row["year"].strip()]
    assert content["results"] == kept
    assert contents.rows_of(content, "results") == kept


@given(st.permutations(range(5)))
def test_rows_follow_their_places(places: list[int]) -> None:
    typed: dict[str, Any] = {"results-TOTAL_FORMS": 5}
    for i, place in enumerate(places):
        typed |= {f"results-{i}-statement": f"row {place}", f"results-{i}-ORDER": place + 1}

    found = [row["statement"] for row in read(typed)["results"]]

    assert found == [f"row {place}" for place in range(5)]


@given(st.text())
def test_no_text_breaks_the_database(text: str) -> None:
    cleaned = contents.clean_text(text)

    assert "\x00" not in cleaned
    assert "\r" not in cleaned
    cleaned.encode("utf-8")
    assert contents.clean_text(cleaned) == cleaned


def test_line_ends_become_one_kind() -> None:
    assert contents.clean_text("a\r\nb\rc\nd") == "a\nb\nc\nd"


def test_rows_marked_for_removal_and_beyond_the_limit_are_left_out() -> None:
    typed: dict[str, Any] = {"results-TOTAL_FORMS": contents.MAX_ROWS + 40}
    for i in range(contents.MAX_ROWS + 40):
        typed[f"results-{i}-statement"] = str(i)
    typed["results-1-DELETE"] = "on"

    found = read(typed)["results"]

    assert len(found) == contents.MAX_ROWS - 1
    assert [row["statement"] for row in found[:2]] == ["0", "2"]


def test_a_page_without_the_rows_leaves_them_alone() -> None:
    assert "results" not in read({"title": "x"})


def test_tags_are_read_from_one_line_in_any_script() -> None:
    typed = {"tags": "training of trainers; شبكة، تدريب，网络、法院 ,, "}

    assert read(typed)["tags"] == ["training of trainers", "شبكة", "تدريب", "网络", "法院"]


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)
NAMES = ["title", "results", "tags", "countries", "consent_to_publish", "links", "form", "owner"]


@given(json_values | st.dictionaries(st.sampled_from(NAMES), json_values))
def test_whatever_comes_through_the_browser_takes_the_shape_of_the_form(raw: Any) -> None:
    found = editing.known(kinds.get("practice"), raw)

    assert not {"form", "owner"} & set(found)
    for name, value in found.items():
        if isinstance(value, list):
            assert all(isinstance(item, str | dict) for item in value), name
        else:
            assert isinstance(value, str | bool), name
    contents.to_data(found)

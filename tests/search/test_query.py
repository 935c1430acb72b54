"""Reading a question: words, phrases, exclusions, filters; never an error."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import variants
from search.query import MOST_WORDS, Query, filters_in, parse

FILTERS = frozenset({"tag", "country"})
PIECES = st.sampled_from(
    ['"', "-", ":", "tag:", "country:", "“", "»", " ", "a", "贩", "ال", "\u200d"]
)


def typed(query: Query) -> list[str]:
    return [term.typed for term in query.terms]


@given(st.one_of(st.text(), st.lists(PIECES).map("".join)))
def test_no_text_is_an_error(text: str) -> None:
    query = parse(text)

    assert len(query.terms) <= MOST_WORDS
    assert all(term.forms for term in query.terms)
    assert all(0 <= one.start < one.end <= len(text) for one in filters_in(text, FILTERS))


@given(st.text(alphabet=st.characters(categories=["Lu", "Ll", "Lo", "Nd"]), min_size=1))
def test_a_plain_word_is_never_lost(word: str) -> None:
    assert parse(word).terms


def test_words_are_folded_and_taken_once() -> None:
    assert typed(parse("Règle REGLE règle")) == ["regle"]


def test_a_phrase_is_kept_in_order_and_its_words_too() -> None:
    query = parse('network "Mock trials" “équipe commune”')

    assert query.phrases == ("mock trials", "equipe commune")
    assert typed(query) == ["network", "mock", "trials", "equipe", "commune"]
    assert [term.exact for term in query.terms] == [False, True, True, True, True]


def test_phrases_alone_are_a_must_and_among_other_words_a_wish() -> None:
    assert parse('"mock trials" "joint team"').hard_phrases == ("mock trials", "joint team")
    assert parse('the "mock trials"').hard_phrases == ("mock trials",)
    assert parse('network "mock trials"').soft_phrases == ("mock trials",)
    assert parse('network "mock trials"').required_bits == 0b111


def test_only_what_says_something_in_a_phrase_has_to_be_found_as_a_word() -> None:
    query = parse('"prevention of trafficking" training')

    assert [term.typed for term in query.terms] == ["prevention", "of", "trafficking", "training"]
    assert query.bits_of(query.phrases[0]) == 0b101


def test_a_minus_leaves_a_word_out_in_all_its_forms() -> None:
    query = parse("training -police")

    assert typed(query) == ["training"]
    assert "en:polic" in query.without[0]


def test_a_minus_leaves_a_phrase_out() -> None:
    assert parse('training -"mock trials"').without_phrases == ("mock trials",)


def test_a_minus_within_a_word_is_a_hyphen() -> None:
    query = parse("non-incrimination")

    assert typed(query) == ["non", "incrimination"]
    assert query.without == ()


def test_a_question_says_what_is_wanted_and_what_is_not() -> None:
    query = parse('The "mock trials" -police  -"by video" ! ')

    assert query.wanted == 'The "mock trials"'
    assert query.unwanted == ("police", "by video")


def filters(text: str) -> list[tuple[str, str]]:
    return [(one.name, one.value) for one in filters_in(text, FILTERS)]


def test_only_names_that_are_known_make_filters() -> None:
    assert filters("court country:ma tag:awareness-raising shop:open") == [
        ("country", "ma"),
        ("tag", "awareness-raising"),
    ]


def test_filters_are_read_as_telephones_and_keyboards_write_them() -> None:
    assert filters("Country: Morocco, TAG:“joint teams” country：摩洛哥") == [
        ("country", "Morocco,"),
        ("tag", "joint teams"),
        ("country", "摩洛哥"),
    ]


def test_what_only_looks_like_a_filter_is_none() -> None:
    assert filters('"country:ma" “see country:ma there” xcountry:ma --country:ma tag: tag:""') == []


def test_a_minus_before_a_filter_turns_it_round() -> None:
    found = filters_in("-country:ma –tag：x country:ne - country:eg", FILTERS)

    assert [(one.name, one.value, one.is_out) for one in found] == [
        ("country", "ma", True), ("tag", "x", True), ("country", "ne", False),
        ("country", "eg", False),
    ]  # fmt: skip


def test_words_that_say_nothing_are_not_required() -> None:
    query = parse("the protection of the victims")

    assert [term.typed for term in query.terms if term.required] == ["protection", "victims"]
    assert query.required_bits == 0b1010


def test_a_question_of_such_words_alone_requires_them() -> None:
    assert parse("the who").required_bits == 0b11


def test_an_open_quote_is_passed_over() -> None:
    assert typed(parse('"mock trials')) == ["mock", "trials"]


def test_chinese_is_asked_in_pairs_and_a_single_character_alone() -> None:
    assert typed(parse("贩运人口")) == ["贩运", "运人", "人口"]
    assert typed(parse("法")) == ["法"]


@pytest.mark.parametrize(
    ("text", "beginning"),
    [
        ("prosecu", "prosecu"),
        ("joint PROSECÚ ", "prosecu"),
        ("l'enquê", "enque"),
        ("торг", "торг"),
        ("pr", ""),
        ("prosecu network", "network"),
        ("prosecu?", ""),
        ("network -prosecu", ""),
        ('"prosecu"', ""),
        ('prosecu "network"', ""),
        ("2019", ""),
        ("贩运人", ""),
        ("", ""),
    ],
)
def test_only_the_last_word_as_typed_may_be_a_beginning(text: str, beginning: str) -> None:
    assert parse(text).beginning == beginning


def test_a_beginning_stands_for_all_words_that_begin_so() -> None:
    query = parse("network prosecu")

    begun = query.begun("prosecu", ["prosecutor", "prosecution"])

    assert typed(begun) == typed(query)
    assert begun.terms[0] == query.terms[0]
    assert set(begun.terms[1].forms) == {*variants("prosecutor"), *variants("prosecution")}
    assert begun.required_bits == query.required_bits


@pytest.mark.parametrize(
    ("text", "neighbours"),
    [
        ("joint teams", (" joint team",)),
        ("Joint investigation teams", (" joint investig", " investigation team")),
        ("training of prosecutors in court", ()),
        ("victim", ()),
        ('joint "mock trials" network', ()),
        ("équipe commune", (" equipe commun",)),
        ("人口贩运", (" 人 口 贩", " 口 贩 运")),
        ("人口 贩运", (" 人 口 贩 运",)),
    ],
)
def test_neighbours_are_two_plain_words_side_by_side(
    text: str, neighbours: tuple[str, ...]
) -> None:
    assert parse(text).neighbours == neighbours
